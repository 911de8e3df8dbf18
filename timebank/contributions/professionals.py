"""The hours that organisations' professionals give on a project: entered by a coordinator, counted, never posted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity, Contribution, Project, Stage
from timebank.contributions.record import Given, record
from timebank.hours import Hours
from timebank.members.models import Membership, Person, Timebank
from timebank.refusals import NotFound, Unacceptable


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidHours:
    """What a coordinator enters: whose paid hours, on which project, day and stage."""

    key: str
    professional_id: int
    project_id: int
    hours: Hours
    served_on: date
    stage: Stage
    category_id: int | None = None
    note: str = ""


def professionals_of(session: Session, timebank: Timebank) -> list[Membership]:
    """The people of this timebank whom an organisation pays, by name."""
    found = session.scalars(
        select(Membership).where(Membership.timebank_id == timebank.id, Membership.works_for_id.is_not(None))
    ).all()
    return sorted(found, key=lambda membership: membership.name.casefold())


def projects_of(session: Session, timebank: Timebank) -> list[Project]:
    """The projects of this timebank, by name."""
    return list(session.scalars(select(Project).where(Project.timebank_id == timebank.id).order_by(Project.name)))


def create_project(session: Session, timebank: Timebank, name: str, *, purpose: str = "") -> Project:
    """The timebank has this project; an older one of that name stays as it is."""
    found = session.scalar(select(Project).where(Project.timebank_id == timebank.id, Project.name == name))
    if found is None:
        found = Project(timebank_id=timebank.id, name=name, purpose=purpose)
        session.add(found)
        session.flush()
    return found


def record_paid_hours(
    session: Session, timebank: Timebank, paid: PaidHours, *, by: Person, at: datetime
) -> Contribution:
    """The professional's hours count beside the members'; the coordinator who enters them has approved them."""
    professional = session.get(Membership, paid.professional_id)
    if professional is None or professional.timebank_id != timebank.id or professional.works_for_id is None:
        raise NotFound("There is no such professional in this timebank.")
    project = session.get(Project, paid.project_id)
    if project is None or project.timebank_id != timebank.id:
        raise NotFound("There is no such project in this timebank.")
    if paid.served_on > timebank.day_of(at):
        raise Unacceptable("The date can't be in the future. Hours are logged after they were given.")
    given = Given(
        reference=f"paid:{paid.key}",
        giver=professional,
        capacity=Capacity.PROFESSIONAL,
        organisation_id=professional.works_for_id,
        project_id=project.id,
        hours=paid.hours,
        served_on=paid.served_on,
        stage=paid.stage,
        category_id=paid.category_id,
        note=paid.note,
        entered_by_id=by.id,
    )
    return record(session, given, approved_by=by, at=at)
