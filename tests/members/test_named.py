"""Whose account the book says no about; on PostgreSQL nothing can be asked any more once it has."""

import pytest

from tests.builders import NOON
from timebank.hours import Hours
from timebank.members import moving, upkeep
from timebank.members.moving import OverCreditLimit
from timebank.members.named import check_open, naming
from timebank.members.upkeep import AccountClosed


def correct(session, payer, payee, by, minutes=60):
    moving.correction(session, payer, payee, hours=Hours(minutes), reason="Why", key="c", by=by, at=NOON)


def test_a_limit_is_told_with_the_name_of_whose_it_is(session, ana, ben, jess):
    session.expire_all()
    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        correct(session, ana, ben, jess, 1201)
    assert str(no.value) == "That would pass the credit limit of Ana Alder. At most 20 hours would still fit."
    assert no.value.room == Hours(1200)

    upkeep.change_limit(session, ana, Hours(0), reason="Why", by=jess, at=NOON)
    with (
        pytest.raises(OverCreditLimit, match=r"of Ana Alder\. Nothing can go from that account"),
        session.begin_nested(),
    ):
        correct(session, ana, ben, jess)


@pytest.mark.parametrize("side", [0, 1])
def test_a_closed_account_is_told_with_the_name_of_whose_it_is(session, ana, ben, jess, side):
    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)
    session.expire_all()
    with pytest.raises(AccountClosed, match=r"The account of Ben Birch is closed\."), session.begin_nested():
        correct(session, *[(ana, ben), (ben, ana)][side], jess)


def test_what_the_book_says_of_nobody_known_is_told_as_it_is(ana):
    for no in (AccountClosed("One of the two accounts is closed."), OverCreditLimit(Hours(5))):
        with pytest.raises(type(no)) as told, naming(payer=None, payee=ana):
            raise no
        assert told.value is no


def test_open_accounts_and_the_communitys_pass(session, ana, ben, jess):
    check_open(ana, None)
    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)
    with pytest.raises(AccountClosed, match="Ben Birch"):
        check_open(ana, ben)
