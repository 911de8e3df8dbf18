"""Supporters: who may act for a member, agreed by both, until a day; each step writes and never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from timebank.members import audit_log, directory
from timebank.members.audit_log import Deed
from timebank.members.directory import Named
from timebank.members.models import Membership, MembershipStatus, Supporter, Timebank
from timebank.policy import Permission, Role, may
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

LONGEST = timedelta(days=366)
"""How far ahead the last day may lie: the same day of the next year always does."""


class WrongSupporter(Unacceptable):
    """Somebody cannot act for that member."""


class WrongLastDay(Unacceptable):
    """The last day has passed, or is further away than a year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who may act, or is asked to act: for a member, and as whose supporter; what has ended stands there no more."""

    for_them: tuple[Supporter, ...]
    as_supporter: tuple[Supporter, ...]


def ask(
    session: Session, member: Membership, supporter_id: int, last_day: date, *, by: Membership, at: datetime
) -> Supporter:
    """Someone is asked to be the member's supporter, by the member, or by a coordinator who holds their consent.

    Raises:
        WrongSupporter, WrongLastDay: what the form can mend.
        NotAllowed, NotFound: with the sentence for the person.
    """
    on_paper = by.id != member.id
    _check_asks(by, member)
    supporter = session.get(Membership, supporter_id)
    if supporter is None or supporter.timebank_id != member.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    _check_can_support(session, supporter, member, today=by.timebank.day_of(at))
    if on_paper and supporter.id == by.id:
        raise WrongSupporter("Another coordinator writes down that you act for someone.")
    _check_last_day(last_day, today=by.timebank.day_of(at))
    relation = Supporter(
        membership=member,
        supporter=supporter,
        asked_at=at,
        asked_by_id=by.person_id,
        member_agreed_at=at,
        on_paper=on_paper,
        last_day=last_day,
    )
    session.add(relation)
    session.flush()
    if on_paper:
        _note(session, Deed.SUPPORTER_AGREED, relation, by, at, what="on paper")
    return relation


def agree(session: Session, relation_id: int, *, by: Membership, at: datetime) -> Supporter:
    """The one who was asked agrees, and may act for the member from now on.

    Raises:
        Conflict: it was ended in the meantime, or its last day has passed.
        NotAllowed, NotFound: with the sentence for the person.
    """
    relation = _load(session, relation_id, by)
    check_themselves(by)
    if relation.supporter_id != by.id:
        raise NotAllowed("Someone else is asked here.")
    if relation.ended_at is not None or relation.last_day < by.timebank.day_of(at):
        raise Conflict("This has ended. They can ask you again.")
    if relation.supporter_agreed_at is None:
        relation.supporter_agreed_at = at
        _note(session, Deed.SUPPORTER_AGREED, relation, by, at, what="agreed")
        session.flush()
    return relation


def end(session: Session, relation_id: int, *, by: Membership, at: datetime) -> Supporter:
    """The supporter no longer acts for the member, or will not; the member, the supporter or a coordinator ends it.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    relation = relation_for(session, relation_id, by=by)
    if relation.ended_at is None:
        relation.ended_at = at
        whose = {relation.membership_id: "their own", relation.supporter_id: "as the supporter"}
        _note(session, Deed.SUPPORTER_ENDED, relation, by, at, what=whose.get(by.id, "for them"))
        session.flush()
    return relation


def relation_for(session: Session, relation_id: int, *, by: Membership) -> Supporter:
    """The relation, locked, for whoever may end it.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    relation = _load(session, relation_id, by)
    check_themselves(by)
    if by.id not in {relation.membership_id, relation.supporter_id} and not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("This is between others.")
    return relation


def relation_of(session: Session, supporter: Membership, membership_id: int) -> Supporter | None:
    """The latest relation in which this supporter was to act for that member of the same timebank, as it stands."""
    query = (
        select(Supporter)
        .join(Membership, Membership.id == Supporter.membership_id)
        .where(
            Supporter.supporter_id == supporter.id,
            Supporter.membership_id == membership_id,
            Membership.timebank_id == supporter.timebank_id,
        )
        .order_by(Supporter.ended_at.is_(None).desc(), Supporter.last_day.desc(), Supporter.id.desc())
        .limit(1)
    )
    member = joinedload(Supporter.membership)
    known = (
        member.joinedload(Membership.person),
        member.joinedload(Membership.account),
        member.joinedload(Membership.given_roles),
    )
    return session.execute(query.options(*known)).unique().scalar_one_or_none()


def holds(relation: Supporter, today: date) -> bool:
    """Whether the supporter may act for the member today: both have agreed, nobody has ended it, and both are here."""
    agreed = relation.member_agreed_at is not None and relation.supporter_agreed_at is not None
    lasts = relation.ended_at is None and relation.last_day >= today
    here = relation.supporter.status == MembershipStatus.ACTIVE and relation.membership.may(Permission.KEEP_OWN_PAGE)
    return agreed and lasts and here


def standing_of(session: Session, membership: Membership, *, today: date) -> Standing:
    """Who acts, or is asked to act, for this member, and for whom they do; what has not ended, by its last day."""
    people = (
        joinedload(Supporter.membership).joinedload(Membership.person),
        joinedload(Supporter.supporter).joinedload(Membership.person),
    )
    found = session.scalars(
        select(Supporter)
        .where(
            or_(Supporter.membership_id == membership.id, Supporter.supporter_id == membership.id),
            Supporter.ended_at.is_(None),
            Supporter.last_day >= today,
        )
        .order_by(Supporter.last_day, Supporter.id)
        .options(*people)
    ).all()
    return Standing(
        tuple(one for one in found if one.membership_id == membership.id),
        tuple(one for one in found if one.supporter_id == membership.id),
    )


def candidates(session: Session, timebank: Timebank, member: Membership) -> Sequence[Named]:
    """Who can be asked to act for the member, by name: whoever is here and can sign in."""
    roles = [role for role in Role if may({role}, Permission.SEE_MEMBERS)]
    return [one for one in directory.who_can_sign_in(session, timebank, roles) if one.id != member.id]


def check_themselves(by: Membership) -> None:
    """They act for themselves: a supporter changes nothing about who acts for whom.

    Raises:
        NotAllowed: somebody acts for them just now.
    """
    if by.is_acted_for:
        raise NotAllowed("This is for %(name)s alone. Stop acting for them to see your own.", name=by.name)


def _check_asks(by: Membership, member: Membership) -> None:
    check_themselves(by)
    if member.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if by.id != member.id and not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Coordinators look after members.")
    if not member.may(Permission.KEEP_OWN_PAGE):
        raise WrongSupporter("%(name)s is no member here at the moment.", name=member.name)


def _check_can_support(session: Session, supporter: Membership, member: Membership, *, today: date) -> None:
    if supporter.id == member.id:
        raise WrongSupporter("Nobody is their own supporter. Choose somebody else.")
    if supporter.status != MembershipStatus.ACTIVE or not supporter.may(Permission.SEE_MEMBERS):
        raise WrongSupporter("%(name)s is not active here at the moment.", name=supporter.name)
    if supporter.person is None or supporter.person.email is None:
        raise WrongSupporter("%(name)s does not sign in here, and so cannot act for anyone.", name=supporter.name)
    # The member's row is what two who ask at once both wait for.
    session.get(Membership, member.id, with_for_update=True)
    if any(one.supporter_id == supporter.id for one in standing_of(session, member, today=today).for_them):
        raise WrongSupporter("%(name)s has been asked already.", name=supporter.name)


def _check_last_day(last_day: date, *, today: date) -> None:
    if last_day < today:
        raise WrongLastDay("That day has passed. Choose a later day.")
    if last_day > today + LONGEST:
        raise WrongLastDay("Choose a day within a year. You can ask again afterwards.")


def _load(session: Session, relation_id: int, by: Membership) -> Supporter:
    relation = session.get(Supporter, relation_id, with_for_update=True, populate_existing=True)
    if relation is None or relation.membership.timebank_id != by.timebank_id:
        raise NotFound("There is nothing at this address.")
    return relation


def _note(session: Session, deed: Deed, relation: Supporter, by: Membership, at: datetime, **told: object) -> None:
    told |= {"other_id": relation.supporter_id, "last_day": relation.last_day.isoformat()}
    audit_log.note(session, deed, by=by, about=relation.membership, at=at, **told)
