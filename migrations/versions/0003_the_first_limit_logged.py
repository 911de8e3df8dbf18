"""The log of an account begins with its first limit: an account is opened without one, and its limit is a change."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_WORDS = 'an account begins at zero and without a limit, and a new one never takes the place of another'
_WORDS_BEFORE = 'an account begins at zero, and a new one never takes the place of another'
_BEGINS = (
    "NEW.given_minutes <> 0 OR NEW.received_minutes <> 0 OR NEW.excess_minutes <> 0 OR NEW.closed_at IS NOT NULL"
    " OR NEW.last_transfer_id <> 0 OR NEW.last_change_id <> 0"
)

# What was opened before has its first limit logged now, under a number below zero: before all that was logged since.
_FIRST_LIMITS = """
    INSERT INTO account_change (id, account_id, kind, before_minutes, after_minutes, at, reason)
    SELECT -a.id, a.id, 'limit', NULL, COALESCE(c.before_minutes, a.credit_limit_minutes), b.opened_at, 'As the account was opened.'
    FROM account a JOIN book b ON b.id = a.book_id
    LEFT JOIN account_change c ON c.id = (SELECT min(id) FROM account_change WHERE account_id = a.id AND kind = 'limit')
    WHERE CASE WHEN c.id IS NULL THEN a.credit_limit_minutes ELSE c.before_minutes END IS NOT NULL
"""


def upgrade() -> None:
    _without_carrying_out(_FIRST_LIMITS)
    _begins(f"{_BEGINS} OR NEW.credit_limit_minutes IS NOT NULL", _WORDS)


def downgrade() -> None:
    _begins(_BEGINS, _WORDS_BEFORE)
    _without_carrying_out("DELETE FROM account_change WHERE id < 0")


def _begins(condition, words):
    """The rule of how an account begins is this one."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER account_begins_at_zero")
        op.execute(
            f"CREATE TRIGGER account_begins_at_zero BEFORE INSERT ON account BEGIN SELECT RAISE(ABORT, '{words}')"
            f" WHERE {condition} OR EXISTS (SELECT 1 FROM account WHERE id = NEW.id); END"
        )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION account_begins_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$"
            f"BEGIN IF {condition} THEN RAISE EXCEPTION USING MESSAGE = '{words}',"
            " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$"
        )


def _without_carrying_out(statement):
    """The statement is run while the triggers of the log rest; afterwards they stand as they did."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'account_change'"
        triggers = bind.execute(sa.text(asked)).all()
        for name, _ in triggers:
            op.execute(f"DROP TRIGGER {name}")
        op.execute(statement)
        for _, sql in triggers:
            op.execute(sql)
    else:
        op.execute("ALTER TABLE account_change DISABLE TRIGGER USER")
        op.execute(statement)
        op.execute("ALTER TABLE account_change ENABLE TRIGGER USER")
