"""The book's own rules, in the words of each database: tallies that follow each transfer, rows nobody changes.

A revision makes these guards; the audit asks whether they still stand as they are written here.
"""

from timebank.guards import Guard, keeps, raises
from timebank.ledger.models import AccountKind, ChangeKind, TransferKind

_ANY = tuple(AccountKind)
_COMMUNITY = (AccountKind.COMMUNITY,)
_GROUPS = (AccountKind.COMMUNITY, AccountKind.ORGANISATION)
_WHO_HELP = (AccountKind.MEMBER, AccountKind.ORGANISATION, AccountKind.PARTNER)
_WHO_BELONG = (AccountKind.MEMBER, AccountKind.ORGANISATION)

RUNS_BETWEEN: dict[TransferKind, tuple[tuple[AccountKind, ...], tuple[AccountKind, ...]]] = {
    TransferKind.EXCHANGE: (_ANY, _WHO_HELP),
    TransferKind.ACTIVITY: (_GROUPS, _WHO_BELONG),
    TransferKind.WELCOME: (_COMMUNITY, _WHO_BELONG),
    TransferKind.GIFT: (_WHO_BELONG, _ANY),
    TransferKind.ALLOCATION: (_GROUPS, _WHO_BELONG),
    TransferKind.OPENING: (_ANY, _ANY),
    TransferKind.CORRECTION: (_ANY, _ANY),
    TransferKind.REVERSAL: (_ANY, _ANY),
}
"""Of which kinds the payer's and the payee's account may be, for each kind of transfer."""

NEVER = "a transfer is never changed and never deleted; reverse it"
NO_ACCOUNT = "there is no such account in this book"
CLOSED = "the account is closed"
NOT_CLOSED = "the account is not closed"
WRONG_KINDS = "this kind of transfer does not run between these accounts"
NOT_ITS_MIRROR = "a reversal mirrors the transfer that it reverses"
PAST_LIMIT = "that would take the account past its credit limit"
LIMIT_DIFFERS = "the limit was changed in the meantime"
BEGINS_AT_ZERO = "an account begins at zero and without a limit, and a new one never takes the place of another"
FOLLOWS = "an account is changed only by transfers and changes that are written down"
A_BOOK_STAYS = "a book stays"
A_CHANGE_STAYS = "a change of an account stays as it was written down"
A_SEAL_STAYS = "a seal stays as it was made"


def _quoted(kinds: tuple[AccountKind, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _kinds_fit(payer: str, payee: str) -> str:
    """An SQL condition: a transfer NEW may run from an account of kind `payer` to one of kind `payee`."""
    cases = " ".join(
        f"WHEN '{kind}' THEN {payer} IN ({_quoted(payers)}) AND {payee} IN ({_quoted(payees)})"
        for kind, (payers, payees) in RUNS_BETWEEN.items()
    )
    return f"(CASE NEW.kind {cases} ELSE FALSE END)"


_GIVEN = (
    "CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes"
    " WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END"
)
_RECEIVED = (
    "CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes"
    " WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END"
)
_BALANCE_AFTER = f"given_minutes + ({_GIVEN}) - received_minutes - ({_RECEIVED})"
"""Columns of an account and a transfer NEW: what the transfer adds to each tally; a reversal takes back."""


_FITS = (
    "closed_at IS NULL AND (credit_limit_minutes IS NULL"
    f" OR {_BALANCE_AFTER} >= -(credit_limit_minutes + excess_minutes))"
)


def _move(account: str, least: str, greatest: str) -> str:
    """The UPDATE that takes NEW into one account's tallies."""
    return (
        f"UPDATE account SET given_minutes = given_minutes + ({_GIVEN}),"
        f" received_minutes = received_minutes + ({_RECEIVED}),"
        f" excess_minutes = {greatest}(0, {least}(excess_minutes, -({_BALANCE_AFTER}) - COALESCE(credit_limit_minutes, 0))),"
        f" last_transfer_id = NEW.id WHERE id = {account}"
    )


_MIRRORED = (
    "EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id"
    " AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes)"
)
_NOT_MIRRORED = f"NEW.kind = 'reversal' AND NOT {_MIRRORED}"
_BOTH_ACCOUNTS = (
    "account p ON p.id = NEW.payer_id AND p.book_id = NEW.book_id"
    " LEFT JOIN account q ON q.id = NEW.payee_id AND q.book_id = NEW.book_id"
)

_THESE_KINDS_FIT = _kinds_fit(
    "(CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END)",
    "(CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END)",
)

# A second post of a reference is passed over in silence, as ON CONFLICT DO NOTHING does; whatever else a REPLACE would
# take away stays.
_WAITS = Guard(
    "transfer_waits_in_line",
    "transfer",
    sqlite=f"""BEFORE INSERT ON transfer BEGIN
        SELECT RAISE(IGNORE) WHERE EXISTS (
            SELECT 1 FROM transfer WHERE book_id = NEW.book_id AND reference = NEW.reference);
        SELECT RAISE(ABORT, '{NEVER}') WHERE EXISTS (
            SELECT 1 FROM transfer WHERE id = NEW.id OR reverses_id = NEW.reverses_id);
    END""",
    postgresql="",
)

# On PostgreSQL the lower account id is updated first, whoever pays, so that two opposite transfers wait for one another
# and never for each other. The trigger comes after the insert: a row thrown away by ON CONFLICT moves nothing. What
# does not fit is told in the same order on both databases.
_MOVES = Guard(
    "transfer_moves_tallies",
    "transfer",
    sqlite=f"""AFTER INSERT ON transfer BEGIN
        SELECT CASE
            WHEN p.id IS NULL OR q.id IS NULL THEN RAISE(ABORT, '{NO_ACCOUNT}')
            WHEN p.closed_at IS NOT NULL OR q.closed_at IS NOT NULL THEN RAISE(ABORT, '{CLOSED}')
            WHEN NOT {_kinds_fit("p.kind", "q.kind")} THEN RAISE(ABORT, '{WRONG_KINDS}')
            WHEN {_NOT_MIRRORED} THEN RAISE(ABORT, '{NOT_ITS_MIRROR}')
        END FROM (SELECT 1) LEFT JOIN {_BOTH_ACCOUNTS};
        {_move("NEW.payer_id", "min", "max")};
        {_move("NEW.payee_id", "min", "max")};
    END""",
    postgresql="AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_moves_tallies()",
    body=f"""
    DECLARE
        lower_kind text;
        upper_kind text;
        p account%ROWTYPE;
        q account%ROWTYPE;
    BEGIN
        IF NOT ({_NOT_MIRRORED}) THEN
            {_move("LEAST(NEW.payer_id, NEW.payee_id)", "LEAST", "GREATEST")} AND {_FITS} RETURNING kind INTO lower_kind;
        END IF;
        IF lower_kind IS NOT NULL THEN
            {_move("GREATEST(NEW.payer_id, NEW.payee_id)", "LEAST", "GREATEST")} AND {_FITS} RETURNING kind INTO upper_kind;
            IF upper_kind IS NOT NULL AND {_THESE_KINDS_FIT} THEN
                RETURN NULL;
            END IF;
        END IF;
        SELECT * INTO p FROM account WHERE id = NEW.payer_id AND book_id = NEW.book_id;
        SELECT * INTO q FROM account WHERE id = NEW.payee_id AND book_id = NEW.book_id;
        IF p.id IS NULL OR q.id IS NULL THEN {raises(NO_ACCOUNT)} END IF;
        IF p.closed_at IS NOT NULL OR q.closed_at IS NOT NULL THEN {raises(CLOSED)} END IF;
        IF NOT {_kinds_fit("p.kind", "q.kind")} THEN {raises(WRONG_KINDS)} END IF;
        IF {_NOT_MIRRORED} THEN {raises(NOT_ITS_MIRROR)} END IF;
        {raises(PAST_LIMIT, detail="GREATEST(0, p.credit_limit_minutes + p.given_minutes - p.received_minutes)::text")}
    END""",
)

_BEGINS = (
    "NEW.given_minutes <> 0 OR NEW.received_minutes <> 0 OR NEW.excess_minutes <> 0 OR NEW.closed_at IS NOT NULL"
    " OR NEW.last_transfer_id <> 0 OR NEW.last_change_id <> 0 OR NEW.credit_limit_minutes IS NOT NULL"
)

# SQLite's triggers cannot tell whether another trigger called them. So an account may be written only as its newest
# transfer, or its newest change, says; each does so once, because what came last is noted and only ever rises.
_SAME_PLACE = "NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.kind = OLD.kind"
_SAME_TERMS = (
    "NEW.credit_limit_minutes IS OLD.credit_limit_minutes AND NEW.closed_at IS OLD.closed_at"
    " AND NEW.last_change_id = OLD.last_change_id"
)
_SAME_TALLIES = (
    "NEW.given_minutes = OLD.given_minutes AND NEW.received_minutes = OLD.received_minutes"
    " AND NEW.last_transfer_id = OLD.last_transfer_id"
)
_AS_ITS_TRANSFER_SAYS = (
    "NEW.last_transfer_id > OLD.last_transfer_id AND NEW.excess_minutes <= OLD.excess_minutes"
    " AND EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.last_transfer_id AND NEW.id IN (t.payer_id, t.payee_id)"
    " AND NEW.given_minutes - OLD.given_minutes = CASE WHEN t.kind = 'reversal' AND t.payer_id = NEW.id THEN -t.minutes"
    " WHEN t.kind <> 'reversal' AND t.payee_id = NEW.id THEN t.minutes ELSE 0 END"
    " AND NEW.received_minutes - OLD.received_minutes = CASE WHEN t.kind = 'reversal' AND t.payee_id = NEW.id"
    " THEN -t.minutes WHEN t.kind <> 'reversal' AND t.payer_id = NEW.id THEN t.minutes ELSE 0 END)"
)
_AS_ITS_CHANGE_SAYS = (
    "NEW.last_change_id > OLD.last_change_id"
    " AND EXISTS (SELECT 1 FROM account_change c WHERE c.id = NEW.last_change_id AND c.account_id = NEW.id"
    " AND NEW.credit_limit_minutes IS CASE c.kind WHEN 'limit' THEN c.after_minutes ELSE OLD.credit_limit_minutes END"
    " AND NEW.closed_at IS CASE c.kind WHEN 'close' THEN c.at WHEN 'reopen' THEN NULL ELSE OLD.closed_at END"
    " AND NEW.excess_minutes = CASE c.kind WHEN 'limit' THEN"
    " COALESCE(max(0, NEW.received_minutes - NEW.given_minutes - c.after_minutes), 0) ELSE OLD.excess_minutes END)"
)
_FOLLOWS_THE_BOOK = Guard(
    "account_follows_the_book",
    "account",
    sqlite=f"BEFORE UPDATE ON account WHEN NOT ({_SAME_PLACE} AND ({_SAME_TERMS} AND {_AS_ITS_TRANSFER_SAYS}"
    f" OR {_SAME_TALLIES} AND {_AS_ITS_CHANGE_SAYS})) BEGIN SELECT RAISE(ABORT, '{FOLLOWS}'); END",
    postgresql="BEFORE UPDATE ON account FOR EACH ROW WHEN (pg_trigger_depth() = 0)"
    f" EXECUTE FUNCTION stays('{FOLLOWS}')",
)
_BEGINS_AT_ZERO = Guard(
    "account_begins_at_zero",
    "account",
    sqlite=f"BEFORE INSERT ON account BEGIN SELECT RAISE(ABORT, '{BEGINS_AT_ZERO}')"
    f" WHERE {_BEGINS} OR EXISTS (SELECT 1 FROM account WHERE id = NEW.id); END",
    postgresql="BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_begins_at_zero()",
    body=f"BEGIN IF {_BEGINS} THEN {raises(BEGINS_AT_ZERO)} END IF; RETURN NEW; END",
)


def _carry_out(greatest: str) -> str:
    """The UPDATE that carries a change NEW out on its account."""
    past = "received_minutes - given_minutes - NEW.after_minutes"
    return (
        "UPDATE account SET"
        " credit_limit_minutes = CASE NEW.kind WHEN 'limit' THEN NEW.after_minutes ELSE credit_limit_minutes END,"
        " excess_minutes = CASE NEW.kind WHEN 'limit' THEN CASE WHEN NEW.after_minutes IS NULL THEN 0"
        f" ELSE {greatest}(0, {past}) END ELSE excess_minutes END,"
        " closed_at = CASE NEW.kind WHEN 'close' THEN NEW.at WHEN 'reopen' THEN NULL ELSE closed_at END,"
        " last_change_id = NEW.id WHERE id = NEW.account_id"
    )


_CLOSED_ALREADY = f"NEW.kind <> '{ChangeKind.REOPEN}' AND a.closed_at IS NOT NULL"
_OPEN_ALREADY = f"NEW.kind = '{ChangeKind.REOPEN}' AND a.closed_at IS NULL"
_CHANGES = Guard(
    "account_change_is_carried_out",
    "account_change",
    sqlite=f"""AFTER INSERT ON account_change BEGIN
        SELECT CASE
            WHEN a.id IS NULL THEN RAISE(ABORT, '{NO_ACCOUNT}')
            WHEN {_CLOSED_ALREADY} THEN RAISE(ABORT, '{CLOSED}')
            WHEN {_OPEN_ALREADY} THEN RAISE(ABORT, '{NOT_CLOSED}')
            WHEN NEW.kind = 'limit' AND NEW.before_minutes IS NOT a.credit_limit_minutes THEN RAISE(ABORT, '{LIMIT_DIFFERS}')
        END FROM (SELECT 1) LEFT JOIN account a ON a.id = NEW.account_id;
        {_carry_out("max")};
    END""",
    postgresql="AFTER INSERT ON account_change FOR EACH ROW EXECUTE FUNCTION account_change_is_carried_out()",
    body=f"""
    DECLARE
        a account%ROWTYPE;
    BEGIN
        SELECT * INTO a FROM account WHERE id = NEW.account_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN {raises(NO_ACCOUNT)} END IF;
        IF {_CLOSED_ALREADY} THEN {raises(CLOSED)} END IF;
        IF {_OPEN_ALREADY} THEN {raises(NOT_CLOSED)} END IF;
        IF NEW.kind = 'limit' AND NEW.before_minutes IS DISTINCT FROM a.credit_limit_minutes THEN {raises(LIMIT_DIFFERS)} END IF;
        {_carry_out("GREATEST")};
        RETURN NULL;
    END""",
)

GUARDS = (
    _WAITS,
    _MOVES,
    *keeps("transfer", NEVER, unique=None),
    _BEGINS_AT_ZERO,
    _FOLLOWS_THE_BOOK,
    *keeps("account", FOLLOWS, unique=None, changes=True),
    _CHANGES,
    *keeps("account_change", A_CHANGE_STAYS),
    *keeps("seal", A_SEAL_STAYS, unique=("book_id = NEW.book_id AND number = NEW.number",)),
    *keeps("book", A_BOOK_STAYS),
)
"""All that must stand on the tables of the book."""
