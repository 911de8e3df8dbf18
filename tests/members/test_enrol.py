"""How people join: numbers, accounts, e-mails, and the roles they are given."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_funder, a_member, a_timebank, an_administrator, an_organisation
from timebank.hours import Hours
from timebank.ledger.models import AccountKind
from timebank.members import enrol
from timebank.members.enrol import Newcomer, NumberTaken, SlugTaken, fold_email, tidy_email
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.members.rules import WrongAmount
from timebank.policy import Permission, Role
from timebank.refusals import NotFound, Unacceptable


def test_a_member_has_the_next_number_and_an_account_at_zero_with_the_limit(session, timebank):
    first, second = a_member(session, timebank, "Ana Alder"), a_member(session, timebank, "Ben Birch")

    assert (first.number, second.number) == (1, 2)
    account = second.account
    assert (account.kind, account.balance_minutes, account.credit_limit_minutes) == (AccountKind.MEMBER, 0, 1200)
    assert second.status == MembershipStatus.ACTIVE


def test_numbers_go_on_after_the_highest(session, timebank):
    enrol.enrol(session, timebank, Newcomer(name="Old Hand", number=41), at=NOON)

    assert a_member(session, timebank, "Ana Alder").number == 42
    with pytest.raises(NumberTaken):
        enrol.enrol(session, timebank, Newcomer(name="Late Comer", number=41), at=NOON)


def test_two_who_are_enrolled_at_once_get_two_numbers(own_engine):
    with Session(own_engine) as session:
        number = a_timebank(session).id
        session.commit()
    together = Barrier(4)

    def join(name):
        with Session(own_engine) as session:
            together.wait()
            timebank = session.get(Timebank, number)
            enrol.enrol(session, timebank, Newcomer(name=name), at=NOON)
            session.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(join, ["Ana", "Ben", "Cat", "Dan"]))
    with Session(own_engine) as session:
        assert sorted(session.scalars(select(Membership.number))) == [1, 2, 3, 4]


def test_who_is_no_member_has_no_account_until_they_become_one(session, timebank):
    ada = an_administrator(session, timebank)
    assert ada.account is None

    enrol.give_roles(session, ada, frozenset({Role.ADMINISTRATOR, Role.MEMBER}), at=NOON)
    account = ada.account
    enrol.give_roles(session, ada, frozenset({Role.ADMINISTRATOR}), at=NOON)

    assert account is not None
    assert ada.account is account


def test_the_last_administrator_stays(session, timebank):
    ada = an_administrator(session, timebank)
    bea = an_administrator(session, timebank, "Bea Beech")
    enrol.give_roles(session, ada, frozenset({Role.MEMBER}), at=NOON)

    with pytest.raises(Unacceptable, match="Someone must stay administrator"):
        enrol.give_roles(session, bea, frozenset(), at=NOON)
    assert bea.roles == {Role.ADMINISTRATOR}


def test_an_administrator_who_is_not_active_or_elsewhere_does_not_count(session, timebank):
    ada = an_administrator(session, timebank)
    an_administrator(session, timebank, "Bea Beech").status = MembershipStatus.LEFT
    an_administrator(session, a_timebank(session, "hillside", "Hillside Timebank"), "Cora Cedar")
    session.flush()

    with pytest.raises(Unacceptable):
        enrol.give_roles(session, ada, frozenset({Role.MEMBER}), at=NOON)


def test_a_funder_is_nothing_else(session, timebank):
    fay = a_funder(session, timebank)

    with pytest.raises(Unacceptable):
        enrol.give_roles(session, fay, frozenset({Role.FUNDER, Role.MEMBER}), at=NOON)
    assert fay.roles == {Role.FUNDER}


def test_a_suspended_member_may_do_nothing(session, timebank, ana):
    ana.status = MembershipStatus.SUSPENDED

    assert not any(ana.may(permission) for permission in Permission)


def test_people_without_e_mail_and_people_who_share_one_are_enrolled(session, timebank):
    names = [("Ana", None), ("Ben", "  "), ("Cat", "both@example.org"), ("Dan", "Both@Example.org")]
    people = [enrol.enrol(session, timebank, Newcomer(name=name, email=email), at=NOON) for name, email in names]

    assert [one.person.email for one in people] == [None, None, "both@example.org", "Both@example.org"]
    assert people[2].person.email_folded == people[3].person.email_folded == fold_email("BOTH@example.org")


@pytest.mark.parametrize(
    "wrong", ["ana", "ana@", "@example.org", "a b@example.org", "ana@example.org\nBcc: x@example.org"]
)
def test_what_is_no_e_mail_is_refused(wrong):
    with pytest.raises(Unacceptable):
        tidy_email(wrong)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_is_needed_and_not_endless(session, timebank, name):
    with pytest.raises(Unacceptable):
        enrol.enrol(session, timebank, Newcomer(name=name), at=NOON)


def test_an_organisation_has_an_account_and_no_roles(session, timebank):
    clinic = an_organisation(session, timebank, " Riverside   Clinic ")

    assert clinic.name == "Riverside Clinic"
    assert clinic.account.kind == AccountKind.ORGANISATION
    assert clinic.roles == frozenset()


@pytest.mark.parametrize("slug", ["ab", "-abc", "abc-", "A-b-c", "a_b", "sign-in", "x" * 61, "riverside"])
def test_an_address_is_free_and_of_plain_letters(session, timebank, slug):
    with pytest.raises((Unacceptable, SlugTaken)):
        enrol.create_timebank(session, slug, "Another", credit_limit=Hours(60), at=None)


def test_a_timebank_begins_with_rules_that_make_sense(session):
    timebank = enrol.create_timebank(session, "hill", "Hill", credit_limit=None, welcome=Hours(60_000), at=NOON)
    newcomer = enrol.enrol(session, timebank, enrol.Newcomer(name="Ana Alder"), at=NOON)
    assert newcomer.account.balance_minutes == 60_000

    for rules in ({"credit_limit": None, "welcome": Hours(60_001)}, {"credit_limit": Hours(60_001)}):
        with pytest.raises(WrongAmount):
            enrol.create_timebank(session, "dale", "Dale", at=NOON, **rules)


def test_there_is_no_timebank_at_an_unknown_address(session, timebank):
    assert enrol.timebank_at(session, "riverside") is timebank
    with pytest.raises(NotFound):
        enrol.timebank_at(session, "elsewhere")
