"""Daily life: joining, a page of one's own, supporters, conversations, thanks, letters, the audit log."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_COLUMNS = (
    ('category', 'closed_at {moment}'),
    ('exchange', "moved_at {moment} NOT NULL DEFAULT '1970-01-01 00:00:00'"),
    ('listing', 'capacity INTEGER CONSTRAINT ck_listing_capacity_of_a_group CHECK (capacity >= 2)'),
    ('listing', 'expires_on DATE'),
    ('listing', 'picture_id INTEGER CONSTRAINT fk_listing_picture_id REFERENCES picture (id)'),
    ('listing', "place_folded VARCHAR NOT NULL DEFAULT ''"),
    ('listing', 'by_id INTEGER CONSTRAINT fk_listing_by_id REFERENCES person (id)'),
    ('listing', "taken_down_word VARCHAR(500) NOT NULL DEFAULT ''"),
    ('membership', "pace VARCHAR(20) NOT NULL DEFAULT 'at once' CONSTRAINT ck_membership_pace_known CHECK (pace IN ('at once', 'daily', 'weekly', 'never', 'by phone'))"),
    ('membership', 'paused_until DATE'),
    ('membership', 'left_on DATE'),
    ('membership', "left_because VARCHAR(20) CONSTRAINT ck_membership_left_because_known CHECK (left_because IN ('left', 'died', 'merged'))"),
    ('membership', 'merged_into_id INTEGER CONSTRAINT fk_membership_merged_into_id REFERENCES membership (id)'),
    ('person', "called VARCHAR(60) NOT NULL DEFAULT ''"),
    ('person', "phone VARCHAR(40) NOT NULL DEFAULT ''"),
    ('person', 'language VARCHAR(20)'),
    ('person', 'erased_at {moment}'),
    ('timebank', "about VARCHAR(4000) NOT NULL DEFAULT ''"),
    ('timebank', "joining VARCHAR(20) NOT NULL DEFAULT 'anyone' CONSTRAINT ck_timebank_joining_known CHECK (joining IN ('anyone', 'invited', 'nobody'))"),
    ('timebank', "approval VARCHAR(20) NOT NULL DEFAULT 'all' CONSTRAINT ck_timebank_approval_known CHECK (approval IN ('all', 'above', 'newcomers', 'none'))"),
    ('timebank', 'approval_above_minutes INTEGER NOT NULL DEFAULT 120 CONSTRAINT ck_timebank_approval_above_not_negative CHECK (approval_above_minutes >= 0)'),
    ('timebank', 'silence_days INTEGER CONSTRAINT ck_timebank_silence_days_sensible CHECK (silence_days BETWEEN 1 AND 365)'),
    ('timebank', 'quiet_days INTEGER NOT NULL DEFAULT 14 CONSTRAINT ck_timebank_quiet_days_sensible CHECK (quiet_days BETWEEN 1 AND 365)'),
    ('timebank', 'listing_days INTEGER NOT NULL DEFAULT 180 CONSTRAINT ck_timebank_listing_days_sensible CHECK (listing_days BETWEEN 1 AND 3660)'),
    ('timebank', 'far_balance_minutes INTEGER NOT NULL DEFAULT 900 CONSTRAINT ck_timebank_far_balance_not_negative CHECK (far_balance_minutes >= 0)'),
    ('timebank', "balances_seen_by VARCHAR(20) NOT NULL DEFAULT 'coordinators' CONSTRAINT ck_timebank_balances_seen_by_known CHECK (balances_seen_by IN ('coordinators', 'agreed', 'members'))"),
    ('timebank', "leaving VARCHAR(20) NOT NULL DEFAULT 'settle' CONSTRAINT ck_timebank_leaving_known CHECK (leaving IN ('settle', 'at zero'))"),
)
"""What is added to tables that are there: on SQLite a rule comes with its column, or the table would be made anew."""

_ROLES = ['member', 'coordinator', 'administrator', 'funder']
_STEPS = ['propose', 'agree', 'decline', 'cancel', 'record', 'confirm', 'dispute', 'settle', 'send back', 'approve', 'reverse']

_SQLITE = (
    """CREATE TRIGGER audit_line_is_never_deleted BEFORE DELETE ON audit_line BEGIN SELECT RAISE(ABORT, 'the audit log stays as it was written'); END""",
    """CREATE TRIGGER audit_line_is_never_replaced BEFORE INSERT ON audit_line BEGIN SELECT RAISE(ABORT, 'the audit log stays as it was written') WHERE EXISTS (SELECT 1 FROM audit_line WHERE id = NEW.id); END""",
    """CREATE TRIGGER audit_line_is_never_changed BEFORE UPDATE ON audit_line BEGIN SELECT RAISE(ABORT, 'the audit log stays as it was written'); END""",
    """CREATE TRIGGER terms_is_never_deleted BEFORE DELETE ON terms BEGIN SELECT RAISE(ABORT, 'a version of the terms stays as it was'); END""",
    """CREATE TRIGGER terms_is_never_replaced BEFORE INSERT ON terms BEGIN SELECT RAISE(ABORT, 'a version of the terms stays as it was') WHERE EXISTS (SELECT 1 FROM terms WHERE id = NEW.id OR timebank_id = NEW.timebank_id AND version = NEW.version); END""",
    """CREATE TRIGGER terms_is_never_changed BEFORE UPDATE ON terms BEGIN SELECT RAISE(ABORT, 'a version of the terms stays as it was'); END""",
    """CREATE TRIGGER terms_accepted_is_never_deleted BEFORE DELETE ON terms_accepted BEGIN SELECT RAISE(ABORT, 'what was agreed to stays agreed to'); END""",
    """CREATE TRIGGER terms_accepted_is_never_replaced BEFORE INSERT ON terms_accepted BEGIN SELECT RAISE(ABORT, 'what was agreed to stays agreed to') WHERE EXISTS (SELECT 1 FROM terms_accepted WHERE id = NEW.id OR membership_id = NEW.membership_id AND terms_id = NEW.terms_id); END""",
    """CREATE TRIGGER terms_accepted_is_never_changed BEFORE UPDATE ON terms_accepted BEGIN SELECT RAISE(ABORT, 'what was agreed to stays agreed to'); END""",
)

_POSTGRESQL = (
    """CREATE TRIGGER audit_line_is_never_deleted BEFORE DELETE ON audit_line FOR EACH ROW EXECUTE FUNCTION stays('the audit log stays as it was written')""",
    """CREATE TRIGGER audit_line_is_never_emptied BEFORE TRUNCATE ON audit_line FOR EACH STATEMENT EXECUTE FUNCTION stays('the audit log stays as it was written')""",
    """CREATE TRIGGER audit_line_is_never_changed BEFORE UPDATE ON audit_line FOR EACH ROW EXECUTE FUNCTION stays('the audit log stays as it was written')""",
    """CREATE TRIGGER terms_is_never_deleted BEFORE DELETE ON terms FOR EACH ROW EXECUTE FUNCTION stays('a version of the terms stays as it was')""",
    """CREATE TRIGGER terms_is_never_emptied BEFORE TRUNCATE ON terms FOR EACH STATEMENT EXECUTE FUNCTION stays('a version of the terms stays as it was')""",
    """CREATE TRIGGER terms_is_never_changed BEFORE UPDATE ON terms FOR EACH ROW EXECUTE FUNCTION stays('a version of the terms stays as it was')""",
    """CREATE TRIGGER terms_accepted_is_never_deleted BEFORE DELETE ON terms_accepted FOR EACH ROW EXECUTE FUNCTION stays('what was agreed to stays agreed to')""",
    """CREATE TRIGGER terms_accepted_is_never_emptied BEFORE TRUNCATE ON terms_accepted FOR EACH STATEMENT EXECUTE FUNCTION stays('what was agreed to stays agreed to')""",
    """CREATE TRIGGER terms_accepted_is_never_changed BEFORE UPDATE ON terms_accepted FOR EACH ROW EXECUTE FUNCTION stays('what was agreed to stays agreed to')""",
)


def upgrade() -> None:
    op.create_table('board_word',
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_board_word_timebank_id')),
    sa.PrimaryKeyConstraint('timebank_id', 'word', name=op.f('pk_board_word'))
    )
    op.create_table('terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_terms_by_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_terms_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms')),
    sa.UniqueConstraint('timebank_id', 'version', name=op.f('uq_terms_timebank_id_version'))
    )
    op.create_table('asset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('skill', 'knowledge', 'thing', 'connection', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_asset_category_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_asset_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset'))
    )
    op.create_index(op.f('ix_asset_category_id'), 'asset', ['category_id'], unique=False)
    op.create_index(op.f('ix_asset_membership_id'), 'asset', ['membership_id'], unique=False)
    op.create_table('audit_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('deed', sa.String(length=40), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['membership.id'], name=op.f('fk_audit_line_about_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_audit_line_by_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_audit_line_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_line'))
    )
    op.create_index('ix_audit_line_about_id', 'audit_line', ['about_id', 'id'], unique=False)
    op.create_index('ix_audit_line_timebank_id', 'audit_line', ['timebank_id', 'id'], unique=False)
    op.create_index('ix_audit_line_timebank_id_deed', 'audit_line', ['timebank_id', 'deed', 'id'], unique=False)
    op.create_table('availability',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('part', sa.Enum('morning', 'afternoon', 'evening', name='part_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_availability_weekday_of_a_week')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_availability_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'weekday', 'part', name=op.f('pk_availability'))
    )
    op.create_table('block',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('blocked_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['blocked_id'], ['membership.id'], name=op.f('fk_block_blocked_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_block_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'blocked_id', name=op.f('pk_block'))
    )
    op.create_index(op.f('ix_block_blocked_id'), 'block', ['blocked_id'], unique=False)
    op.create_table('field_readers',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.Enum('about', 'picture', 'district', 'languages', 'times', 'assets', 'needs', 'phone', 'email', name='field_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('readers', sa.Enum('coordinators', 'agreed', 'members', name='readers_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_field_readers_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'field', name=op.f('pk_field_readers'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['membership.id'], name=op.f('fk_invitation_by_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_invitation_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code', name=op.f('uq_invitation_code'))
    )
    op.create_index(op.f('ix_invitation_by_id'), 'invitation', ['by_id'], unique=False)
    op.create_index(op.f('ix_invitation_timebank_id'), 'invitation', ['timebank_id'], unique=False)
    op.create_table('letter_stop',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('welcome', 'application', 'application declined', 'proposal', 'answer', 'message', 'to confirm', 'disputed', 'decided', 'gift', 'thanks', 'renewal', 'match', 'supporter', 'standing', 'terms', 'bulk', name='kind_known', native_enum=False, create_constraint=True), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_letter_stop_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'kind', name=op.f('pk_letter_stop'))
    )
    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_need_category_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_need_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    op.create_index(op.f('ix_need_category_id'), 'need', ['category_id'], unique=False)
    op.create_index(op.f('ix_need_membership_id'), 'need', ['membership_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('kind', sa.Enum('welcome', 'application', 'application declined', 'proposal', 'answer', 'message', 'to confirm', 'disputed', 'decided', 'gift', 'thanks', 'renewal', 'match', 'supporter', 'standing', 'terms', 'bulk', name='kind_known', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'phone', 'given up', 'dropped', name='state_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_notice_membership_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_notice_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_notice_key'))
    )
    op.create_index('ix_notice_membership_id_state', 'notice', ['membership_id', 'state', 'due_at'], unique=False)
    op.create_index('ix_notice_state_due_at', 'notice', ['state', 'due_at'], unique=False)
    op.create_index('ix_notice_timebank_id_state', 'notice', ['timebank_id', 'state', 'id'], unique=False)
    op.create_table('picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_picture_membership_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_picture_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture'))
    )
    op.create_index(op.f('ix_picture_membership_id'), 'picture', ['membership_id'], unique=False)
    op.create_index(op.f('ix_picture_timebank_id'), 'picture', ['timebank_id'], unique=False)
    op.create_table('safeguarding_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_safeguarding_note_by_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_safeguarding_note_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safeguarding_note'))
    )
    op.create_index(op.f('ix_safeguarding_note_membership_id'), 'safeguarding_note', ['membership_id'], unique=False)
    op.create_table('supporter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('supporter_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('member_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('supporter_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('on_paper', sa.Boolean(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('membership_id <> supporter_id', name=op.f('ck_supporter_nobody_supports_themselves')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_supporter_asked_by_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_supporter_membership_id')),
    sa.ForeignKeyConstraint(['supporter_id'], ['membership.id'], name=op.f('fk_supporter_supporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supporter'))
    )
    op.create_index(op.f('ix_supporter_membership_id'), 'supporter', ['membership_id'], unique=False)
    op.create_index(op.f('ix_supporter_supporter_id'), 'supporter', ['supporter_id'], unique=False)
    op.create_table('terms_accepted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('terms_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_terms_accepted_by_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_terms_accepted_membership_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms.id'], name=op.f('fk_terms_accepted_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_accepted')),
    sa.UniqueConstraint('membership_id', 'terms_id', name=op.f('uq_terms_accepted_membership_id_terms_id'))
    )
    op.create_index(op.f('ix_terms_accepted_terms_id'), 'terms_accepted', ['terms_id'], unique=False)
    op.create_table('vetting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('background', 'reference', 'identity', 'insurance', 'training', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('expires_on IS NULL OR expires_on >= seen_on', name=op.f('ck_vetting_expires_after_it_was_seen')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_vetting_by_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_vetting_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vetting'))
    )
    op.create_index(op.f('ix_vetting_membership_id'), 'vetting', ['membership_id'], unique=False)
    op.create_table('application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('state', sa.Enum('open', 'welcomed', 'declined', 'withdrawn', name='state_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('district', sa.String(length=120), nullable=False),
    sa.Column('good_at', sa.String(length=2000), nullable=False),
    sa.Column('would_help', sa.String(length=2000), nullable=False),
    sa.Column('heard_from', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('terms_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_application_decided_by_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_application_invitation_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_application_membership_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_application_person_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms.id'], name=op.f('fk_application_terms_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_application_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('timebank_id', 'key', name=op.f('uq_application_timebank_id_key'))
    )
    op.create_index(op.f('ix_application_invitation_id'), 'application', ['invitation_id'], unique=False)
    op.create_index('ix_application_timebank_id_state', 'application', ['timebank_id', 'state', 'id'], unique=False)
    op.create_table('look',
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('accent', sa.String(length=7), nullable=False),
    sa.Column('logo_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['logo_id'], ['picture.id'], name=op.f('fk_look_logo_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_look_timebank_id')),
    sa.PrimaryKeyConstraint('timebank_id', name=op.f('pk_look'))
    )
    op.create_table('profile',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=2000), nullable=False),
    sa.Column('district', sa.String(length=120), nullable=False),
    sa.Column('languages', sa.String(length=200), nullable=False),
    sa.Column('picture_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_profile_membership_id')),
    sa.ForeignKeyConstraint(['picture_id'], ['picture.id'], name=op.f('fk_profile_picture_id')),
    sa.PrimaryKeyConstraint('membership_id', name=op.f('pk_profile'))
    )
    op.create_index(op.f('ix_profile_picture_id'), 'profile', ['picture_id'], unique=False)
    op.create_table('listing_tag',
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('folded', sa.String(length=40), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_tag_listing_id')),
    sa.PrimaryKeyConstraint('listing_id', 'folded', name=op.f('pk_listing_tag'))
    )
    op.create_index('ix_listing_tag_folded', 'listing_tag', ['folded'], unique=False)
    op.create_table('listing_time',
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('part', sa.Enum('morning', 'afternoon', 'evening', name='part_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_listing_time_weekday_of_a_week')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_time_listing_id')),
    sa.PrimaryKeyConstraint('listing_id', 'weekday', 'part', name=op.f('pk_listing_time'))
    )
    op.create_table('concern',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('exchange_id', sa.Integer(), nullable=True),
    sa.Column('listing_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['membership.id'], name=op.f('fk_concern_about_id')),
    sa.ForeignKeyConstraint(['by_id'], ['membership.id'], name=op.f('fk_concern_by_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_concern_closed_by_id')),
    sa.ForeignKeyConstraint(['exchange_id'], ['exchange.id'], name=op.f('fk_concern_exchange_id')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_concern_listing_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_concern_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern'))
    )
    op.create_index('ix_concern_timebank_id_closed_at', 'concern', ['timebank_id', 'closed_at'], unique=False)
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exchange_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_message_by_id')),
    sa.ForeignKeyConstraint(['exchange_id'], ['exchange.id'], name=op.f('fk_message_exchange_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_message_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('exchange_id', 'key', name=op.f('uq_message_exchange_id_key'))
    )
    op.create_index(op.f('ix_message_exchange_id'), 'message', ['exchange_id'], unique=False)
    op.create_table('thanks',
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('exchange_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=500), nullable=False),
    sa.Column('may_quote', sa.Boolean(), nullable=False),
    sa.Column('satisfaction', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('satisfaction BETWEEN 1 AND 5', name=op.f('ck_thanks_satisfaction_of_five')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_thanks_by_id')),
    sa.ForeignKeyConstraint(['exchange_id'], ['exchange.id'], name=op.f('fk_thanks_exchange_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_thanks_membership_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_thanks_timebank_id')),
    sa.PrimaryKeyConstraint('exchange_id', 'membership_id', name=op.f('pk_thanks'))
    )
    op.create_index('ix_thanks_timebank_id_at', 'thanks', ['timebank_id', 'at'], unique=False, postgresql_include=['exchange_id', 'membership_id', 'satisfaction', 'may_quote'])
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    moment = 'DATETIME' if on_sqlite else 'TIMESTAMP WITH TIME ZONE'
    for table, column in _COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column.format(moment=moment)}')
    op.execute(
        'UPDATE exchange SET moved_at = COALESCE((SELECT max(at) FROM exchange_step WHERE exchange_id = exchange.id), created_at)'
    )
    op.execute('UPDATE listing SET place_folded = lower(place)')
    op.create_index('ix_listing_timebank_id_expires_on', 'listing', ['timebank_id', 'expires_on'], unique=False)
    op.create_index('ix_listing_category_id', 'listing', ['category_id', 'id'], unique=False)
    op.create_index('ix_listing_standing', 'listing', ['timebank_id', 'closed_at', 'id', 'kind', 'category_id', 'expires_on', 'ends_on', 'membership_id'], unique=False)
    op.create_index('ix_listing_picture_id', 'listing', ['picture_id'], unique=False)
    op.create_index('ix_membership_person_id', 'membership', ['person_id'], unique=False)
    op.create_index('ix_membership_merged_into_id', 'membership', ['merged_into_id'], unique=False)
    op.create_index('ix_exchange_timebank_id_moved_at', 'exchange', ['timebank_id', 'state', 'moved_at'], unique=False)
    op.create_index('ix_exchange_timebank_id_served_on', 'exchange', ['timebank_id', 'served_on'], unique=False, postgresql_include=['state', 'provider_id', 'receiver_id', 'minutes', 'contribution_id', 'id'])
    op.drop_index('ix_contribution_timebank_id_served_on', table_name='contribution')
    op.create_index('ix_contribution_timebank_id_served_on', 'contribution', ['timebank_id', 'served_on'], unique=False, postgresql_include=['giver_id', 'capacity', 'stage', 'category_id', 'minutes', 'reversed_at'])
    op.create_index('ix_exchange_listing_id', 'exchange', ['listing_id'], unique=False)
    op.create_index('ix_exchange_timebank_id_category_id', 'exchange', ['timebank_id', 'category_id'], unique=False)
    op.create_index('ix_contribution_timebank_id_capacity', 'contribution', ['timebank_id', 'capacity', 'id'], unique=False)
    if not on_sqlite:
        op.create_index('ix_transfer_book_id', 'transfer', ['book_id', 'id'], unique=False)
    _known('given_role', 'role', [*_ROLES, 'safeguarding'])
    _known('exchange_step', 'step', [*_STEPS, 'undo'])
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    _stands_in_the_way("SELECT count(*) FROM given_role WHERE role = 'safeguarding'", 'someone has the role of safeguarding lead')
    _stands_in_the_way("SELECT count(*) FROM exchange_step WHERE step = 'undo'", 'a step of an exchange was undone')
    _known('exchange_step', 'step', _STEPS)
    _known('given_role', 'role', _ROLES)
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_index('ix_transfer_book_id', table_name='transfer')
    op.drop_index('ix_listing_standing', table_name='listing')
    op.drop_index('ix_listing_category_id', table_name='listing')
    op.drop_index('ix_listing_timebank_id_expires_on', table_name='listing')
    op.drop_index('ix_exchange_listing_id', table_name='exchange')
    op.drop_index('ix_exchange_timebank_id_served_on', table_name='exchange')
    op.drop_index('ix_contribution_timebank_id_capacity', table_name='contribution')
    op.drop_index('ix_contribution_timebank_id_served_on', table_name='contribution')
    op.create_index('ix_contribution_timebank_id_served_on', 'contribution', ['timebank_id', 'served_on'], unique=False)
    op.drop_index('ix_exchange_timebank_id_category_id', table_name='exchange')
    op.drop_index('ix_exchange_timebank_id_moved_at', table_name='exchange')
    op.drop_index('ix_listing_picture_id', table_name='listing')
    op.drop_index('ix_membership_merged_into_id', table_name='membership')
    op.drop_index('ix_membership_person_id', table_name='membership')
    for table, column in reversed(_COLUMNS):
        op.execute(f'ALTER TABLE {table} DROP COLUMN {column.split()[0]}')
    op.drop_table('thanks')
    op.drop_table('message')
    op.drop_table('concern')
    op.drop_table('listing_time')
    op.drop_table('listing_tag')
    op.drop_table('profile')
    op.drop_table('look')
    op.drop_table('application')
    op.drop_table('vetting')
    op.drop_table('terms_accepted')
    op.drop_table('supporter')
    op.drop_table('safeguarding_note')
    op.drop_table('picture')
    op.drop_table('notice')
    op.drop_table('need')
    op.drop_table('letter_stop')
    op.drop_table('invitation')
    op.drop_table('field_readers')
    op.drop_table('block')
    op.drop_table('availability')
    op.drop_table('audit_line')
    op.drop_table('asset')
    op.drop_table('terms')
    op.drop_table('board_word')


def _known(table, column, words):
    """The column takes just these words."""
    told = ', '.join(f"'{word}'" for word in words)
    name = f'ck_{table}_{column}_known'
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table(table, recreate='always') as batch:
            batch.drop_constraint(f'{column}_known', type_='check')
            batch.create_check_constraint(f'{column}_known', f'{column} IN ({told})')
    else:
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name}')
        op.execute(f'ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({told}))')


def _stands_in_the_way(asked, why):
    if op.get_bind().execute(sa.text(asked)).scalar():
        raise RuntimeError(f'The database cannot go back before this revision: {why}.')
