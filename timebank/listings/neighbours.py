"""Who is found among the members: by name, by what they can bring, by where they live; it never writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from timebank.listings.assets import titles_of
from timebank.listings.models import Asset
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.members.page import FieldReaders, Profile, Shown
from timebank.members.profiles import sees


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Someone in the list of members, with what of them the reader's eyes see there."""

    membership: Membership
    picture_id: int | None
    district: str
    brings: tuple[str, ...]


def find(
    session: Session, timebank: Timebank, *, words: str, district: str, eyes: Readers, limit: int, offset: int
) -> tuple[Sequence[Neighbour], int]:
    """One page of the active members and organisations, by name, and how many there are.

    Each of the `words` stands in their name, or all of them in one thing that they can bring. Nobody is found by what
    these eyes do not see of them.
    """
    wanted, near = fold(words).split(), fold(district).split()
    bringing = _bringing(session, timebank, wanted, eyes) if wanted else frozenset()
    found = [
        (fold(name), number, membership_id)
        for membership_id, number, name, place in _everyone(session, timebank, eyes)
        if (membership_id in bringing or _holds(name, wanted)) and _holds(place, near)
    ]
    shown = [membership_id for _name, _number, membership_id in sorted(found)[offset : offset + limit]]
    return _neighbours(session, shown, eyes), len(found)


def _holds(text: str | None, words: Sequence[str]) -> bool:
    folded = fold(text or "")
    return all(word in folded for word in words)


def _everyone(session: Session, timebank: Timebank, eyes: Readers) -> Sequence[tuple[int, int, str, str | None]]:
    """The number, the name, and the district where it is for these eyes, of all who are here."""
    told = and_(FieldReaders.membership_id == Membership.id, FieldReaders.field == Shown.DISTRICT)
    rows = session.execute(
        select(
            Membership.id,
            Membership.number,
            func.coalesce(Person.name, Organisation.name),
            Profile.district,
            FieldReaders.readers,
        )
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Profile, Profile.membership_id == Membership.id)
        .outerjoin(FieldReaders, told)
        .where(
            Membership.timebank_id == timebank.id,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.account_id.is_not(None),
        )
    )
    usual = profiles.USUAL[Shown.DISTRICT]
    return [
        (membership_id, number, name, place if sees(eyes, readers or usual) else None)
        for membership_id, number, name, place, readers in rows
    ]


def _bringing(session: Session, timebank: Timebank, words: Sequence[str], eyes: Readers) -> frozenset[int]:
    """Who tells these eyes of one thing that holds all the words."""
    told = and_(FieldReaders.membership_id == Asset.membership_id, FieldReaders.field == Shown.ASSETS)
    query = (
        select(Asset.membership_id)
        .join(Membership, Membership.id == Asset.membership_id)
        .outerjoin(FieldReaders, told)
        .where(Membership.timebank_id == timebank.id)
        .where(*(Asset.folded.contains(word, autoescape=True) for word in words))
    )
    open_to = [readers for readers in Readers if sees(eyes, readers)]
    usual = sees(eyes, profiles.USUAL[Shown.ASSETS])
    seen = FieldReaders.readers.in_(open_to)
    return frozenset(session.scalars(query.where(or_(seen, FieldReaders.readers.is_(None)) if usual else seen)))


def _neighbours(session: Session, numbers: Sequence[int], eyes: Readers) -> list[Neighbour]:
    """These members in this order, each with what the eyes see of them."""
    rows = session.execute(
        select(Membership, Profile)
        .outerjoin(Profile, Profile.membership_id == Membership.id)
        .where(Membership.id.in_(numbers))
        .options(*profiles.with_name())
    ).all()
    members = [row.Membership for row in rows]
    readers, titles = profiles.readers_of(session, members), titles_of(session, members)
    told = {}
    for membership, profile in rows:
        open_to = {field for field, who in readers[membership.id].items() if sees(eyes, who)}
        told[membership.id] = Neighbour(
            membership,
            profile.picture_id if profile and Shown.PICTURE in open_to else None,
            profile.district if profile and Shown.DISTRICT in open_to else "",
            tuple(titles[membership.id]) if Shown.ASSETS in open_to else (),
        )
    return [told[number] for number in numbers]
