"""Two communities that others have watched, taken in as files, approved, and held against their sources."""

import csv
from collections import Counter

import pytest
from sqlalchemy import func, select

from tests import builders, real_data
from timebank.contributions import audit as contributions_audit
from timebank.contributions.models import Contribution
from timebank.exchanges import steps
from timebank.exchanges.models import Exchange
from timebank.imports import exchanges
from timebank.imports.exchanges import Brought
from timebank.ledger import audit as ledger_audit
from timebank.ledger.models import Transfer
from timebank.members.models import Membership

SOURCE = real_data.folder()
pytestmark = pytest.mark.skipif(
    SOURCE is None,
    reason="the real data are not here: put them in ../shared/data or name their folder in TIMEBANK_REAL_DATA",
)


@pytest.fixture
def community(session):
    """A timebank without a credit limit: people in these data gave what they gave."""
    timebank = builders.a_timebank(session, "community", "A community", credit_limit=None)
    session.flush()
    return timebank


def take_and_approve(session, timebank, path):
    """The file is in the book: imported, and every exchange approved by a coordinator."""
    coordinator = builders.a_coordinator(session, timebank)
    brought = Brought(path=path, create_members=True)
    report = exchanges.take(session, timebank, brought, at=builders.NOON)
    for exchange_id in session.scalars(select(Exchange.id).order_by(Exchange.id)).all():
        steps.approve(session, exchange_id, by=coordinator, at=builders.NOON)
    return report


def source_rows(name):
    with (SOURCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def given_and_received(session, timebank):
    """What each member has given and received, in minutes, as the book keeps it."""
    members = session.scalars(
        select(Membership).where(Membership.timebank_id == timebank.id, Membership.account_id.is_not(None))
    ).all()
    for member in members:
        session.refresh(member.account)
    return {member.name: (member.account.given_minutes, member.account.received_minutes) for member in members}


def nothing_is_wrong(session):
    return [*ledger_audit.findings(session), *contributions_audit.findings(session)] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # 2,871 approvals take long; the ties run on both
def test_a_year_of_gifts_among_25_households(session, community, tmp_path):
    path = real_data.write(real_data.gifts(SOURCE), tmp_path / "gifts.csv")

    report = take_and_approve(session, community, path)

    given, received = Counter(), Counter()
    for pair in source_rows(real_data.GIFTS):
        for giver, receiver, gifts in (("hidA", "hidB", "giftsAB"), ("hidB", "hidA", "giftsBA")):
            given[f"Household {pair[giver]}"] += 15 * int(pair[gifts])
            received[f"Household {pair[receiver]}"] += 15 * int(pair[gifts])
    assert given_and_received(session, community) == {name: (given[name], received[name]) for name in given | received}
    assert (len(given | received), given.total(), report.rows) == (25, 15 * 2871, 2871)
    assert session.scalar(select(func.sum(Transfer.minutes))) == given.total()
    pairs = select(Contribution.giver_id, Contribution.receiver_id).distinct().subquery()
    assert session.scalar(select(func.count()).select_from(pairs)) == 427
    assert nothing_is_wrong(session)


def test_of_133_ties_of_shared_food_only_the_12_that_both_told_are_confirmed(session, community, tmp_path):
    path = real_data.write(real_data.ties(SOURCE), tmp_path / "ties.csv")

    report = take_and_approve(session, community, path)

    told = Counter((row["giver"], row["receiver"]) for row in source_rows(real_data.TIES))
    by_both = {(f"Adult {giver}", f"Adult {receiver}") for (giver, receiver), times in told.items() if times == 2}
    approved = session.scalars(select(Contribution)).all()
    confirmed = [one for one in approved if one.confirmed_by_id is not None]
    assert (report.rows, report.figures.told_by_both) == (len(told), len(by_both)) == (133, 12)
    assert {(one.giver.name, one.receiver.name) for one in confirmed} == by_both
    assert {one.confirmed_by_id for one in confirmed} == {one.receiver.person_id for one in confirmed}
    assert (len(approved), len(confirmed), sum(one.minutes for one in approved)) == (133, 12, 133 * 60)
    assert nothing_is_wrong(session)


def test_both_files_a_second_time_change_nothing(session, community, tmp_path):
    for rows, name in ((real_data.gifts(SOURCE), "gifts.csv"), (real_data.ties(SOURCE), "ties.csv")):
        brought = Brought(path=real_data.write(rows, tmp_path / name), create_members=True)
        first = exchanges.take(session, community, brought, at=builders.NOON)
        again = exchanges.take(session, community, brought, at=builders.NOON)

        assert (again.figures.new, again.figures.already_here, again.unknown_count) == (0, first.rows, 0)
    assert session.scalar(select(func.count()).select_from(Exchange)) == 2871 + 133
    assert session.scalar(select(func.count()).select_from(Membership)) == 25 + 79
