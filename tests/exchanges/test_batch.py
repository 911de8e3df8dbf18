from sqlalchemy import event, select

from tests import builders
from timebank.contributions.models import Capacity, Stage
from timebank.exchanges import steps
from timebank.exchanges.batch import Told, record_all
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import State, Step


def told(provider, receiver, reference="a", **more):
    return Told(
        **{
            "reference": reference,
            "provider_id": provider.id,
            "receiver_id": receiver.id,
            "told_by_id": provider.id,
            "minutes": 90,
            "served_on": builders.TODAY,
            "title": "Help",
            "source": "old.csv: 2",
            **more,
        }
    )


def exchange(session, reference="a"):
    return session.scalars(select(Exchange).where(Exchange.reference == reference)).one()


def test_what_one_told_waits_to_be_confirmed_or_approved(session, timebank, ana, ben, jess):
    record_all(session, timebank.id, [told(ana, ben, told_by_id=ben.id)], by=jess.person, at=builders.NOON)

    written = exchange(session)
    assert (written.state, written.minutes, written.told_by_id) == (State.RECORDED, 90, ben.id)
    assert (written.recorded_by_id, written.confirmed_by_id) == (jess.person_id, None)
    assert [(step.step, step.for_id, step.by_id, step.note) for step in written.steps] == [
        (Step.RECORD, ben.id, jess.person_id, "old.csv: 2")
    ]


def test_what_both_told_is_confirmed_by_the_other(session, timebank, ana, ben):
    both = told(ana, ben, confirmed_by_id=ben.person_id)
    record_all(session, timebank.id, [both], by=None, at=builders.NOON)

    written = exchange(session)
    assert (written.state, written.confirmed_by_id, written.recorded_by_id) == (State.CONFIRMED, ben.person_id, None)
    assert [(step.step, step.for_id, step.minutes_before, step.minutes_after) for step in written.steps] == [
        (Step.RECORD, ana.id, None, 90),
        (Step.CONFIRM, ben.id, 90, 90),
    ]


def test_approval_posts_what_was_told(session, timebank, ana, ben, jess):
    project = builders.a_project(session, timebank)
    category = builders.a_category(session, timebank)
    more = {"project_id": project.id, "category_id": category.id, "stage": Stage.DESIGN, "note": "One\ntwo"}
    record_all(session, timebank.id, [told(ana, ben, **more)], by=None, at=builders.NOON)

    given = steps.approve(session, exchange(session).id, by=jess, at=builders.NOON).contribution

    assert (given.giver_id, given.receiver_id, given.minutes) == (ana.id, ben.id, 90)
    assert (given.project_id, given.category_id, given.stage) == (project.id, category.id, Stage.DESIGN)
    session.refresh(ana.account)
    session.refresh(ben.account)
    assert (ana.account.balance_minutes, ben.account.balance_minutes) == (90, -90)


def test_professional_hours_count_and_are_not_posted(session, timebank, ana, ben, jess):
    record_all(session, timebank.id, [told(ana, ben, capacity=Capacity.PROFESSIONAL)], by=None, at=builders.NOON)

    given = steps.approve(session, exchange(session).id, by=jess, at=builders.NOON).contribution

    assert (given.capacity, given.transfer_id) == (Capacity.PROFESSIONAL, None)


def test_dozens_are_written_with_as_few_statements_as_one(session, timebank, ana, ben):
    category = builders.a_category(session, timebank)

    def mixed(prefix, how_many):
        return [
            told(
                ana,
                ben,
                f"{prefix}{number}",
                category_id=category.id if number % 2 else None,
                confirmed_by_id=ben.person_id if number % 3 else None,
            )
            for number in range(how_many)
        ]

    counted = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *_: counted.append(1))
    record_all(session, timebank.id, mixed("one", 1), by=None, at=builders.NOON)
    for_one = len(counted)
    record_all(session, timebank.id, mixed("many", 40), by=None, at=builders.NOON)

    assert len(counted) == 2 * for_one
    assert len(session.scalars(select(ExchangeStep)).all()) == 1 + 40 + 26
