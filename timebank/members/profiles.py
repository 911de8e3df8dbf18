"""A member's own page: what they say of themselves, who reads what of it, and who may write it; it never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, delete, select, union_all
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.members import audit_log, directory, pictures
from timebank.members.audit_log import Deed
from timebank.members.choices import Readers
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.members.page import Availability, FieldReaders, Part, Profile, Shown
from timebank.members.pictures import Drawn
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound

USUAL: dict[Shown, Readers] = {
    Shown.ABOUT: Readers.MEMBERS,
    Shown.PICTURE: Readers.MEMBERS,
    Shown.DISTRICT: Readers.MEMBERS,
    Shown.LANGUAGES: Readers.MEMBERS,
    Shown.TIMES: Readers.MEMBERS,
    Shown.ASSETS: Readers.MEMBERS,
    Shown.NEEDS: Readers.MEMBERS,
    Shown.PHONE: Readers.AGREED,
    Shown.EMAIL: Readers.AGREED,
}
"""Who reads what a member has not chosen readers for: the ways to reach them only once the two have agreed."""
_FROM_NEAR = (Readers.COORDINATORS, Readers.AGREED, Readers.MEMBERS)
Times = frozenset[tuple[int, Part]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a member says of themselves; where an organisation says it, nobody has a phone or a name to be called."""

    called: str
    about: str
    district: str
    languages: str
    phone: str


@dataclass(frozen=True, slots=True)
class Page:
    """A member's own page as it is kept, and who reads each part of it; `shown_to` says what a reader sees."""

    membership: Membership
    profile: Profile
    readers: Mapping[Shown, Readers]
    times: Times

    def sees(self, eyes: Readers, field: Shown) -> bool:
        """Whether who looks with these eyes reads this; without what they can bring nobody's needs are shown."""
        if field == Shown.NEEDS and not self.sees(eyes, Shown.ASSETS):
            return False
        return sees(eyes, self.readers[field])


def sees(eyes: Readers, readers: Readers) -> bool:
    """Whether who is as near as these eyes is among the readers."""
    return _FROM_NEAR.index(eyes) <= _FROM_NEAR.index(readers)


def eyes_of(reader: Membership, membership: Membership, *, agreed: bool) -> Readers:
    """As whom the reader looks at the member's page; they themselves see all of it, as a coordinator does."""
    if reader.id == membership.id or reader.may(Permission.LOOK_AFTER_MEMBERS):
        return Readers.COORDINATORS
    return Readers.AGREED if agreed else Readers.MEMBERS


def page_for(session: Session, timebank: Timebank, membership_id: int, *, reader: Membership) -> Page:
    """The page of a member or an organisation, for whoever may open it.

    Raises:
        NotFound: there is no such member here, or none that this reader may know of at the moment.
    """
    query = (
        select(Membership, Profile)
        .outerjoin(Profile, Profile.membership_id == Membership.id)
        .where(
            Membership.id == membership_id,
            Membership.timebank_id == timebank.id,
            Membership.account_id.is_not(None),
        )
    )
    found = session.execute(query.options(*with_name(), joinedload(Membership.account))).one_or_none()
    if found is None or not opens_to(reader, found.Membership):
        raise NotFound("There is no such member here at the moment.")
    return _whole(session, found.Membership, found.Profile)


def opens_to(reader: Membership, membership: Membership) -> bool:
    """Whether there is a page for this reader: of who is active and takes part, and of anybody for coordinators."""
    if membership.id == reader.id or reader.may(Permission.LOOK_AFTER_MEMBERS):
        return True
    return membership.status == MembershipStatus.ACTIVE and membership.account_id is not None


def page_of(session: Session, membership: Membership) -> Page:
    """The member's own page, as it stands."""
    return _whole(session, membership, session.get(Profile, membership.id))


def with_name() -> tuple[ORMOption, ...]:
    """What a page shows of a member beside their profile, read with them; what they may do here is not asked."""
    return (
        joinedload(Membership.person),
        joinedload(Membership.organisation),
    )


def readers_of(session: Session, members: Sequence[Membership]) -> dict[int, Mapping[Shown, Readers]]:
    """Who reads what each of these members tells, for a list of them."""
    chosen: dict[int, dict[Shown, Readers]] = {one.id: dict(USUAL) for one in members}
    told = select(FieldReaders.membership_id, FieldReaders.field, FieldReaders.readers)
    for timebank_id in {one.timebank_id for one in members}:
        which = directory.of_these(FieldReaders.membership_id, chosen, timebank_id)
        for membership_id, field, readers in session.execute(told.where(which)):
            if membership_id in chosen:
                chosen[membership_id][field] = readers
    return dict(chosen)


def districts_and_languages(session: Session, members: Sequence[Membership]) -> dict[int, tuple[str, str]]:
    """Where each of these members of a timebank lives and what they speak, whoever may read it, for a list of them."""
    if not members:
        return {}
    told = select(Profile.membership_id, Profile.district, Profile.languages)
    which = directory.of_these(Profile.membership_id, {one.id for one in members}, members[0].timebank_id)
    return {number: (district, languages) for number, district, languages in session.execute(told.where(which))}


def write(session: Session, membership: Membership, words: Words, *, by: Membership, at: datetime) -> None:
    """The member says this of themselves now.

    Raises:
        NotAllowed, NotFound: it is someone else's page, and they are no coordinator here.
    """
    note_change(session, membership, "about", by=by, at=at)
    profile = _kept(session, membership)
    profile.about, profile.district, profile.languages = words.about, words.district, words.languages
    if membership.person is not None:
        membership.person.called = words.called
        membership.person.phone = words.phone
    session.flush()


def show_picture(
    session: Session, membership: Membership, drawn: Drawn | None, *, by: Membership, at: datetime
) -> None:
    """The page shows this picture from now on, or the initials where it is None; the one before is gone.

    Raises:
        NotAllowed, NotFound: as write() says.
    """
    note_change(session, membership, "picture", by=by, at=at)
    profile = _kept(session, membership)
    before = profile.picture_id
    profile.picture_id = None
    if drawn is not None:
        profile.picture_id = pictures.keep(session, membership.timebank, drawn, by=membership, at=at).id
    pictures.drop(session, before)
    session.flush()


def choose_readers(
    session: Session, membership: Membership, chosen: Mapping[Shown, Readers], *, by: Membership, at: datetime
) -> None:
    """Each thing that the member tells has just these readers from now on; what is not named keeps its own.

    Raises:
        NotAllowed, NotFound: as write() says.
    """
    note_change(session, membership, "readers", by=by, at=at)
    for field, readers in chosen.items():
        session.merge(FieldReaders(membership_id=membership.id, field=field, readers=readers))
    session.flush()


def keep_times(session: Session, membership: Membership, times: Times, *, by: Membership, at: datetime) -> None:
    """The member usually has time then, and at no other time.

    Raises:
        NotAllowed, NotFound: as write() says.
    """
    note_change(session, membership, "times", by=by, at=at)
    session.execute(delete(Availability).where(Availability.membership_id == membership.id))
    session.add_all(Availability(membership_id=membership.id, weekday=day, part=part) for day, part in sorted(times))
    session.flush()


def note_change(session: Session, membership: Membership, what: str, *, by: Membership, at: datetime) -> None:
    """They may write this page; where it is not their own, or somebody acts for them, that stands in the audit log.

    Raises:
        NotAllowed, NotFound: it is someone else's page, and they are no coordinator here.
    """
    check_writer(by, membership)
    if by.id != membership.id or by.is_acted_for:
        audit_log.note(session, Deed.PAGE_CHANGED, by=by, about=membership, at=at, what=what)


def check_writer(by: Membership, membership: Membership) -> None:
    """A member writes their own page, and a coordinator that of others, for those who do not do it themselves.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if membership.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if not may_write(by, membership):
        raise NotAllowed("This is someone else's page.")


def may_write(by: Membership, membership: Membership) -> bool:
    """Whether they may change this page of their timebank."""
    own = by.id == membership.id and by.may(Permission.KEEP_OWN_PAGE)
    return own or by.may(Permission.LOOK_AFTER_MEMBERS)


def initials(name: str) -> str:
    """What stands in the place of a picture: the first letters of the first and the last name."""
    names = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (*names[:1], *names[1:][-1:])).upper()


def _whole(session: Session, membership: Membership, profile: Profile | None) -> Page:
    # Two columns of words each, so that one question answers both.
    readers = select(cast(FieldReaders.field, String), cast(FieldReaders.readers, String))
    times = select(cast(Availability.weekday, String), cast(Availability.part, String))
    told = union_all(
        readers.where(FieldReaders.membership_id == membership.id),
        times.where(Availability.membership_id == membership.id),
    )
    rows = [(str(what), str(how)) for what, how in session.execute(told)]
    return Page(
        membership,
        profile or _blank(membership),
        USUAL | {Shown(what): Readers(how) for what, how in rows if not what.isdecimal()},
        frozenset((int(what), Part(how)) for what, how in rows if what.isdecimal()),
    )


def _blank(membership: Membership) -> Profile:
    """A profile of who has said nothing, which is not kept."""
    return Profile(membership_id=membership.id, about="", district="", languages="", picture_id=None)


def _kept(session: Session, membership: Membership) -> Profile:
    profile = session.get(Profile, membership.id)
    if profile is None:
        profile = _blank(membership)
        session.add(profile)
        session.flush()
    return profile
