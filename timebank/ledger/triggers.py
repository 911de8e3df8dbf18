"""The book's own rules, in the words of each database: tallies that follow each transfer, rows nobody changes.

The first migration runs these statements; the audit asks whether the triggers still stand.
"""

from timebank.ledger.models import AccountKind, TransferKind

_ANY = tuple(AccountKind)
_HELPED = (AccountKind.MEMBER, AccountKind.ORGANISATION, AccountKind.COMMUNITY, AccountKind.PARTNER)
_COMMUNITY = (AccountKind.COMMUNITY,)
_GROUPS = (AccountKind.COMMUNITY, AccountKind.ORGANISATION)

RUNS_BETWEEN: dict[TransferKind, tuple[tuple[AccountKind, ...], tuple[AccountKind, ...]]] = {
    TransferKind.EXCHANGE: (_HELPED, (AccountKind.MEMBER, AccountKind.ORGANISATION, AccountKind.PARTNER)),
    TransferKind.ACTIVITY: (_GROUPS, (AccountKind.MEMBER, AccountKind.ORGANISATION)),
    TransferKind.WELCOME: (_COMMUNITY, (AccountKind.MEMBER, AccountKind.ORGANISATION)),
    TransferKind.GIFT: ((AccountKind.MEMBER, AccountKind.ORGANISATION), _ANY),
    TransferKind.ALLOCATION: (_GROUPS, (AccountKind.MEMBER, AccountKind.ORGANISATION)),
    TransferKind.OPENING: (_ANY, _ANY),
    TransferKind.CORRECTION: (_ANY, _ANY),
    TransferKind.REVERSAL: (_ANY, _ANY),
}
"""Of which kinds the payer's and the payee's account may be, for each kind of transfer."""

TRIGGERS = (
    "transfer_waits_in_line",
    "transfer_moves_tallies",
    "transfer_is_never_changed",
    "transfer_is_never_deleted",
)
NEVER = "a transfer is never changed and never deleted; reverse it"
CLOSED = "the account is closed"
WRONG_KINDS = "this kind of transfer does not run between these accounts"
NOT_ITS_MIRROR = "a reversal mirrors the transfer that it reverses"


def _quoted(kinds: tuple[AccountKind, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _kinds_fit(payer: str, payee: str) -> str:
    """An SQL condition: a transfer NEW may run from an account of kind `payer` to one of kind `payee`."""
    cases = " ".join(
        f"WHEN '{kind}' THEN {payer} IN ({_quoted(payers)}) AND {payee} IN ({_quoted(payees)})"
        for kind, (payers, payees) in RUNS_BETWEEN.items()
    )
    return f"(CASE NEW.kind {cases} ELSE FALSE END)"


def _move(account: str, least: str, greatest: str) -> str:
    """The UPDATE that takes NEW into one account's tallies; a reversal takes back what it reverses."""
    given = (
        "CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes"
        " WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END"
    )
    received = (
        "CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes"
        " WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END"
    )
    past_limit = f"received_minutes + ({received}) - given_minutes - ({given}) - COALESCE(credit_limit_minutes, 0)"
    return (
        f"UPDATE account SET given_minutes = given_minutes + ({given}),"
        f" received_minutes = received_minutes + ({received}),"
        f" excess_minutes = {greatest}(0, {least}(excess_minutes, {past_limit}))"
        f" WHERE id = {account}"
    )


_MIRRORED = (
    "EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id"
    " AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes)"
)

SQLITE = (
    # A REPLACE would take the old row away without asking the delete trigger, so it is stopped before it begins; a
    # second post of a reference is passed over in silence, as ON CONFLICT DO NOTHING does.
    f"""CREATE TRIGGER transfer_waits_in_line BEFORE INSERT ON transfer BEGIN
        SELECT RAISE(IGNORE) WHERE EXISTS (
            SELECT 1 FROM transfer WHERE book_id = NEW.book_id AND reference = NEW.reference);
        SELECT RAISE(ABORT, '{NEVER}') WHERE EXISTS (
            SELECT 1 FROM transfer WHERE id = NEW.id OR reverses_id = NEW.reverses_id);
    END""",
    f"""CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer BEGIN
        SELECT RAISE(ABORT, '{CLOSED}') WHERE EXISTS (
            SELECT 1 FROM account WHERE id IN (NEW.payer_id, NEW.payee_id) AND closed_at IS NOT NULL);
        SELECT RAISE(ABORT, '{WRONG_KINDS}') WHERE EXISTS (
            SELECT 1 FROM account p, account q WHERE p.id = NEW.payer_id AND q.id = NEW.payee_id
            AND NOT {_kinds_fit("p.kind", "q.kind")});
        SELECT RAISE(ABORT, '{NOT_ITS_MIRROR}') WHERE NEW.kind = 'reversal' AND NOT {_MIRRORED};
        {_move("NEW.payer_id", "min", "max")};
        {_move("NEW.payee_id", "min", "max")};
    END""",
    f"""CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer BEGIN
        SELECT RAISE(ABORT, '{NEVER}');
    END""",
    f"""CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer BEGIN
        SELECT RAISE(ABORT, '{NEVER}');
    END""",
)
SQLITE_DROP = tuple(f"DROP TRIGGER {name}" for name in TRIGGERS)

POSTGRESQL = (
    # The lower account id is updated first, whoever pays, so that two opposite transfers wait for one another and
    # never for each other. The trigger comes after the insert: a row thrown away by ON CONFLICT moves nothing.
    f"""CREATE FUNCTION transfer_moves_tallies() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        one account%ROWTYPE;
        two account%ROWTYPE;
        payer_kind text;
        payee_kind text;
    BEGIN
        {_move("LEAST(NEW.payer_id, NEW.payee_id)", "LEAST", "GREATEST")} RETURNING * INTO one;
        {_move("GREATEST(NEW.payer_id, NEW.payee_id)", "LEAST", "GREATEST")} RETURNING * INTO two;
        IF one.closed_at IS NOT NULL OR two.closed_at IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = '{CLOSED}', ERRCODE = 'integrity_constraint_violation';
        END IF;
        payer_kind := CASE WHEN one.id = NEW.payer_id THEN one.kind ELSE two.kind END;
        payee_kind := CASE WHEN one.id = NEW.payer_id THEN two.kind ELSE one.kind END;
        IF NOT ({_kinds_fit("payer_kind", "payee_kind")}) THEN
            RAISE EXCEPTION USING MESSAGE = '{WRONG_KINDS}', ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.kind = 'reversal' AND NOT {_MIRRORED} THEN
            RAISE EXCEPTION USING MESSAGE = '{NOT_ITS_MIRROR}', ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION transfer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = '{NEVER}', ERRCODE = 'integrity_constraint_violation';
    END $$""",
    "CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_moves_tallies()",
    "CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_stays()",
    "CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_stays()",
    "CREATE TRIGGER transfer_is_never_emptied BEFORE TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION transfer_stays()",
)
POSTGRESQL_DROP = (
    "DROP TRIGGER transfer_is_never_emptied ON transfer",
    "DROP TRIGGER transfer_is_never_deleted ON transfer",
    "DROP TRIGGER transfer_is_never_changed ON transfer",
    "DROP TRIGGER transfer_moves_tallies ON transfer",
    "DROP FUNCTION transfer_stays()",
    "DROP FUNCTION transfer_moves_tallies()",
)

STANDING = {
    "sqlite": frozenset(TRIGGERS),
    "postgresql": frozenset(TRIGGERS[1:]) | {"transfer_is_never_emptied"},
}
"""The triggers that must stand on `transfer`, by the database's name."""
