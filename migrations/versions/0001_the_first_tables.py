"""The book with its triggers, members, the board, exchanges, contributions and releases."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# The book's own rules as they stood then.
_SQLITE = (
    """CREATE TRIGGER transfer_waits_in_line BEFORE INSERT ON transfer BEGIN
        SELECT RAISE(IGNORE) WHERE EXISTS (
            SELECT 1 FROM transfer WHERE book_id = NEW.book_id AND reference = NEW.reference);
        SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it') WHERE EXISTS (
            SELECT 1 FROM transfer WHERE id = NEW.id OR reverses_id = NEW.reverses_id);
    END""",
    """CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer BEGIN
        SELECT RAISE(ABORT, 'the account is closed') WHERE EXISTS (
            SELECT 1 FROM account WHERE id IN (NEW.payer_id, NEW.payee_id) AND closed_at IS NOT NULL);
        SELECT RAISE(ABORT, 'this kind of transfer does not run between these accounts') WHERE EXISTS (
            SELECT 1 FROM account p, account q WHERE p.id = NEW.payer_id AND q.id = NEW.payee_id
            AND NOT (CASE NEW.kind WHEN 'exchange' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'partner') WHEN 'activity' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'welcome' THEN p.kind IN ('community') AND q.kind IN ('member', 'organisation') WHEN 'gift' THEN p.kind IN ('member', 'organisation') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'allocation' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'opening' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'correction' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'reversal' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') ELSE FALSE END));
        SELECT RAISE(ABORT, 'a reversal mirrors the transfer that it reverses') WHERE NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes);
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = max(0, min(excess_minutes, received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) - given_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - COALESCE(credit_limit_minutes, 0))) WHERE id = NEW.payer_id;
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = max(0, min(excess_minutes, received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) - given_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - COALESCE(credit_limit_minutes, 0))) WHERE id = NEW.payee_id;
    END""",
    """CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer BEGIN
        SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it');
    END""",
    """CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer BEGIN
        SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it');
    END""",
)

_SQLITE_DROP = (
    """DROP TRIGGER transfer_waits_in_line""",
    """DROP TRIGGER transfer_moves_tallies""",
    """DROP TRIGGER transfer_is_never_changed""",
    """DROP TRIGGER transfer_is_never_deleted""",
)

_POSTGRESQL = (
    """CREATE FUNCTION transfer_moves_tallies() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        one account%ROWTYPE;
        two account%ROWTYPE;
        payer_kind text;
        payee_kind text;
    BEGIN
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = GREATEST(0, LEAST(excess_minutes, received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) - given_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - COALESCE(credit_limit_minutes, 0))) WHERE id = LEAST(NEW.payer_id, NEW.payee_id) RETURNING * INTO one;
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = GREATEST(0, LEAST(excess_minutes, received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) - given_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - COALESCE(credit_limit_minutes, 0))) WHERE id = GREATEST(NEW.payer_id, NEW.payee_id) RETURNING * INTO two;
        IF one.closed_at IS NOT NULL OR two.closed_at IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = 'the account is closed', ERRCODE = 'integrity_constraint_violation';
        END IF;
        payer_kind := CASE WHEN one.id = NEW.payer_id THEN one.kind ELSE two.kind END;
        payee_kind := CASE WHEN one.id = NEW.payer_id THEN two.kind ELSE one.kind END;
        IF NOT ((CASE NEW.kind WHEN 'exchange' THEN payer_kind IN ('member', 'organisation', 'community', 'partner') AND payee_kind IN ('member', 'organisation', 'partner') WHEN 'activity' THEN payer_kind IN ('community', 'organisation') AND payee_kind IN ('member', 'organisation') WHEN 'welcome' THEN payer_kind IN ('community') AND payee_kind IN ('member', 'organisation') WHEN 'gift' THEN payer_kind IN ('member', 'organisation') AND payee_kind IN ('member', 'organisation', 'community', 'partner') WHEN 'allocation' THEN payer_kind IN ('community', 'organisation') AND payee_kind IN ('member', 'organisation') WHEN 'opening' THEN payer_kind IN ('member', 'organisation', 'community', 'partner') AND payee_kind IN ('member', 'organisation', 'community', 'partner') WHEN 'correction' THEN payer_kind IN ('member', 'organisation', 'community', 'partner') AND payee_kind IN ('member', 'organisation', 'community', 'partner') WHEN 'reversal' THEN payer_kind IN ('member', 'organisation', 'community', 'partner') AND payee_kind IN ('member', 'organisation', 'community', 'partner') ELSE FALSE END)) THEN
            RAISE EXCEPTION USING MESSAGE = 'this kind of transfer does not run between these accounts', ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes) THEN
            RAISE EXCEPTION USING MESSAGE = 'a reversal mirrors the transfer that it reverses', ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION transfer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = 'a transfer is never changed and never deleted; reverse it', ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_moves_tallies()""",
    """CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_stays()""",
    """CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_stays()""",
    """CREATE TRIGGER transfer_is_never_emptied BEFORE TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION transfer_stays()""",
)

_POSTGRESQL_DROP = (
    """DROP TRIGGER transfer_is_never_emptied ON transfer""",
    """DROP TRIGGER transfer_is_never_deleted ON transfer""",
    """DROP TRIGGER transfer_is_never_changed ON transfer""",
    """DROP TRIGGER transfer_moves_tallies ON transfer""",
    """DROP FUNCTION transfer_stays()""",
    """DROP FUNCTION transfer_moves_tallies()""",
)


def upgrade() -> None:

    op.create_table('book',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_book'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('email_folded', sa.String(length=254), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index('ix_person_email_folded', 'person', ['email_folded'], unique=False)
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    op.create_index('ix_sign_in_attempt_key_at', 'sign_in_attempt', ['key', 'at'], unique=False)
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('member', 'organisation', 'community', 'partner', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('credit_limit_minutes', sa.Integer(), nullable=True),
    sa.Column('excess_minutes', sa.Integer(), server_default='0', nullable=False),
    sa.Column('given_minutes', sa.Integer(), server_default='0', nullable=False),
    sa.Column('received_minutes', sa.Integer(), server_default='0', nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closed_at IS NULL OR given_minutes = received_minutes', name=op.f('ck_account_closed_at_zero')),
    sa.CheckConstraint('credit_limit_minutes >= 0 AND excess_minutes >= 0', name=op.f('ck_account_limit_not_negative')),
    sa.CheckConstraint('credit_limit_minutes IS NULL OR given_minutes - received_minutes >= -(credit_limit_minutes + excess_minutes)', name=op.f('ck_account_within_credit_limit')),
    sa.CheckConstraint('given_minutes >= 0 AND received_minutes >= 0', name=op.f('ck_account_tallies_not_negative')),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_account_book_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('book_id', 'id', name=op.f('uq_account_book_id_id'))
    )
    op.create_table('password_link',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_password_link_person_id')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_password_link'))
    )
    op.create_table('timebank',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('locale', sa.String(length=20), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('contact_name', sa.String(length=120), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('contact_hours', sa.String(length=120), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('credit_limit_minutes', sa.Integer(), nullable=True),
    sa.Column('warn_below_minutes', sa.Integer(), nullable=False),
    sa.Column('step_minutes', sa.Integer(), nullable=False),
    sa.Column('outlier_minutes', sa.Integer(), nullable=False),
    sa.Column('disclosure_threshold', sa.Integer(), nullable=False),
    sa.CheckConstraint('disclosure_threshold >= 2', name=op.f('ck_timebank_disclosure_threshold_sensible')),
    sa.CheckConstraint('step_minutes BETWEEN 1 AND 60', name=op.f('ck_timebank_step_of_time_sensible')),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_timebank_book_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timebank')),
    sa.UniqueConstraint('book_id', name=op.f('uq_timebank_book_id')),
    sa.UniqueConstraint('slug', name=op.f('uq_timebank_slug'))
    )
    op.create_table('category',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['category.id'], name=op.f('fk_category_parent_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_category_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('timebank_id', 'name', name=op.f('uq_category_timebank_id_name'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('applied', 'active', 'paused', 'left', 'suspended', name='status_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('joined_on', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('works_for_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(person_id IS NULL) <> (organisation_id IS NULL)', name=op.f('ck_membership_one_person_or_organisation')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_membership_account_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_membership_timebank_id')),
    sa.ForeignKeyConstraint(['works_for_id'], ['organisation.id'], name=op.f('fk_membership_works_for_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('account_id', name=op.f('uq_membership_account_id')),
    sa.UniqueConstraint('timebank_id', 'number', name=op.f('uq_membership_timebank_id_number')),
    sa.UniqueConstraint('timebank_id', 'organisation_id', name=op.f('uq_membership_timebank_id_organisation_id')),
    sa.UniqueConstraint('timebank_id', 'person_id', name=op.f('uq_membership_timebank_id_person_id'))
    )
    op.create_table('project',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('purpose', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_project_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('timebank_id', 'name', name=op.f('uq_project_timebank_id_name'))
    )
    op.create_table('release',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('day_after', sa.Date(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('day_after > first_day', name=op.f('ck_release_period_not_empty')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_release_released_by_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_release_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release')),
    sa.UniqueConstraint('timebank_id', 'first_day', name=op.f('uq_release_timebank_id_first_day'))
    )
    op.create_index('ix_release_timebank_id_day_after', 'release', ['timebank_id', 'day_after'], unique=False)
    op.create_table('transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('exchange', 'activity', 'welcome', 'gift', 'allocation', 'opening', 'correction', 'reversal', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('payer_id', sa.Integer(), nullable=False),
    sa.Column('payee_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=500), server_default='', nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f('ck_transfer_only_a_reversal_reverses')),
    sa.CheckConstraint("reverses_id IS NULL OR reason <> ''", name=op.f('ck_transfer_a_reversal_has_a_reason')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_transfer_minutes_positive')),
    sa.CheckConstraint('payer_id <> payee_id', name=op.f('ck_transfer_payer_is_not_payee')),
    sa.ForeignKeyConstraint(['book_id', 'payee_id'], ['account.book_id', 'account.id'], name='fk_transfer_payee_of_the_book'),
    sa.ForeignKeyConstraint(['book_id', 'payer_id'], ['account.book_id', 'account.id'], name='fk_transfer_payer_of_the_book'),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_transfer_book_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['transfer.id'], name=op.f('fk_transfer_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer')),
    sa.UniqueConstraint('book_id', 'reference', name=op.f('uq_transfer_book_id_reference')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_transfer_reverses_id'))
    )
    op.create_index('ix_transfer_payee_id', 'transfer', ['payee_id', 'id'], unique=False)
    op.create_index('ix_transfer_payer_id', 'transfer', ['payer_id', 'id'], unique=False)
    op.create_table('contribution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Enum('member', 'professional', 'volunteer', name='capacity_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('receiver_id', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('stage', sa.Enum('design', 'decide', 'deliver', 'evaluate', name='stage_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('transfer_id', sa.Integer(), nullable=True),
    sa.Column('reversed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reversal_reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("(capacity = 'member') = (transfer_id IS NOT NULL)", name=op.f('ck_contribution_member_hours_are_in_the_book')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_contribution_minutes_positive')),
    sa.CheckConstraint('receiver_id IS NULL OR receiver_id <> giver_id', name=op.f('ck_contribution_giver_is_not_receiver')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_contribution_approved_by_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_contribution_category_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_contribution_confirmed_by_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_contribution_entered_by_id')),
    sa.ForeignKeyConstraint(['giver_id'], ['membership.id'], name=op.f('fk_contribution_giver_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contribution_organisation_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_contribution_project_id')),
    sa.ForeignKeyConstraint(['receiver_id'], ['membership.id'], name=op.f('fk_contribution_receiver_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_contribution_timebank_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfer.id'], name=op.f('fk_contribution_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('timebank_id', 'reference', name=op.f('uq_contribution_timebank_id_reference')),
    sa.UniqueConstraint('transfer_id', name=op.f('uq_contribution_transfer_id'))
    )
    op.create_index(op.f('ix_contribution_giver_id'), 'contribution', ['giver_id'], unique=False)
    op.create_index(op.f('ix_contribution_receiver_id'), 'contribution', ['receiver_id'], unique=False)
    op.create_index('ix_contribution_timebank_id_served_on', 'contribution', ['timebank_id', 'served_on'], unique=False)
    op.create_table('given_role',
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('member', 'coordinator', 'administrator', 'funder', name='role_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_given_role_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'role', name=op.f('pk_given_role'))
    )
    op.create_table('listing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('offer', 'request', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('description', sa.String(length=4000), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('times', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on', name=op.f('ck_listing_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_listing_category_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_listing_membership_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_listing_timebank_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing'))
    )
    op.create_index(op.f('ix_listing_membership_id'), 'listing', ['membership_id'], unique=False)
    op.create_index('ix_listing_timebank_id', 'listing', ['timebank_id', 'id'], unique=False)
    op.create_table('exchange',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timebank_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('receiver_id', sa.Integer(), nullable=False),
    sa.Column('told_by_id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=True),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('capacity', sa.Enum('member', 'professional', 'volunteer', name='capacity_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('stage', sa.Enum('design', 'decide', 'deliver', 'evaluate', name='stage_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'agreed', 'recorded', 'confirmed', 'disputed', 'approved', 'declined', 'cancelled', 'reversed', name='state_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('proposed_minutes', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('other_minutes', sa.Integer(), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('proposed', 'agreed', 'declined', 'cancelled') OR (minutes IS NOT NULL AND served_on IS NOT NULL)", name=op.f('ck_exchange_a_recorded_one_has_its_time')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_exchange_minutes_positive')),
    sa.CheckConstraint('other_minutes > 0', name=op.f('ck_exchange_other_minutes_positive')),
    sa.CheckConstraint('proposed_minutes > 0', name=op.f('ck_exchange_proposed_minutes_positive')),
    sa.CheckConstraint('provider_id <> receiver_id', name=op.f('ck_exchange_provider_is_not_receiver')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_exchange_category_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_exchange_confirmed_by_id')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_exchange_contribution_id')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_exchange_listing_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_exchange_project_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['membership.id'], name=op.f('fk_exchange_provider_id')),
    sa.ForeignKeyConstraint(['receiver_id'], ['membership.id'], name=op.f('fk_exchange_receiver_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_exchange_recorded_by_id')),
    sa.ForeignKeyConstraint(['timebank_id'], ['timebank.id'], name=op.f('fk_exchange_timebank_id')),
    sa.ForeignKeyConstraint(['told_by_id'], ['membership.id'], name=op.f('fk_exchange_told_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange')),
    sa.UniqueConstraint('contribution_id', name=op.f('uq_exchange_contribution_id')),
    sa.UniqueConstraint('timebank_id', 'reference', name=op.f('uq_exchange_timebank_id_reference'))
    )
    op.create_index(op.f('ix_exchange_provider_id'), 'exchange', ['provider_id'], unique=False)
    op.create_index(op.f('ix_exchange_receiver_id'), 'exchange', ['receiver_id'], unique=False)
    op.create_index('ix_exchange_timebank_id_state', 'exchange', ['timebank_id', 'state', 'id'], unique=False)
    op.create_table('exchange_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exchange_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Enum('propose', 'agree', 'decline', 'cancel', 'record', 'confirm', 'dispute', 'settle', 'send back', 'approve', 'reverse', name='step_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('for_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('minutes_before', sa.Integer(), nullable=True),
    sa.Column('minutes_after', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_exchange_step_by_id')),
    sa.ForeignKeyConstraint(['exchange_id'], ['exchange.id'], name=op.f('fk_exchange_step_exchange_id')),
    sa.ForeignKeyConstraint(['for_id'], ['membership.id'], name=op.f('fk_exchange_step_for_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_step'))
    )
    op.create_index(op.f('ix_exchange_step_exchange_id'), 'exchange_step', ['exchange_id'], unique=False)

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for statement in _SQLITE_DROP if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_DROP:
        op.execute(statement)

    op.drop_index(op.f('ix_exchange_step_exchange_id'), table_name='exchange_step')
    op.drop_table('exchange_step')
    op.drop_index('ix_exchange_timebank_id_state', table_name='exchange')
    op.drop_index(op.f('ix_exchange_receiver_id'), table_name='exchange')
    op.drop_index(op.f('ix_exchange_provider_id'), table_name='exchange')
    op.drop_table('exchange')
    op.drop_index('ix_listing_timebank_id', table_name='listing')
    op.drop_index(op.f('ix_listing_membership_id'), table_name='listing')
    op.drop_table('listing')
    op.drop_table('given_role')
    op.drop_index('ix_contribution_timebank_id_served_on', table_name='contribution')
    op.drop_index(op.f('ix_contribution_receiver_id'), table_name='contribution')
    op.drop_index(op.f('ix_contribution_giver_id'), table_name='contribution')
    op.drop_table('contribution')
    op.drop_index('ix_transfer_payer_id', table_name='transfer')
    op.drop_index('ix_transfer_payee_id', table_name='transfer')
    op.drop_table('transfer')
    op.drop_index('ix_release_timebank_id_day_after', table_name='release')
    op.drop_table('release')
    op.drop_table('project')
    op.drop_table('membership')
    op.drop_table('category')
    op.drop_table('timebank')
    op.drop_table('password_link')
    op.drop_table('account')
    op.drop_index('ix_sign_in_attempt_key_at', table_name='sign_in_attempt')
    op.drop_table('sign_in_attempt')
    op.drop_index('ix_person_email_folded', table_name='person')
    op.drop_table('person')
    op.drop_table('organisation')
    op.drop_table('book')

