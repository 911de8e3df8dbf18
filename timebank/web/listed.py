"""What a printed list tells of members: what they let members see, and telephone numbers as the list asks for them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import Membership
from timebank.members.page import Shown
from timebank.web.forms.sheets import Phones


def listed(session: Session, people: Sequence[Membership], phones: Phones) -> list[list[str | int]]:
    """The cells of these people: name, number, district, languages, and the telephone number if the list has any."""
    readers = profiles.readers_of(session, people)
    of = profiles.districts_and_languages(session, people)

    def shown(one: Membership, field: Shown, text: str) -> str:
        return text if text and profiles.sees(Readers.MEMBERS, readers[one.id][field]) else ""

    def cells(one: Membership) -> list[str | int]:
        district, languages = of.get(one.id, ("", ""))
        row: list[str | int] = [one.name, one.number]
        row += [shown(one, Shown.DISTRICT, district), shown(one, Shown.LANGUAGES, languages)]
        if phones == Phones.NONE:
            return row
        number = one.person.phone if one.person else ""
        return [*row, number if phones == Phones.ALL else shown(one, Shown.PHONE, number)]

    return [cells(one) for one in people]
