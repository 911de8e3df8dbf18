"""Hours that move without help: who may move them, how many, once, and how they are taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON, TODAY, a_coordinator, a_member, a_person, a_timebank, an_approved_exchange
from timebank.hours import Hours
from timebank.ledger import audit, balances, posting
from timebank.ledger.accounts import AccountClosed
from timebank.ledger.balances import Tallies
from timebank.ledger.models import Transfer, TransferKind
from timebank.ledger.posting import AlreadyReversed, OverCreditLimit, Posting, ReferenceTaken
from timebank.members import directory, enrol, moving, upkeep
from timebank.members.models import Membership, MembershipStatus, Person
from timebank.members.moving import MovedBefore
from timebank.members.rules import (
    NotYourOwn,
    WrongAmount,
    WrongSide,
    WrongWord,
    check_keeper,
    is_party,
    may_take_back,
)
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound, Refusal, Unacceptable

NOTHING = Tallies(Hours(0), Hours(0))


def balance(session, membership):
    return balances.balance(session, membership.account_id).minutes


def community(session, timebank):
    return builders.community_account(session, timebank)


def transfers(session):
    return session.scalars(select(Transfer).order_by(Transfer.id)).all()


def give(session, giver, to, hours="2:00", key="k1", **more):
    told = {"hours": Hours.read(hours), "word": "For the soup", "by": giver.person, "at": NOON, **more}
    return moving.gift(session, giver, to, key=key, **told)


def correct(session, payer, payee, by, hours="1:00", **more):
    told = {"hours": Hours.read(hours), "reason": "Entered wrongly", "key": "c1", "at": NOON, **more}
    return moving.correction(session, payer, payee, by=by, **told)


def open_with(session, member, by, minutes=300, **more):
    told = {"reason": "From the paper book", "key": "o1", "at": NOON, **more}
    return moving.opening(session, member, Hours(minutes), by=by, **told)


def all_at_once(own_engine, acts):
    """What came of each act of a coordinator on the same member, both begun at the same moment."""
    with Session(own_engine) as session:
        timebank = a_timebank(session)
        ana, *keepers = (
            a_member(session, timebank),
            a_coordinator(session, timebank),
            a_coordinator(session, timebank, "Noor Nettle"),
        )
        number, keepers = ana.id, [one.id for one in keepers]
        session.commit()
    together = Barrier(2)

    def enter(act, keeper):
        with Session(own_engine) as session:
            together.wait()
            try:
                act(session, session.get(Membership, number), session.get(Membership, keeper))
                session.commit()
            except MovedBefore:
                return "before"
            return "entered"

    with ThreadPoolExecutor(2) as threads:
        came = sorted(threads.map(enter, acts, keepers))
    with Session(own_engine) as session:
        return came, balance(session, session.get(Membership, number))


@pytest.fixture
def sian(session, timebank):
    """A coordinator who is a member too."""
    return a_person(session, timebank, "Sian Sorrel", Role.MEMBER, Role.COORDINATOR)


@pytest.fixture
def clinic(session, timebank):
    """An organisation, which holds an account."""
    return builders.an_organisation(session, timebank)


@pytest.fixture
def cleo(session, timebank, clinic):
    """A coordinator who works for the clinic."""
    newcomer = enrol.Newcomer(name="Cleo Clover", roles=frozenset({Role.COORDINATOR}), works_for=clinic.organisation)
    return enrol.enrol(session, timebank, newcomer, at=NOON)


# Welcome hours


def test_a_newcomer_gets_the_welcome_hours_from_the_community_and_they_are_no_help(session, timebank):
    timebank.welcome_minutes = 300
    ana = enrol.enrol(session, timebank, enrol.Newcomer(name="Ana Alder"), at=NOON)

    assert (balance(session, ana), community(session, timebank).balance_minutes) == (300, -300)
    assert balances.helped(session, ana.account_id) == NOTHING
    (paid,) = transfers(session)
    assert (paid.kind, paid.reference) == (TransferKind.WELCOME, f"welcome:{ana.id}")
    assert (paid.occurred_on, paid.posted_at, paid.entered_by) == (TODAY, NOON, None)


def test_nothing_is_paid_where_the_timebank_gives_no_welcome_hours(session, timebank, ana):
    assert (timebank.welcome_minutes, balance(session, ana), transfers(session)) == (0, 0, [])


def test_who_becomes_a_member_later_is_welcomed_once_however_often_the_role_is_given(session, timebank, jess):
    timebank.welcome_minutes = 300
    for roles in ({Role.COORDINATOR, Role.MEMBER}, {Role.COORDINATOR}, {Role.COORDINATOR, Role.MEMBER}):
        enrol.give_roles(session, jess, frozenset(roles), at=NOON)

    assert balance(session, jess) == 300
    assert len(transfers(session)) == 1


def test_neither_a_coordinator_nor_an_organisation_is_welcomed_with_hours(session, timebank, jess):
    timebank.welcome_minutes = 300
    a_coordinator(session, timebank, "Noor Nettle")
    builders.an_organisation(session, timebank)

    assert transfers(session) == []


def test_a_coordinator_gives_welcome_hours_by_hand_where_none_were_given(session, timebank, ana, jess):
    moving.welcome(session, ana, Hours(300), by=jess, at=NOON)

    assert balance(session, ana) == 300
    assert transfers(session)[0].entered_by == jess.person_id
    with pytest.raises(MovedBefore):
        moving.welcome(session, ana, Hours(300), by=jess, at=NOON)


def test_welcome_hours_that_were_taken_back_are_not_given_again(session, timebank, ana, jess):
    paid = moving.welcome(session, ana, Hours(300), by=jess, at=NOON)
    moving.take_back(session, timebank, paid.transfer_id, reason="A mistake", by=jess, at=NOON)

    with pytest.raises(MovedBefore):
        moving.welcome(session, ana, Hours(300), by=jess, at=NOON)
    assert balance(session, ana) == 0


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_nobody_is_given_welcome_hours_by_hand_who_does_not_take_part(session, ana, jess, status):
    ana.status = status
    with pytest.raises(WrongSide, match="Ana Alder does not give or receive hours here at the moment"):
        moving.welcome(session, ana, Hours(300), by=jess, at=NOON)
    assert transfers(session) == []


def test_nor_do_they_come_by_themselves_to_who_does_not_take_part(session, timebank, jess):
    timebank.welcome_minutes, jess.status = 300, MembershipStatus.SUSPENDED
    enrol.give_roles(session, jess, frozenset({Role.MEMBER}), at=NOON)

    assert (balance(session, jess), transfers(session)) == (0, [])


def test_of_two_coordinators_who_welcome_someone_at_once_one_hears_that_it_was_done(own_engine):
    acts = [
        lambda session, ana, by, minutes=minutes: moving.welcome(session, ana, Hours(minutes), by=by, at=NOON)
        for minutes in (60, 120)
    ]
    came, stands = all_at_once(own_engine, acts)

    assert came == ["before", "entered"]
    assert stands in (60, 120)


# Gifts


def test_a_gift_goes_from_ones_own_account_and_is_no_help(session, ana, ben):
    posted = give(session, ana, ben)

    assert (posted.payer_balance, posted.payee_balance, posted.room) == (Hours(-120), Hours(120), Hours(1080))
    assert balances.helped(session, ana.account_id) == balances.helped(session, ben.account_id) == NOTHING
    (gift,) = transfers(session)
    assert (gift.kind, gift.reason) == (TransferKind.GIFT, "For the soup")
    assert gift.reference == f"gift:{ana.person_id:x}:k1"
    assert (gift.entered_by, gift.occurred_on) == (ana.person_id, TODAY)


def test_a_donation_goes_to_the_community(session, timebank, ana):
    give(session, ana, None)

    assert (balance(session, ana), community(session, timebank).balance_minutes) == (-120, 120)


def test_a_gift_sent_twice_is_given_once_and_another_under_its_key_is_refused(session, ana, ben):
    first, second = give(session, ana, ben), give(session, ana, ben)

    assert (first.transfer_id, first.written, second.written) == (second.transfer_id, True, False)
    with pytest.raises(ReferenceTaken):
        give(session, ana, ben, "3:00")
    assert balance(session, ben) == 120


def test_the_key_of_a_form_is_its_persons_own_and_stops_nobody_elses(session, ana, ben, sian, jess):
    mine = give(session, ana, ben, "2:00")
    theirs = give(session, ben, ana, "1:00")
    corrected = [correct(session, ana, ben, by, hours) for by, hours in ((jess, "0:10"), (sian, "0:20"))]

    assert all(posted.written for posted in (mine, theirs, *corrected))
    assert balance(session, ben) == 120 - 60 + 10 + 20


def test_the_longest_key_of_whoever_it_is_fits(session, ana, ben, jess):
    jess.person = Person(id=2**31 - 1, name="Jess Juniper")
    session.flush()
    correct(session, ana, ben, jess, key="k" * 60)

    assert len(transfers(session)[0].reference) == 80


def test_what_was_posted_under_an_older_reference_stands_and_is_taken_back_like_any(session, timebank, ana, ben, jess):
    sides = {"payer_id": ana.account_id, "payee_id": ben.account_id, "hours": Hours(60), "occurred_on": TODAY}
    old = posting.post(
        session, Posting(book_id=timebank.book_id, reference="gift:k1", kind=TransferKind.GIFT, **sides), at=NOON
    )
    assert give(session, ana, ben, "1:00").written
    moving.take_back(session, timebank, old.transfer_id, reason="Why", by=jess, at=NOON)

    assert balance(session, ben) == 60


def test_the_credit_limit_itself_may_be_given_and_one_step_more_tells_what_would_pass(session, ana, ben):
    give(session, ana, ben, "15:00", "k1")
    with pytest.raises(OverCreditLimit) as refusal, session.begin_nested():
        give(session, ana, ben, "5:05", "k2")
    give(session, ana, ben, "5:00", "k3")

    assert refusal.value.room == Hours(300)
    assert balance(session, ana) == -1200


@pytest.mark.parametrize("hours", [Hours(0), Hours(-60), Hours(61), Hours(24 * 60 + 5)])
def test_a_gift_is_of_whole_steps_and_of_a_day_at_most(session, ana, ben, hours):
    with pytest.raises(WrongAmount):
        moving.gift(session, ana, ben, hours=hours, word="", key="k1", by=ana.person, at=NOON)
    assert transfers(session) == []


def test_nobody_gives_from_anothers_account_or_to_themselves(session, ana, ben, jess):
    for by in (ben, jess):
        with pytest.raises(NotAllowed):
            give(session, ana, ben, by=by.person)
    with pytest.raises(WrongSide):
        give(session, ana, ana)
    assert transfers(session) == []


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_only_who_is_active_gives_and_is_given_to(session, ana, ben, status):
    ben.status = status
    with pytest.raises(WrongSide):
        give(session, ana, ben)
    with pytest.raises(NotAllowed):
        give(session, ben, ana)


def test_nobody_gives_to_who_holds_no_account_or_is_elsewhere(session, timebank, ana, jess):
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sol Spruce")
    with pytest.raises(WrongSide):
        give(session, ana, jess)
    with pytest.raises(NotFound):
        give(session, ana, stranger)


def test_a_closed_account_is_given_nothing(session, ana, ben, jess):
    upkeep.close(session, ben, reason="Has moved away", by=jess, at=NOON)
    with pytest.raises(AccountClosed), session.begin_nested():
        give(session, ana, ben)
    assert balance(session, ana) == 0


def test_a_word_is_not_endless(session, ana, ben):
    with pytest.raises(WrongWord):
        give(session, ana, ben, word="x" * 501)
    give(session, ana, ben, word=" " + "x" * 500 + " ")
    assert len(transfers(session)[0].reason) == 500


def test_the_day_of_a_gift_is_the_day_where_the_timebank_is(session, timebank, ana, ben):
    timebank.time_zone = "Pacific/Auckland"
    give(session, ana, ben, at=datetime(2026, 6, 10, 13, 0, tzinfo=UTC))

    assert transfers(session)[0].occurred_on == TODAY + timedelta(days=1)


# Hours from before


def test_hours_from_before_are_the_balance_one_begins_with_and_no_help(session, timebank, ana, ben, jess):
    open_with(session, ana, jess, 300)
    open_with(session, ben, jess, -37, key="o2")

    assert (balance(session, ana), balance(session, ben)) == (300, -37)
    assert community(session, timebank).balance_minutes == -263
    assert balances.helped(session, ana.account_id) == NOTHING
    assert [one.kind for one in transfers(session)] == [TransferKind.OPENING] * 2


def test_hours_from_before_are_entered_once_unless_they_are_taken_back(session, timebank, ana, jess):
    first = open_with(session, ana, jess)
    assert open_with(session, ana, jess).written is False
    with pytest.raises(MovedBefore):
        open_with(session, ana, jess, -60, key="o2")

    moving.take_back(session, timebank, first.transfer_id, reason="It was 3", by=jess, at=NOON)
    open_with(session, ana, jess, 180, key="o2")
    assert balance(session, ana) == 180


def test_hours_from_before_do_not_pass_the_credit_limit(session, ana, jess):
    with pytest.raises(OverCreditLimit) as refusal, session.begin_nested():
        open_with(session, ana, jess, -1201)
    assert refusal.value.room == Hours(1200)


def test_two_coordinators_at_once_enter_hours_from_before_once_also_under_one_key(own_engine):
    assert all_at_once(own_engine, [open_with] * 2) == (["before", "entered"], 300)


# Corrections


def test_a_correction_moves_hours_between_any_two_and_is_no_help(session, timebank, ana, ben, jess):
    correct(session, ana, ben, jess)
    correct(session, None, ana, jess, "0:37", key="c2")

    assert (balance(session, ana), balance(session, ben)) == (-23, 60)
    assert community(session, timebank).balance_minutes == -37
    assert balances.helped(session, ben.account_id) == NOTHING
    assert transfers(session)[0].entered_by == jess.person_id


def test_a_correction_needs_two_sides_an_amount_and_a_reason(session, ana, ben, jess):
    noor = a_coordinator(session, ana.timebank, "Noor Nettle")
    for payer, payee in ((ana, ana), (None, None)):
        with pytest.raises(WrongSide, match="two different people"):
            correct(session, payer, payee, jess)
    with pytest.raises(WrongSide, match="Noor Nettle holds no account here"):
        correct(session, ana, noor, jess)
    with pytest.raises(WrongAmount):
        correct(session, ana, ben, jess, "0")
    with pytest.raises(WrongAmount):
        correct(session, ana, ben, jess, "1001")
    with pytest.raises(WrongWord):
        correct(session, ana, ben, jess, reason=" ")
    assert transfers(session) == []


# Who may


def test_only_coordinators_move_what_is_not_theirs_and_never_their_own(session, timebank, ana, ben, sian):
    funder, ada = builders.a_funder(session, timebank), builders.an_administrator(session, timebank)
    for by in (ana, ben, funder, ada):
        for act in (lambda by: correct(session, None, ana, by), lambda by: open_with(session, ana, by)):
            with pytest.raises(NotAllowed):
                act(by)
        with pytest.raises(NotAllowed):
            moving.welcome(session, ana, Hours(60), by=by, at=NOON)
    for act in (
        lambda: correct(session, None, sian, sian),
        lambda: correct(session, sian, ana, sian),
        lambda: open_with(session, sian, sian),
        lambda: moving.welcome(session, sian, Hours(60), by=sian, at=NOON),
    ):
        with pytest.raises(NotYourOwn):
            act()
    assert transfers(session) == []


def test_a_coordinator_of_another_timebank_moves_nothing_here(session, timebank, ana, ben):
    otto = a_coordinator(session, a_timebank(session, "hillside", "Hillside Timebank"), "Otto Oak")
    paid = give(session, ana, ben)

    for act in (
        lambda: correct(session, ana, None, otto),
        lambda: open_with(session, ana, otto),
        lambda: moving.take_back(session, otto.timebank, paid.transfer_id, reason="Why", by=otto, at=NOON),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        moving.take_back(session, timebank, paid.transfer_id, reason="Why", by=otto, at=NOON)


def test_a_coordinator_is_a_party_where_the_organisation_is_that_they_work_for(session, timebank, ana, clinic, cleo):
    office = builders.an_organisation(session, timebank, "Riverside Office")
    assert [is_party(cleo, one) for one in (cleo, clinic, office, ana)] == [True, True, False, False]
    check_keeper(cleo, ana, office, None)
    for act in (
        lambda: correct(session, ana, clinic, cleo),
        lambda: correct(session, clinic, None, cleo),
        lambda: open_with(session, clinic, cleo),
        lambda: moving.welcome(session, clinic, Hours(60), by=cleo, at=NOON),
    ):
        with pytest.raises(NotYourOwn, match="You work for Riverside Clinic"):
            act()
    assert transfers(session) == []


def test_nor_do_they_take_back_what_came_to_that_organisation_or_went_from_it(
    session, timebank, ana, ben, clinic, cleo, jess
):
    to_it, from_it = give(session, ana, clinic), correct(session, clinic, ben, jess)
    for posted in (to_it, from_it):
        with pytest.raises(NotYourOwn, match="You work for Riverside Clinic"):
            moving.take_back(session, timebank, posted.transfer_id, reason="Why", by=cleo, at=NOON)
    others = give(session, ana, ben, key="k2")
    moving.take_back(session, timebank, others.transfer_id, reason="Why", by=cleo, at=NOON)
    assert balance(session, clinic) == 60


# Taking back


def test_what_moved_without_help_is_taken_back_and_both_balances_stand_as_before(session, timebank, ana, ben, jess):
    moved = [
        give(session, ana, ben),
        correct(session, ben, ana, jess),
        open_with(session, ana, jess),
        moving.welcome(session, ben, Hours(60), by=jess, at=NOON),
    ]
    for posted in moved[::-1]:
        moving.take_back(session, timebank, posted.transfer_id, reason=" A mistake ", by=jess, at=NOON)

    assert (balance(session, ana), balance(session, ben), community(session, timebank).balance_minutes) == (0, 0, 0)
    last = transfers(session)[-1]
    assert (last.kind, last.reason, last.reverses_id) == (TransferKind.REVERSAL, "A mistake", moved[0].transfer_id)
    assert list(audit.findings(session)) == []


def test_a_transfer_is_taken_back_once_and_with_a_reason(session, timebank, ana, ben, jess):
    number = give(session, ana, ben).transfer_id
    with pytest.raises(WrongWord):
        moving.take_back(session, timebank, number, reason="", by=jess, at=NOON)
    back = moving.take_back(session, timebank, number, reason="Why", by=jess, at=NOON)

    with pytest.raises(AlreadyReversed):
        moving.take_back(session, timebank, number, reason="Why", by=jess, at=NOON)
    with pytest.raises(Unacceptable):
        moving.take_back(session, timebank, back.transfer_id, reason="Why", by=jess, at=NOON)


def test_what_took_a_transfer_back_is_told_once_it_was(session, timebank, ana, ben, jess):
    number = give(session, ana, ben).transfer_id
    assert moving.reversals_of(session, [number]) == []
    moving.check_take_back(session, moving.transfer_in(session, timebank, number), by=jess)

    back = moving.take_back(session, timebank, number, reason="Why", by=jess, at=NOON)
    assert [one.id for one in moving.reversals_of(session, [number])] == [back.transfer_id]
    with pytest.raises(AlreadyReversed):
        moving.check_take_back(session, moving.transfer_in(session, timebank, number), by=jess)


def test_a_page_offers_to_take_back_just_what_would_be_taken_back(
    session, timebank, ana, ben, sian, clinic, cleo, jess
):
    an_approved_exchange(session, ana, ben, approved_by=jess)
    give(session, ana, sian, key="k1")
    give(session, ana, clinic, key="k2")
    gone = give(session, ana, ben, key="k3")
    moving.take_back(session, timebank, gone.transfer_id, reason="Why", by=jess, at=NOON)
    offered = []
    for transfer in transfers(session):
        holders = directory.holders_of(session, {transfer.payer_id, transfer.payee_id})
        back = bool(moving.reversals_of(session, [transfer.id]))
        for by in (ana, sian, cleo, jess):
            offers = may_take_back(transfer, taken_back=back, by=by, between=list(holders.values()))
            try:
                with session.begin_nested() as tried:
                    moving.take_back(session, timebank, transfer.id, reason="Why", by=by, at=NOON)
                    offered.append((transfer.reference.rpartition(":")[2], by.name.split()[0]))
                    tried.rollback()
            except Refusal:
                assert not offers
            else:
                assert offers
    assert offered == [("k1", "Cleo"), ("k1", "Jess"), ("k2", "Sian"), ("k2", "Jess")]


def test_help_is_taken_back_where_it_was_recorded(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess)
    with pytest.raises(Unacceptable, match="where the help was recorded"):
        moving.take_back(session, timebank, transfers(session)[0].id, reason="Why", by=jess, at=NOON)
    assert balance(session, ana) == 90


def test_nobody_takes_back_what_is_their_own_and_members_take_back_nothing(session, timebank, ana, ben, sian):
    to_sian, from_sian = give(session, ana, sian), give(session, sian, ben, key="k2")
    for posted in (to_sian, from_sian):
        with pytest.raises(NotYourOwn):
            moving.take_back(session, timebank, posted.transfer_id, reason="Why", by=sian, at=NOON)
        with pytest.raises(NotAllowed):
            moving.take_back(session, timebank, posted.transfer_id, reason="Why", by=ana, at=NOON)


def test_what_was_spent_is_not_taken_back_beyond_the_limit(session, timebank, ana, ben, jess):
    cat = a_member(session, timebank, "Cat Cedar")
    first = give(session, ana, ben, "10:00")
    give(session, ben, cat, "24:00", key="k2")
    with pytest.raises(OverCreditLimit) as refusal, session.begin_nested():
        moving.take_back(session, timebank, first.transfer_id, reason="Why", by=jess, at=NOON)
    assert refusal.value.room == Hours(360)


def test_hours_that_moved_without_help_need_no_contribution(session, timebank, ana, ben, jess):
    from timebank.contributions import audit as contributions

    give(session, ana, ben)
    correct(session, ana, ben, jess)

    assert list(contributions.findings(session)) == []
