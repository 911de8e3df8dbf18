"""What a printed list tells of members: what they let members see, and telephone numbers as the list asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import Membership
from timebank.members.page import Profile, Shown
from timebank.web.forms.sheets import Phones


@dataclass(frozen=True, slots=True)
class Listed:
    """One member on the list."""

    number: int
    name: str
    district: str
    languages: str
    phone: str


def listed(session: Session, people: Sequence[Membership], phones: Phones) -> list[Listed]:
    """These people as the list shows them."""
    readers = profiles.readers_of(session, people)
    kept = session.scalars(select(Profile).where(Profile.membership_id.in_(readers)))
    of = {profile.membership_id: profile for profile in kept}

    def shown(one: Membership, field: Shown, text: str) -> str:
        return text if profiles.sees(Readers.MEMBERS, readers[one.id][field]) else ""

    def phone(one: Membership) -> str:
        number = one.person.phone if one.person else ""
        if phones == Phones.ALL:
            return number
        return shown(one, Shown.PHONE, number) if phones == Phones.SHOWN else ""

    return [
        Listed(
            one.number,
            one.name,
            shown(one, Shown.DISTRICT, of[one.id].district) if one.id in of else "",
            shown(one, Shown.LANGUAGES, of[one.id].languages) if one.id in of else "",
            phone(one),
        )
        for one in people
    ]
