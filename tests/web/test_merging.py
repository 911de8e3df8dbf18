"""The page where two entries of one person are made one."""

import pytest
from sqlalchemy import select

from tests.builders import a_listing, a_member, an_approved_exchange
from timebank.ledger.models import Transfer, TransferKind
from timebank.members.models import MembershipStatus

PEOPLE = "/riverside/people"


@pytest.fixture
def anna(session, timebank, ana):
    return a_member(session, timebank, "Anna Alder", email="")


def of(member):
    return f"{PEOPLE}/{member.id}/merge"


def test_both_are_shown_and_nothing_is_done_before_it_is_said_yes_to(as_, session, ana, anna, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, anna, ben, approved_by=jess, hours="3:00")
    a_listing(session, anna)
    visitor, sent = as_(jess), {"other": str(anna.id), "keep": "this", "key": "m"}
    asked = visitor.post(of(ana), sent, 200)

    assert "Make number 2 one with Ana Alder, number 1?" in asked.h1
    assert "Ana Alder, no. 1: balance 2 hours, 1 exchange in the book, 0 exchanges open, 0 offers and" in asked.words
    assert "Anna Alder, no. 2: balance 3 hours, 1 exchange in the book, 0 exchanges open, 1 offer or" in asked.words
    assert "Number 1 then stands at 5 hours; the account of number 2 is closed." in asked.words
    assert "This cannot be undone." in asked.words
    session.expire_all()
    assert anna.status == MembershipStatus.ACTIVE

    visitor.post(of(ana), {**sent, "sure": "yes"})
    session.expire_all()
    assert (anna.merged_into_id, ana.account.balance_minutes) == (ana.id, 300)
    assert "Not an hour was lost." in visitor.get(f"{PEOPLE}/{ana.id}/standing").words
    assert "Anna Alder" not in visitor.get(PEOPLE).words
    stands = visitor.get(f"{PEOPLE}/{anna.id}/standing").words
    assert "Anna Alder was written down twice, and is known as number 1." in stands
    visitor.post(of(ana), {**sent, "sure": "yes"}, from_=f"{PEOPLE}/{ana.id}/standing")
    assert len(session.scalars(select(Transfer).where(Transfer.kind == TransferKind.CORRECTION)).all()) == 1


def test_the_other_one_can_be_kept(as_, session, ana, anna, jess):
    as_(jess).post(of(ana), {"other": str(anna.id), "keep": "other", "sure": "yes"})

    session.expire_all()
    assert (ana.merged_into_id, anna.merged_into_id) == (anna.id, None)


@pytest.mark.parametrize("wrong", [{}, {"other": "999999", "keep": "this"}, {"other": "x" * 10_000}, {"keep": "both"}])
def test_a_wrong_choice_is_told_at_its_field(as_, session, ana, anna, jess, wrong):
    as_(jess).post(of(ana), wrong, 422)

    session.expire_all()
    assert anna.status == MembershipStatus.ACTIVE


def test_two_who_helped_one_another_are_not_made_one(as_, session, ana, anna, jess):
    an_approved_exchange(session, ana, anna, approved_by=jess)
    page = as_(jess).post(of(ana), {"other": str(anna.id), "keep": "this"}, 422)

    assert "nobody exchanges with themselves" in page.words


def test_who_was_the_double_and_signs_in_reads_where_they_are_known(as_, session, timebank, ana, jess):
    double = a_member(session, timebank, "Anna Alder", email="anna@example.org")
    first = as_(ana)
    visitor = as_(double)
    as_(jess).post(of(ana), {"other": str(double.id), "keep": "this", "sure": "yes"})

    assert "everything is under number 1 now" in visitor.get("/riverside/", 403).words
    first.get("/riverside/")


def test_statement_and_home_tell_what_was_given_under_both_numbers(as_, session, ana, anna, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, anna, ben, approved_by=jess, hours="3:00")
    as_(jess).post(of(ana), {"other": str(anna.id), "keep": "this", "sure": "yes"})

    for page in ("/riverside/", "/riverside/statement"):
        assert "5 h you have given" in as_(ana).get(page).words
    assert "You have given 5 hours more than you have received." in as_(ana).get("/riverside/").words


def test_statement_and_account_tell_where_the_lines_of_the_other_number_stand(as_, session, ana, anna, ben, jess):
    an_approved_exchange(session, anna, ben, approved_by=jess, hours="3:00", title="Soup")
    for page in ("/riverside/statement", "/riverside/statement/print"):
        assert "written down twice" not in as_(ana).get(page).words
    as_(jess).post(of(ana), {"other": str(anna.id), "keep": "this", "sure": "yes"})

    for page in ("/riverside/statement", "/riverside/statement/print"):
        assert "What you gave and received as number 2 is counted here too" in as_(ana).get(page).words
    account = as_(jess).get(f"{PEOPLE}/{ana.id}/account")
    assert "Account of number 2" in account.words
    assert f'href="{PEOPLE}/{anna.id}/account"' in account.response.get_data(as_text=True)
    assert "Soup" in as_(jess).get(f"{PEOPLE}/{anna.id}/account").words
