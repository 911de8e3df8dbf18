"""The book guarded below the program: accounts that only transfers and logged changes write, seals, forms sent once."""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# The rules that the database holds, as they stood then.
_SQLITE = (
    """CREATE TRIGGER transfer_waits_in_line BEFORE INSERT ON transfer BEGIN
        SELECT RAISE(IGNORE) WHERE EXISTS (
            SELECT 1 FROM transfer WHERE book_id = NEW.book_id AND reference = NEW.reference);
        SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it') WHERE EXISTS (
            SELECT 1 FROM transfer WHERE id = NEW.id OR reverses_id = NEW.reverses_id);
    END""",
    """CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer BEGIN
        SELECT CASE
            WHEN p.id IS NULL OR q.id IS NULL THEN RAISE(ABORT, 'there is no such account in this book')
            WHEN p.closed_at IS NOT NULL OR q.closed_at IS NOT NULL THEN RAISE(ABORT, 'the account is closed')
            WHEN NOT (CASE NEW.kind WHEN 'exchange' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'partner') WHEN 'activity' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'welcome' THEN p.kind IN ('community') AND q.kind IN ('member', 'organisation') WHEN 'gift' THEN p.kind IN ('member', 'organisation') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'allocation' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'opening' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'correction' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'reversal' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') ELSE FALSE END) THEN RAISE(ABORT, 'this kind of transfer does not run between these accounts')
            WHEN NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes) THEN RAISE(ABORT, 'a reversal mirrors the transfer that it reverses')
        END FROM (SELECT 1) LEFT JOIN account p ON p.id = NEW.payer_id AND p.book_id = NEW.book_id LEFT JOIN account q ON q.id = NEW.payee_id AND q.book_id = NEW.book_id;
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = max(0, min(excess_minutes, -(given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END)) - COALESCE(credit_limit_minutes, 0))), last_transfer_id = NEW.id WHERE id = NEW.payer_id;
        UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = max(0, min(excess_minutes, -(given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END)) - COALESCE(credit_limit_minutes, 0))), last_transfer_id = NEW.id WHERE id = NEW.payee_id;
    END""",
    """CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it'); END""",
    """CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT, 'a transfer is never changed and never deleted; reverse it'); END""",
    """CREATE TRIGGER account_begins_at_zero BEFORE INSERT ON account BEGIN SELECT RAISE(ABORT, 'an account begins at zero, and a new one never takes the place of another') WHERE NEW.given_minutes <> 0 OR NEW.received_minutes <> 0 OR NEW.excess_minutes <> 0 OR NEW.closed_at IS NOT NULL OR NEW.last_transfer_id <> 0 OR NEW.last_change_id <> 0 OR EXISTS (SELECT 1 FROM account WHERE id = NEW.id); END""",
    """CREATE TRIGGER account_follows_the_book BEFORE UPDATE ON account WHEN NOT (NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.kind = OLD.kind AND (NEW.credit_limit_minutes IS OLD.credit_limit_minutes AND NEW.closed_at IS OLD.closed_at AND NEW.last_change_id = OLD.last_change_id AND NEW.last_transfer_id > OLD.last_transfer_id AND NEW.excess_minutes <= OLD.excess_minutes AND EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.last_transfer_id AND NEW.id IN (t.payer_id, t.payee_id) AND NEW.given_minutes - OLD.given_minutes = CASE WHEN t.kind = 'reversal' AND t.payer_id = NEW.id THEN -t.minutes WHEN t.kind <> 'reversal' AND t.payee_id = NEW.id THEN t.minutes ELSE 0 END AND NEW.received_minutes - OLD.received_minutes = CASE WHEN t.kind = 'reversal' AND t.payee_id = NEW.id THEN -t.minutes WHEN t.kind <> 'reversal' AND t.payer_id = NEW.id THEN t.minutes ELSE 0 END) OR NEW.given_minutes = OLD.given_minutes AND NEW.received_minutes = OLD.received_minutes AND NEW.last_transfer_id = OLD.last_transfer_id AND NEW.last_change_id > OLD.last_change_id AND EXISTS (SELECT 1 FROM account_change c WHERE c.id = NEW.last_change_id AND c.account_id = NEW.id AND NEW.credit_limit_minutes IS CASE c.kind WHEN 'limit' THEN c.after_minutes ELSE OLD.credit_limit_minutes END AND NEW.closed_at IS CASE c.kind WHEN 'close' THEN c.at WHEN 'reopen' THEN NULL ELSE OLD.closed_at END AND NEW.excess_minutes = CASE c.kind WHEN 'limit' THEN COALESCE(max(0, NEW.received_minutes - NEW.given_minutes - c.after_minutes), 0) ELSE OLD.excess_minutes END))) BEGIN SELECT RAISE(ABORT, 'an account is changed only by transfers and changes that are written down'); END""",
    """CREATE TRIGGER account_is_never_deleted BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'an account is changed only by transfers and changes that are written down'); END""",
    """CREATE TRIGGER account_change_is_carried_out AFTER INSERT ON account_change BEGIN
        SELECT CASE
            WHEN a.id IS NULL THEN RAISE(ABORT, 'there is no such account in this book')
            WHEN NEW.kind <> 'reopen' AND a.closed_at IS NOT NULL THEN RAISE(ABORT, 'the account is closed')
            WHEN NEW.kind = 'reopen' AND a.closed_at IS NULL THEN RAISE(ABORT, 'the account is not closed')
            WHEN NEW.kind = 'limit' AND NEW.before_minutes IS NOT a.credit_limit_minutes THEN RAISE(ABORT, 'the limit was changed in the meantime')
        END FROM (SELECT 1) LEFT JOIN account a ON a.id = NEW.account_id;
        UPDATE account SET credit_limit_minutes = CASE NEW.kind WHEN 'limit' THEN NEW.after_minutes ELSE credit_limit_minutes END, excess_minutes = CASE NEW.kind WHEN 'limit' THEN CASE WHEN NEW.after_minutes IS NULL THEN 0 ELSE max(0, received_minutes - given_minutes - NEW.after_minutes) END ELSE excess_minutes END, closed_at = CASE NEW.kind WHEN 'close' THEN NEW.at WHEN 'reopen' THEN NULL ELSE closed_at END, last_change_id = NEW.id WHERE id = NEW.account_id;
    END""",
    """CREATE TRIGGER account_change_is_never_deleted BEFORE DELETE ON account_change BEGIN SELECT RAISE(ABORT, 'a change of an account stays as it was written down'); END""",
    """CREATE TRIGGER account_change_is_never_replaced BEFORE INSERT ON account_change BEGIN SELECT RAISE(ABORT, 'a change of an account stays as it was written down') WHERE EXISTS (SELECT 1 FROM account_change WHERE id = NEW.id); END""",
    """CREATE TRIGGER account_change_is_never_changed BEFORE UPDATE ON account_change BEGIN SELECT RAISE(ABORT, 'a change of an account stays as it was written down'); END""",
    """CREATE TRIGGER seal_is_never_deleted BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'a seal stays as it was made'); END""",
    """CREATE TRIGGER seal_is_never_replaced BEFORE INSERT ON seal BEGIN SELECT RAISE(ABORT, 'a seal stays as it was made') WHERE EXISTS (SELECT 1 FROM seal WHERE id = NEW.id OR book_id = NEW.book_id AND number = NEW.number); END""",
    """CREATE TRIGGER seal_is_never_changed BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'a seal stays as it was made'); END""",
    """CREATE TRIGGER book_is_never_deleted BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'a book stays'); END""",
    """CREATE TRIGGER book_is_never_replaced BEFORE INSERT ON book BEGIN SELECT RAISE(ABORT, 'a book stays') WHERE EXISTS (SELECT 1 FROM book WHERE id = NEW.id); END""",
    """CREATE TRIGGER book_is_never_changed BEFORE UPDATE ON book BEGIN SELECT RAISE(ABORT, 'a book stays'); END""",
    """CREATE TRIGGER timebank_keeps_its_book BEFORE UPDATE ON timebank BEGIN SELECT RAISE(ABORT, 'a timebank keeps its book') WHERE NEW.book_id <> OLD.book_id; END""",
    """CREATE TRIGGER membership_keeps_its_account BEFORE UPDATE ON membership BEGIN SELECT RAISE(ABORT, 'a membership keeps its account') WHERE OLD.account_id IS NOT NULL AND NEW.account_id IS NOT OLD.account_id; END""",
    """CREATE TRIGGER membership_is_never_deleted BEFORE DELETE ON membership BEGIN SELECT RAISE(ABORT, 'a membership stays, also of who has left'); END""",
    """CREATE TRIGGER membership_is_never_replaced BEFORE INSERT ON membership BEGIN SELECT RAISE(ABORT, 'a membership stays, also of who has left') WHERE EXISTS (SELECT 1 FROM membership WHERE id = NEW.id OR timebank_id = NEW.timebank_id AND number = NEW.number OR account_id = NEW.account_id); END""",
    """CREATE TRIGGER contribution_is_never_deleted BEFORE DELETE ON contribution BEGIN SELECT RAISE(ABORT, 'a contribution stays as it was approved; reverse it'); END""",
    """CREATE TRIGGER contribution_is_never_replaced BEFORE INSERT ON contribution BEGIN SELECT RAISE(ABORT, 'a contribution stays as it was approved; reverse it') WHERE EXISTS (SELECT 1 FROM contribution WHERE id = NEW.id OR timebank_id = NEW.timebank_id AND reference = NEW.reference OR transfer_id = NEW.transfer_id); END""",
    """CREATE TRIGGER contribution_says_what_its_transfer_says BEFORE INSERT ON contribution BEGIN SELECT RAISE(ABORT, 'member hours are in the book as they are told') WHERE NEW.capacity = 'member' AND NOT EXISTS (SELECT 1 FROM transfer t JOIN membership g ON g.id = NEW.giver_id LEFT JOIN membership r ON r.id = NEW.receiver_id WHERE t.id = NEW.transfer_id AND t.kind IN ('exchange', 'activity') AND t.minutes = NEW.minutes AND t.occurred_on = NEW.served_on AND t.payee_id = g.account_id AND (NEW.receiver_id IS NULL OR t.payer_id = r.account_id)); END""",
    """CREATE TRIGGER contribution_keeps_its_facts BEFORE UPDATE ON contribution BEGIN SELECT RAISE(ABORT, 'a contribution stays as it was approved; reverse it') WHERE NEW.timebank_id IS NOT OLD.timebank_id OR NEW.reference IS NOT OLD.reference OR NEW.giver_id IS NOT OLD.giver_id OR NEW.receiver_id IS NOT OLD.receiver_id OR NEW.capacity IS NOT OLD.capacity OR NEW.minutes IS NOT OLD.minutes OR NEW.served_on IS NOT OLD.served_on OR NEW.approved_at IS NOT OLD.approved_at OR NEW.transfer_id IS NOT OLD.transfer_id; END""",
    """CREATE TRIGGER contribution_is_reversed_with_its_transfer BEFORE UPDATE ON contribution BEGIN SELECT RAISE(ABORT, 'a contribution is taken back once, and its transfer with it') WHERE NEW.reversed_at IS NOT OLD.reversed_at AND (OLD.reversed_at IS NOT NULL OR (NEW.transfer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.reverses_id = NEW.transfer_id))); END""",
    """CREATE TRIGGER exchange_begins_uncounted BEFORE INSERT ON exchange BEGIN SELECT RAISE(ABORT, 'an exchange is approved where its hours are recorded, and nowhere else') WHERE (NEW.state IN ('approved', 'reversed')) <> (NEW.contribution_id IS NOT NULL); END""",
    """CREATE TRIGGER exchange_counts_when_approved BEFORE UPDATE ON exchange BEGIN SELECT RAISE(ABORT, 'an exchange is approved where its hours are recorded, and nowhere else') WHERE (NEW.state IN ('approved', 'reversed')) <> (NEW.contribution_id IS NOT NULL); END""",
    """CREATE TRIGGER release_is_never_deleted BEFORE DELETE ON release BEGIN SELECT RAISE(ABORT, 'a release stays as it was published'); END""",
    """CREATE TRIGGER release_is_never_replaced BEFORE INSERT ON release BEGIN SELECT RAISE(ABORT, 'a release stays as it was published') WHERE EXISTS (SELECT 1 FROM release WHERE id = NEW.id OR timebank_id = NEW.timebank_id AND first_day = NEW.first_day); END""",
    """CREATE TRIGGER release_is_never_changed BEFORE UPDATE ON release BEGIN SELECT RAISE(ABORT, 'a release stays as it was published'); END""",
)

_POSTGRESQL = (
    """CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END$$""",
    """CREATE FUNCTION transfer_moves_tallies() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        lower_kind text;
        upper_kind text;
        p account%ROWTYPE;
        q account%ROWTYPE;
    BEGIN
        IF NOT (NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes)) THEN
            UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = GREATEST(0, LEAST(excess_minutes, -(given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END)) - COALESCE(credit_limit_minutes, 0))), last_transfer_id = NEW.id WHERE id = LEAST(NEW.payer_id, NEW.payee_id) AND closed_at IS NULL AND (credit_limit_minutes IS NULL OR given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) >= -(credit_limit_minutes + excess_minutes)) RETURNING kind INTO lower_kind;
        END IF;
        IF lower_kind IS NOT NULL THEN
            UPDATE account SET given_minutes = given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END), received_minutes = received_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END), excess_minutes = GREATEST(0, LEAST(excess_minutes, -(given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END)) - COALESCE(credit_limit_minutes, 0))), last_transfer_id = NEW.id WHERE id = GREATEST(NEW.payer_id, NEW.payee_id) AND closed_at IS NULL AND (credit_limit_minutes IS NULL OR given_minutes + (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payer_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payee_id THEN NEW.minutes ELSE 0 END) - received_minutes - (CASE WHEN NEW.kind = 'reversal' AND id = NEW.payee_id THEN -NEW.minutes WHEN NEW.kind <> 'reversal' AND id = NEW.payer_id THEN NEW.minutes ELSE 0 END) >= -(credit_limit_minutes + excess_minutes)) RETURNING kind INTO upper_kind;
            IF upper_kind IS NOT NULL AND (CASE NEW.kind WHEN 'exchange' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('member', 'organisation', 'community', 'partner') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation', 'partner') WHEN 'activity' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('community', 'organisation') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation') WHEN 'welcome' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('community') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation') WHEN 'gift' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('member', 'organisation') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation', 'community', 'partner') WHEN 'allocation' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('community', 'organisation') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation') WHEN 'opening' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('member', 'organisation', 'community', 'partner') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation', 'community', 'partner') WHEN 'correction' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('member', 'organisation', 'community', 'partner') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation', 'community', 'partner') WHEN 'reversal' THEN (CASE WHEN NEW.payer_id < NEW.payee_id THEN lower_kind ELSE upper_kind END) IN ('member', 'organisation', 'community', 'partner') AND (CASE WHEN NEW.payer_id < NEW.payee_id THEN upper_kind ELSE lower_kind END) IN ('member', 'organisation', 'community', 'partner') ELSE FALSE END) THEN
                RETURN NULL;
            END IF;
        END IF;
        SELECT * INTO p FROM account WHERE id = NEW.payer_id AND book_id = NEW.book_id;
        SELECT * INTO q FROM account WHERE id = NEW.payee_id AND book_id = NEW.book_id;
        IF p.id IS NULL OR q.id IS NULL THEN RAISE EXCEPTION USING MESSAGE = 'there is no such account in this book', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF p.closed_at IS NOT NULL OR q.closed_at IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'the account is closed', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF NOT (CASE NEW.kind WHEN 'exchange' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'partner') WHEN 'activity' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'welcome' THEN p.kind IN ('community') AND q.kind IN ('member', 'organisation') WHEN 'gift' THEN p.kind IN ('member', 'organisation') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'allocation' THEN p.kind IN ('community', 'organisation') AND q.kind IN ('member', 'organisation') WHEN 'opening' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'correction' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') WHEN 'reversal' THEN p.kind IN ('member', 'organisation', 'community', 'partner') AND q.kind IN ('member', 'organisation', 'community', 'partner') ELSE FALSE END) THEN RAISE EXCEPTION USING MESSAGE = 'this kind of transfer does not run between these accounts', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfer o WHERE o.id = NEW.reverses_id AND o.book_id = NEW.book_id AND o.kind <> 'reversal' AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id AND o.minutes = NEW.minutes) THEN RAISE EXCEPTION USING MESSAGE = 'a reversal mirrors the transfer that it reverses', ERRCODE = 'integrity_constraint_violation'; END IF;
        RAISE EXCEPTION USING MESSAGE = 'that would take the account past its credit limit', ERRCODE = 'integrity_constraint_violation', DETAIL = GREATEST(0, p.credit_limit_minutes + p.given_minutes - p.received_minutes)::text;
    END$$""",
    """CREATE FUNCTION account_begins_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.given_minutes <> 0 OR NEW.received_minutes <> 0 OR NEW.excess_minutes <> 0 OR NEW.closed_at IS NOT NULL OR NEW.last_transfer_id <> 0 OR NEW.last_change_id <> 0 THEN RAISE EXCEPTION USING MESSAGE = 'an account begins at zero, and a new one never takes the place of another', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION account_change_is_carried_out() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        a account%ROWTYPE;
    BEGIN
        SELECT * INTO a FROM account WHERE id = NEW.account_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN RAISE EXCEPTION USING MESSAGE = 'there is no such account in this book', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF NEW.kind <> 'reopen' AND a.closed_at IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'the account is closed', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF NEW.kind = 'reopen' AND a.closed_at IS NULL THEN RAISE EXCEPTION USING MESSAGE = 'the account is not closed', ERRCODE = 'integrity_constraint_violation'; END IF;
        IF NEW.kind = 'limit' AND NEW.before_minutes IS DISTINCT FROM a.credit_limit_minutes THEN RAISE EXCEPTION USING MESSAGE = 'the limit was changed in the meantime', ERRCODE = 'integrity_constraint_violation'; END IF;
        UPDATE account SET credit_limit_minutes = CASE NEW.kind WHEN 'limit' THEN NEW.after_minutes ELSE credit_limit_minutes END, excess_minutes = CASE NEW.kind WHEN 'limit' THEN CASE WHEN NEW.after_minutes IS NULL THEN 0 ELSE GREATEST(0, received_minutes - given_minutes - NEW.after_minutes) END ELSE excess_minutes END, closed_at = CASE NEW.kind WHEN 'close' THEN NEW.at WHEN 'reopen' THEN NULL ELSE closed_at END, last_change_id = NEW.id WHERE id = NEW.account_id;
        RETURN NULL;
    END$$""",
    """CREATE FUNCTION timebank_keeps_its_book() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.book_id <> OLD.book_id THEN RAISE EXCEPTION USING MESSAGE = 'a timebank keeps its book', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION membership_keeps_its_account() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF OLD.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id THEN RAISE EXCEPTION USING MESSAGE = 'a membership keeps its account', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION contribution_says_what_its_transfer_says() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.capacity = 'member' AND NOT EXISTS (SELECT 1 FROM transfer t JOIN membership g ON g.id = NEW.giver_id LEFT JOIN membership r ON r.id = NEW.receiver_id WHERE t.id = NEW.transfer_id AND t.kind IN ('exchange', 'activity') AND t.minutes = NEW.minutes AND t.occurred_on = NEW.served_on AND t.payee_id = g.account_id AND (NEW.receiver_id IS NULL OR t.payer_id = r.account_id)) THEN RAISE EXCEPTION USING MESSAGE = 'member hours are in the book as they are told', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION contribution_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.timebank_id IS DISTINCT FROM OLD.timebank_id OR NEW.reference IS DISTINCT FROM OLD.reference OR NEW.giver_id IS DISTINCT FROM OLD.giver_id OR NEW.receiver_id IS DISTINCT FROM OLD.receiver_id OR NEW.capacity IS DISTINCT FROM OLD.capacity OR NEW.minutes IS DISTINCT FROM OLD.minutes OR NEW.served_on IS DISTINCT FROM OLD.served_on OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.transfer_id IS DISTINCT FROM OLD.transfer_id THEN RAISE EXCEPTION USING MESSAGE = 'a contribution stays as it was approved; reverse it', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION contribution_is_reversed_with_its_transfer() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.reversed_at IS DISTINCT FROM OLD.reversed_at AND (OLD.reversed_at IS NOT NULL OR (NEW.transfer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.reverses_id = NEW.transfer_id))) THEN RAISE EXCEPTION USING MESSAGE = 'a contribution is taken back once, and its transfer with it', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION exchange_begins_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF (NEW.state IN ('approved', 'reversed')) <> (NEW.contribution_id IS NOT NULL) THEN RAISE EXCEPTION USING MESSAGE = 'an exchange is approved where its hours are recorded, and nowhere else', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE FUNCTION exchange_counts_when_approved() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF (NEW.state IN ('approved', 'reversed')) <> (NEW.contribution_id IS NOT NULL) THEN RAISE EXCEPTION USING MESSAGE = 'an exchange is approved where its hours are recorded, and nowhere else', ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END$$""",
    """CREATE TRIGGER transfer_moves_tallies AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_moves_tallies()""",
    """CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION stays('a transfer is never changed and never deleted; reverse it')""",
    """CREATE TRIGGER transfer_is_never_emptied BEFORE TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION stays('a transfer is never changed and never deleted; reverse it')""",
    """CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer FOR EACH ROW EXECUTE FUNCTION stays('a transfer is never changed and never deleted; reverse it')""",
    """CREATE TRIGGER account_begins_at_zero BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_begins_at_zero()""",
    """CREATE TRIGGER account_follows_the_book BEFORE UPDATE ON account FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION stays('an account is changed only by transfers and changes that are written down')""",
    """CREATE TRIGGER account_is_never_deleted BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION stays('an account is changed only by transfers and changes that are written down')""",
    """CREATE TRIGGER account_is_never_emptied BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION stays('an account is changed only by transfers and changes that are written down')""",
    """CREATE TRIGGER account_change_is_carried_out AFTER INSERT ON account_change FOR EACH ROW EXECUTE FUNCTION account_change_is_carried_out()""",
    """CREATE TRIGGER account_change_is_never_deleted BEFORE DELETE ON account_change FOR EACH ROW EXECUTE FUNCTION stays('a change of an account stays as it was written down')""",
    """CREATE TRIGGER account_change_is_never_emptied BEFORE TRUNCATE ON account_change FOR EACH STATEMENT EXECUTE FUNCTION stays('a change of an account stays as it was written down')""",
    """CREATE TRIGGER account_change_is_never_changed BEFORE UPDATE ON account_change FOR EACH ROW EXECUTE FUNCTION stays('a change of an account stays as it was written down')""",
    """CREATE TRIGGER seal_is_never_deleted BEFORE DELETE ON seal FOR EACH ROW EXECUTE FUNCTION stays('a seal stays as it was made')""",
    """CREATE TRIGGER seal_is_never_emptied BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION stays('a seal stays as it was made')""",
    """CREATE TRIGGER seal_is_never_changed BEFORE UPDATE ON seal FOR EACH ROW EXECUTE FUNCTION stays('a seal stays as it was made')""",
    """CREATE TRIGGER book_is_never_deleted BEFORE DELETE ON book FOR EACH ROW EXECUTE FUNCTION stays('a book stays')""",
    """CREATE TRIGGER book_is_never_emptied BEFORE TRUNCATE ON book FOR EACH STATEMENT EXECUTE FUNCTION stays('a book stays')""",
    """CREATE TRIGGER book_is_never_changed BEFORE UPDATE ON book FOR EACH ROW EXECUTE FUNCTION stays('a book stays')""",
    """CREATE TRIGGER timebank_keeps_its_book BEFORE UPDATE ON timebank FOR EACH ROW EXECUTE FUNCTION timebank_keeps_its_book()""",
    """CREATE TRIGGER membership_keeps_its_account BEFORE UPDATE ON membership FOR EACH ROW EXECUTE FUNCTION membership_keeps_its_account()""",
    """CREATE TRIGGER membership_is_never_deleted BEFORE DELETE ON membership FOR EACH ROW EXECUTE FUNCTION stays('a membership stays, also of who has left')""",
    """CREATE TRIGGER membership_is_never_emptied BEFORE TRUNCATE ON membership FOR EACH STATEMENT EXECUTE FUNCTION stays('a membership stays, also of who has left')""",
    """CREATE TRIGGER contribution_is_never_deleted BEFORE DELETE ON contribution FOR EACH ROW EXECUTE FUNCTION stays('a contribution stays as it was approved; reverse it')""",
    """CREATE TRIGGER contribution_is_never_emptied BEFORE TRUNCATE ON contribution FOR EACH STATEMENT EXECUTE FUNCTION stays('a contribution stays as it was approved; reverse it')""",
    """CREATE TRIGGER contribution_says_what_its_transfer_says BEFORE INSERT ON contribution FOR EACH ROW EXECUTE FUNCTION contribution_says_what_its_transfer_says()""",
    """CREATE TRIGGER contribution_keeps_its_facts BEFORE UPDATE ON contribution FOR EACH ROW EXECUTE FUNCTION contribution_keeps_its_facts()""",
    """CREATE TRIGGER contribution_is_reversed_with_its_transfer BEFORE UPDATE ON contribution FOR EACH ROW EXECUTE FUNCTION contribution_is_reversed_with_its_transfer()""",
    """CREATE TRIGGER exchange_begins_uncounted BEFORE INSERT ON exchange FOR EACH ROW EXECUTE FUNCTION exchange_begins_uncounted()""",
    """CREATE TRIGGER exchange_counts_when_approved BEFORE UPDATE ON exchange FOR EACH ROW EXECUTE FUNCTION exchange_counts_when_approved()""",
    """CREATE TRIGGER release_is_never_deleted BEFORE DELETE ON release FOR EACH ROW EXECUTE FUNCTION stays('a release stays as it was published')""",
    """CREATE TRIGGER release_is_never_emptied BEFORE TRUNCATE ON release FOR EACH STATEMENT EXECUTE FUNCTION stays('a release stays as it was published')""",
    """CREATE TRIGGER release_is_never_changed BEFORE UPDATE ON release FOR EACH ROW EXECUTE FUNCTION stays('a release stays as it was published')""",
)

_SQLITE_DROP = (
    """DROP TRIGGER transfer_waits_in_line""",
    """DROP TRIGGER transfer_moves_tallies""",
    """DROP TRIGGER transfer_is_never_deleted""",
    """DROP TRIGGER transfer_is_never_changed""",
    """DROP TRIGGER account_begins_at_zero""",
    """DROP TRIGGER account_follows_the_book""",
    """DROP TRIGGER account_is_never_deleted""",
    """DROP TRIGGER account_change_is_carried_out""",
    """DROP TRIGGER account_change_is_never_deleted""",
    """DROP TRIGGER account_change_is_never_replaced""",
    """DROP TRIGGER account_change_is_never_changed""",
    """DROP TRIGGER seal_is_never_deleted""",
    """DROP TRIGGER seal_is_never_replaced""",
    """DROP TRIGGER seal_is_never_changed""",
    """DROP TRIGGER book_is_never_deleted""",
    """DROP TRIGGER book_is_never_replaced""",
    """DROP TRIGGER book_is_never_changed""",
    """DROP TRIGGER timebank_keeps_its_book""",
    """DROP TRIGGER membership_keeps_its_account""",
    """DROP TRIGGER membership_is_never_deleted""",
    """DROP TRIGGER membership_is_never_replaced""",
    """DROP TRIGGER contribution_is_never_deleted""",
    """DROP TRIGGER contribution_is_never_replaced""",
    """DROP TRIGGER contribution_says_what_its_transfer_says""",
    """DROP TRIGGER contribution_keeps_its_facts""",
    """DROP TRIGGER contribution_is_reversed_with_its_transfer""",
    """DROP TRIGGER exchange_begins_uncounted""",
    """DROP TRIGGER exchange_counts_when_approved""",
    """DROP TRIGGER release_is_never_deleted""",
    """DROP TRIGGER release_is_never_replaced""",
    """DROP TRIGGER release_is_never_changed""",
)

_POSTGRESQL_DROP = (
    """DROP TRIGGER transfer_moves_tallies ON transfer""",
    """DROP TRIGGER transfer_is_never_deleted ON transfer""",
    """DROP TRIGGER transfer_is_never_emptied ON transfer""",
    """DROP TRIGGER transfer_is_never_changed ON transfer""",
    """DROP TRIGGER account_begins_at_zero ON account""",
    """DROP TRIGGER account_follows_the_book ON account""",
    """DROP TRIGGER account_is_never_deleted ON account""",
    """DROP TRIGGER account_is_never_emptied ON account""",
    """DROP TRIGGER account_change_is_carried_out ON account_change""",
    """DROP TRIGGER account_change_is_never_deleted ON account_change""",
    """DROP TRIGGER account_change_is_never_emptied ON account_change""",
    """DROP TRIGGER account_change_is_never_changed ON account_change""",
    """DROP TRIGGER seal_is_never_deleted ON seal""",
    """DROP TRIGGER seal_is_never_emptied ON seal""",
    """DROP TRIGGER seal_is_never_changed ON seal""",
    """DROP TRIGGER book_is_never_deleted ON book""",
    """DROP TRIGGER book_is_never_emptied ON book""",
    """DROP TRIGGER book_is_never_changed ON book""",
    """DROP TRIGGER timebank_keeps_its_book ON timebank""",
    """DROP TRIGGER membership_keeps_its_account ON membership""",
    """DROP TRIGGER membership_is_never_deleted ON membership""",
    """DROP TRIGGER membership_is_never_emptied ON membership""",
    """DROP TRIGGER contribution_is_never_deleted ON contribution""",
    """DROP TRIGGER contribution_is_never_emptied ON contribution""",
    """DROP TRIGGER contribution_says_what_its_transfer_says ON contribution""",
    """DROP TRIGGER contribution_keeps_its_facts ON contribution""",
    """DROP TRIGGER contribution_is_reversed_with_its_transfer ON contribution""",
    """DROP TRIGGER exchange_begins_uncounted ON exchange""",
    """DROP TRIGGER exchange_counts_when_approved ON exchange""",
    """DROP TRIGGER release_is_never_deleted ON release""",
    """DROP TRIGGER release_is_never_emptied ON release""",
    """DROP TRIGGER release_is_never_changed ON release""",
    """DROP FUNCTION transfer_moves_tallies()""",
    """DROP FUNCTION account_begins_at_zero()""",
    """DROP FUNCTION account_change_is_carried_out()""",
    """DROP FUNCTION timebank_keeps_its_book()""",
    """DROP FUNCTION membership_keeps_its_account()""",
    """DROP FUNCTION contribution_says_what_its_transfer_says()""",
    """DROP FUNCTION contribution_keeps_its_facts()""",
    """DROP FUNCTION contribution_is_reversed_with_its_transfer()""",
    """DROP FUNCTION exchange_begins_uncounted()""",
    """DROP FUNCTION exchange_counts_when_approved()""",
    """DROP FUNCTION stays()""",
)


def upgrade() -> None:
    _run(_before(), "_SQLITE_DROP", "_POSTGRESQL_DROP")
    op.create_table('account_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('limit', 'close', 'reopen', name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('before_minutes', sa.Integer(), nullable=True),
    sa.Column('after_minutes', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("kind = 'limit' OR (before_minutes IS NULL AND after_minutes IS NULL)", name=op.f('ck_account_change_only_a_limit_has')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_account_change_a_change_has_a_reason')),
    sa.CheckConstraint('after_minutes >= 0', name=op.f('ck_account_change_limit_not_negative')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_change_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_change'))
    )
    op.create_index(op.f('ix_account_change_account_id'), 'account_change', ['account_id'], unique=False)
    op.create_table('seal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('after_id', sa.Integer(), nullable=False),
    sa.Column('up_to_id', sa.Integer(), nullable=False),
    sa.Column('transfers', sa.Integer(), nullable=False),
    sa.Column('previous_digest', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('marks', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('transfers > 0 AND up_to_id > after_id', name=op.f('ck_seal_stretch_not_empty')),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_seal_book_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal')),
    sa.UniqueConstraint('book_id', 'number', name=op.f('uq_seal_book_id_number'))
    )
    op.create_table('sent_form',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sent_form_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'key', name=op.f('pk_sent_form'))
    )
    op.create_index('ix_sent_form_at', 'sent_form', ['at'], unique=False)
    op.add_column('timebank', sa.Column('welcome_minutes', sa.Integer(), server_default='0', nullable=False))
    op.add_column('account', sa.Column('last_transfer_id', sa.Integer(), server_default='0', nullable=False))
    op.add_column('account', sa.Column('last_change_id', sa.Integer(), server_default='0', nullable=False))
    op.execute(
        "UPDATE account SET last_transfer_id = COALESCE((SELECT max(id) FROM transfer"
        " WHERE payer_id = account.id OR payee_id = account.id), 0)"
    )
    _run(globals(), "_SQLITE", "_POSTGRESQL")


def downgrade() -> None:
    _run(globals(), "_SQLITE_DROP", "_POSTGRESQL_DROP")
    op.drop_column('account', 'last_change_id')
    op.drop_column('account', 'last_transfer_id')
    op.drop_column('timebank', 'welcome_minutes')
    op.drop_index('ix_sent_form_at', table_name='sent_form')
    op.drop_table('sent_form')
    op.drop_table('seal')
    op.drop_index(op.f('ix_account_change_account_id'), table_name='account_change')
    op.drop_table('account_change')
    _run(_before(), "_SQLITE", "_POSTGRESQL")


def _before():
    """The rules of the revision before, which stand until now and come back on the way down."""
    return runpy.run_path(str(Path(__file__).with_name("0001_the_first_tables.py")))


def _run(rules, sqlite, postgresql):
    for statement in rules[sqlite if op.get_bind().dialect.name == "sqlite" else postgresql]:
        op.execute(statement)
