"""Sign-in cards: what is printed for a member, and the link on it with which they choose a password; no commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from timebank.members import passwords
from timebank.members.audit_log import Deed, note
from timebank.members.models import HERE, Membership, Person, Timebank
from timebank.policy import Permission, Role
from timebank.refusals import NotAllowed


def who_get_cards(session: Session, timebank: Timebank, membership_ids: Collection[int]) -> Sequence[Membership]:
    """Those of these who are here now as people, by number."""
    return session.scalars(
        select(Membership)
        .where(
            Membership.timebank_id == timebank.id,
            Membership.id.in_(membership_ids),
            Membership.person_id.is_not(None),
            Membership.status.in_(HERE),
        )
        .options(
            joinedload(Membership.person).options(selectinload(Person.memberships)),
            selectinload(Membership.given_roles),
        )
        .order_by(Membership.number)
    ).all()


def may_have_link(membership: Membership) -> bool:
    """Whether a coordinator may print a link that sets this person's password.

    Whoever prints it could use it. So it is for plain members of this timebank alone: who coordinates, administers or
    belongs to another timebank too is mailed a link instead, and opens no doors to whoever holds their card.
    """
    person = membership.person
    return (
        person is not None
        and bool(person.email)
        and membership.roles == {Role.MEMBER}
        and all(one.timebank_id == membership.timebank_id for one in person.memberships)
    )


def make_links(session: Session, memberships: Sequence[Membership], *, by: Membership, at: datetime) -> dict[int, str]:
    """For each of them who may have one, a secret that sets their password within two weeks, by membership.

    What was printed before no longer works.

    Raises:
        NotAllowed: who prints does not welcome members here.
    """
    if not by.may(Permission.ENROL):
        raise NotAllowed("Coordinators print sign-in cards.")
    links = {}
    for membership in memberships:
        if membership.timebank_id != by.timebank_id or membership.id == by.id or not may_have_link(membership):
            continue
        person = membership.person
        if person is not None:
            links[membership.id] = passwords.card_link(session, person, at=at)
            until = by.timebank.day_of(at + passwords.CARD_LASTS).isoformat()
            note(session, Deed.CARD_PRINTED, by=by, about=membership, at=at, until=until)
    return links
