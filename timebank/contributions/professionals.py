"""The hours that organisations' professionals give on a project: entered by a coordinator, counted, never posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from timebank.contributions.models import Capacity, Contribution, Project, Stage
from timebank.contributions.record import Given, record, reverse
from timebank.hours import Hours
from timebank.members.enrol import Newcomer, enrol, enrol_organisation
from timebank.members.models import Membership, Organisation, Person, Timebank
from timebank.refusals import NotFound, Unacceptable


class WrongTime(Unacceptable):
    """Nobody can have given so many minutes in a day, or the timebank does not count them so finely."""


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
        select(Membership)
        .where(Membership.timebank_id == timebank.id, Membership.works_for_id.is_not(None))
        .options(joinedload(Membership.person), joinedload(Membership.works_for))
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


def organisations_of(session: Session, timebank: Timebank) -> list[Organisation]:
    """The organisations of this timebank, by name."""
    query = select(Organisation).join(Membership, Membership.organisation_id == Organisation.id)
    found = session.scalars(query.where(Membership.timebank_id == timebank.id)).all()
    return sorted(found, key=lambda organisation: organisation.name.casefold())


def add_professional(
    session: Session, timebank: Timebank, name: str, *, organisation_name: str, at: datetime
) -> Membership:
    """The timebank has this professional, paid by the organisation of that name; a new name makes a new organisation.

    Sent a second time, it finds whom it made the first time.
    """
    organisation = _organisation(session, timebank, organisation_name, at=at)
    for professional in professionals_of(session, timebank):
        if professional.works_for_id == organisation.id and _alike(professional.name, name):
            return professional
    newcomer = Newcomer(name=name, roles=frozenset(), works_for=organisation)
    return enrol(session, timebank, newcomer, at=at)


def latest_paid_hours(session: Session, timebank: Timebank, *, limit: int) -> Sequence[Contribution]:
    """The paid hours that were entered last, the newest first, with those that were taken back."""
    return session.scalars(
        select(Contribution)
        .where(Contribution.timebank_id == timebank.id, Contribution.capacity == Capacity.PROFESSIONAL)
        .order_by(Contribution.id.desc())
        .limit(limit)
        .options(
            joinedload(Contribution.giver).joinedload(Membership.person),
            joinedload(Contribution.organisation),
            joinedload(Contribution.project),
        )
    ).all()


def paid_hours_in(session: Session, timebank: Timebank, contribution_id: int) -> Contribution:
    """These hours of a professional, if they are of this timebank.

    Raises:
        NotFound: they are not.
    """
    found = session.get(Contribution, contribution_id)
    if found is None or found.timebank_id != timebank.id or found.capacity != Capacity.PROFESSIONAL:
        raise NotFound("There are no such hours of a professional here.")
    return found


def take_back(
    session: Session, timebank: Timebank, contribution_id: int, *, reason: str, by: Person, at: datetime
) -> Contribution:
    """These hours count no longer, and stay readable.

    Raises:
        NotFound, AlreadyTakenBack, Unacceptable: nothing is changed.
    """
    return reverse(session, paid_hours_in(session, timebank, contribution_id).id, reason=reason, by=by, at=at)


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
    _check_hours(timebank, paid.hours)
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


def _check_hours(timebank: Timebank, hours: Hours) -> None:
    if hours.minutes > 24 * 60:
        raise WrongTime("Write at most 24 hours. Enter each day for itself.")
    if hours.minutes % timebank.step_minutes:
        raise WrongTime("Round the time to steps of %(step)d minutes.", step=timebank.step_minutes)


def _organisation(session: Session, timebank: Timebank, name: str, *, at: datetime) -> Organisation:
    for organisation in organisations_of(session, timebank):
        if _alike(organisation.name, name):
            return organisation
    made = enrol_organisation(session, timebank, name, at=at).organisation
    if made is None:
        raise Unacceptable("Write the name of the organisation.")
    return made


def _alike(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
