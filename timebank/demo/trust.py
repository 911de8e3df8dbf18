"""Whom one trusts in the made-up community: supporters, vetting, what was told in confidence."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timebank.care import safeguarding, vetting
from timebank.care.models import VettingKind
from timebank.care.vetting import Seen
from timebank.demo.people import JESS, NEIGHBOUR, SAFEGUARDING_LEAD
from timebank.demo.town import Neighbour, NobodyThere, Town
from timebank.exchanges import concerns, steps
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State
from timebank.members import supporters
from timebank.members.models import Membership

SUPPORTED, SUPPORTER = "Edna Blackshaw", "Sinéad Gallagher"
ASKS, IS_ASKED = "Iris Thackeray", "Nia Griffiths"
_SUPPORTED_SINCE, _ASKED_SINCE = 140, 6

_SEEN = (
    (300, "Parveen Akhtar", VettingKind.BACKGROUND, 319, "Enhanced, for looking after children."),
    (290, "Michael O'Donnell", VettingKind.REFERENCE, 281, "Two neighbours on Mill Lane."),
    (230, "Kwame Asante", VettingKind.INSURANCE, 365, "The car, also with passengers who are not family."),
    (210, "Sinéad Gallagher", VettingKind.IDENTITY, None, "Passport."),
    (120, "Fatima El-Amrani", VettingKind.TRAINING, 1095, "Food hygiene, level 2."),
)
"""How many days ago it was seen, about whom, what, for how many days it holds, and a note; one ends soon, one has."""

_NOTE = (
    "Gwen told me that she sometimes forgets the gas. Her son knows and has had it looked at. Visits in twos until the"
    " new cooker is in. I will ring her on Fridays."
)
_NOTE_ABOUT, _NOTE_SINCE = "Gwen Prosser", 47
_CLOSED = (
    (96, 89),
    "Somebody keeps asking me to come along to their sales evening. They mean well, but I have said no three times.",
    "Talked to both. There will be no more invitations, and they are on good terms.",
)
_OPEN = (
    "They came an hour late twice and left early, and the time that was logged was the whole afternoon. I do not want"
    " to make trouble, but I would rather not be asked again."
)
_OPEN_SINCE = 3


def expect_trust(town: Town) -> None:
    """Supporters will be asked and agree, and what is looked at and told in confidence will be written down."""
    town.calendar.add(town.office_days_ago(_SUPPORTED_SINCE), partial(_ask_on_paper, town))
    town.calendar.add(town.days_ago(_ASKED_SINCE), partial(_ask, town))
    for days, name, kind, holds_for, note in _SEEN:
        act = partial(_look_at, town, name=name, kind=kind, holds_for=holds_for, note=note)
        town.calendar.add(town.office_days_ago(days), act)
    town.calendar.add(town.office_days_ago(_NOTE_SINCE), partial(_write_note, town))
    (told, closed), text, outcome = _CLOSED
    town.calendar.add(
        town.days_ago(told), partial(_tell_in_confidence, town, text=text, closed=closed, outcome=outcome)
    )
    town.calendar.add(town.days_ago(_OPEN_SINCE), partial(_tell_in_confidence, town, text=_OPEN))


def confirm_for(town: Town, exchange_id: int, member: Membership, *, by: Membership, at: datetime) -> None:
    """The member's supporter confirms in their name, in a session of their own: acting for someone ends with it."""
    town.session.flush()
    with Session(town.session.connection(), join_transaction_mode="create_savepoint") as session:
        acting = session.get_one(Membership, member.id)
        acting.act_by(session.get_one(Membership, by.id))
        steps.confirm(session, exchange_id, by=acting, at=at)
        session.commit()


def _ask_on_paper(town: Town, at: datetime) -> None:
    """Jess writes down whom a member without e-mail wants as their supporter, who agrees the next day."""
    member, supporter = town.neighbours[SUPPORTED], town.neighbours[SUPPORTER]
    last_day, by = at.date() + timedelta(days=300), town.coordinators[JESS]
    relation = supporters.ask(town.session, member.membership, supporter.membership.id, last_day, by=by, at=at)

    def agree(then: datetime) -> None:
        supporters.agree(town.session, relation.id, by=supporter.membership, at=then)
        member.supporter = supporter

    town.calendar.add(at + timedelta(days=1, hours=3), agree)


def _ask(town: Town, at: datetime) -> None:
    member, supporter = town.neighbours[ASKS].membership, town.neighbours[IS_ASKED].membership
    supporters.ask(town.session, member, supporter.id, at.date() + timedelta(days=180), by=member, at=at)


def _look_at(town: Town, at: datetime, *, name: str, kind: VettingKind, holds_for: int | None, note: str) -> None:
    expires_on = None if holds_for is None else at.date() + timedelta(days=holds_for)
    seen = Seen(kind=kind, seen_on=at.date(), expires_on=expires_on, note=note)
    vetting.add(town.session, town.neighbours[name].membership, seen, by=town.coordinators[JESS], at=at)


def _write_note(town: Town, at: datetime) -> None:
    by, member = town.staff[SAFEGUARDING_LEAD], town.neighbours[_NOTE_ABOUT].membership
    safeguarding.write(town.session, member, _NOTE, by=by, at=at)


def _tell_in_confidence(town: Town, at: datetime, *, text: str, closed: int | None = None, outcome: str = "") -> None:
    """One of two whose exchange was approved tells Jess of it, and she looks into it where it is `closed` by now."""
    exchange, teller = _lately_helped(town)
    concern = concerns.about_exchange(town.session, exchange.id, text, by=teller.membership, at=at)
    if closed is not None:
        by = town.coordinators[JESS]
        town.calendar.add(
            town.office_days_ago(closed),
            lambda then: concerns.close(town.session, concern.id, outcome=outcome, by=by, at=then),
        )


def _lately_helped(town: Town) -> tuple[Exchange, Neighbour]:
    """The last exchange that was approved between two who write for themselves and take part, and who received it."""
    besides = town.neighbours[NEIGHBOUR]
    writing = {one.membership.id: one for one in town.present if one.writes_email and one is not besides}
    coordinators = [one.id for one in town.coordinators.values()]
    query = select(Exchange).where(
        Exchange.timebank_id == town.timebank.id,
        Exchange.state == State.APPROVED,
        Exchange.receiver_id.in_(writing),
        Exchange.provider_id.in_(writing),
        ~or_(Exchange.receiver_id.in_(coordinators), Exchange.provider_id.in_(coordinators)),
    )
    exchange = town.session.scalars(query.order_by(Exchange.id.desc()).limit(1)).first()
    if exchange is None:
        raise NobodyThere
    return exchange, writing[exchange.receiver_id]
