"""The terms by version: an administrator publishes them, members agree to each; nothing here commits.

Only members are asked. A coordinator, an administrator or a funder who is no member has an agreement of their own with
whoever runs the timebank, and a funder reads nothing about anybody.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from timebank.care.models import Terms, TermsAccepted
from timebank.database import insert_unless_there
from timebank.members.audit_log import Deed, note
from timebank.members.enrol import lock
from timebank.members.models import HERE, GivenRole, Membership, Person, Timebank
from timebank.notices.models import NoticeKind
from timebank.notices.outbox import tell_each
from timebank.policy import Permission, Role
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

LONGEST = 20_000
"""How many signs the terms may have: some ten pages."""


class TermsHaveChanged(Conflict):
    """Another version was published while someone read the one before."""


def current(session: Session, timebank: Timebank) -> Terms | None:
    """The version that holds now, or None where the timebank has no terms."""
    return session.scalar(select(Terms).where(Terms.timebank_id == timebank.id).order_by(Terms.version.desc()).limit(1))


def versions(session: Session, timebank: Timebank) -> Sequence[Terms]:
    """All versions that were ever published, the newest first."""
    return session.scalars(select(Terms).where(Terms.timebank_id == timebank.id).order_by(Terms.version.desc())).all()


def version_of(session: Session, timebank: Timebank, number: int) -> Terms:
    """The version of this number.

    Raises:
        NotFound: there is none here.
    """
    terms = session.scalar(select(Terms).where(Terms.timebank_id == timebank.id, Terms.version == number))
    if terms is None:
        raise NotFound("There is no such version of the terms.")
    return terms


def at_the_door(session: Session, timebank: Timebank, person: Person) -> tuple[Membership | None, int | None]:
    """The person's membership here, and the terms that they have yet to agree to, None for none.

    One question of the database answers both, since it is asked before every page.
    """
    latest = _latest(timebank)
    agreed = exists().where(TermsAccepted.membership_id == Membership.id, TermsAccepted.terms_id == latest)
    rows = session.execute(
        select(Membership, latest, agreed)
        .where(Membership.timebank_id == timebank.id, Membership.person_id == person.id)
        .options(joinedload(Membership.account), joinedload(Membership.given_roles))
    )
    found = rows.unique().one_or_none()
    if found is None:
        return None, None
    membership, terms_id, has_agreed = found
    asked = terms_id is not None and not has_agreed and Role.MEMBER in membership.roles
    return membership, terms_id if asked else None


def last_agreed(session: Session, membership: Membership) -> Terms | None:
    """The newest version to which the member has agreed, or None."""
    return session.scalar(
        select(Terms)
        .join(TermsAccepted, TermsAccepted.terms_id == Terms.id)
        .where(TermsAccepted.membership_id == membership.id)
        .order_by(Terms.version.desc())
        .limit(1)
    )


def publish(session: Session, timebank: Timebank, text: str, *, by: Membership, at: datetime) -> Terms:
    """The text is the newest version; every member is told, and asked to agree before anything else opens to them.

    Raises:
        NotAllowed: who does it is no administrator here.
        Unacceptable: it is empty, too long, or reads as the terms read already.
    """
    if by.timebank_id != timebank.id or not by.may(Permission.SET_POLICY):
        raise NotAllowed("Administrators publish the terms.")
    lock(session, timebank.id)
    before = current(session, timebank)
    tidy = check_text(text, before)
    version = 1 if before is None else before.version + 1
    terms = Terms(timebank_id=timebank.id, version=version, text=tidy, at=at, by_id=by.hand_id)
    session.add(terms)
    session.flush()
    note(session, Deed.TERMS_PUBLISHED, by=by, about=None, at=at, version=version)
    everyone = session.scalars(_members(timebank)).all()
    tell_each(session, NoticeKind.TERMS, everyone, key=f"terms:{version}", at=at, version=version)
    return terms


def check_text(text: str, before: Terms | None) -> str:
    """The text as it is kept, if it can be the next version.

    Raises:
        Unacceptable: it is empty, too long, or reads as the terms read already.
    """
    tidy = _tidy(text)
    if before is not None and before.text == tidy:
        raise Unacceptable("That is how the terms read already.")
    return tidy


def agree(session: Session, membership: Membership, terms_id: int, *, at: datetime) -> None:
    """The member agrees to this version, which holds now; agreeing twice is agreeing once.

    Raises:
        TermsHaveChanged: another version holds by now.
    """
    check_current(session, membership.timebank, terms_id)
    accept(session, membership, terms_id, by_id=membership.person_id, at=at)


def agree_on_paper(
    session: Session,
    timebank: Timebank,
    membership_ids: Collection[int],
    terms_id: int,
    *,
    by: Membership,
    at: datetime,
) -> list[Membership]:
    """These members have signed this version on paper, and a coordinator writes it down; who had agreed is left out.

    Raises:
        NotAllowed: who does it is no coordinator here, or does it for themselves.
        NotFound: one of them is no member here.
        TermsHaveChanged: another version holds by now.
    """
    if by.timebank_id != timebank.id or not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Coordinators write down what was signed on paper.")
    terms = check_current(session, timebank, terms_id)
    if by.id in membership_ids:
        raise NotAllowed("Your own agreement is yours to give. You are asked when you come in.")
    known = session.scalars(_members(timebank).where(Membership.id.in_(membership_ids))).all()
    if len(known) != len(set(membership_ids)):
        raise NotFound("There is no such person in this timebank.")
    missing = set(session.scalars(_yet_to_agree(timebank, terms_id).with_only_columns(Membership.id)))
    signed = [membership for membership in known if membership.id in missing]
    for membership in signed:
        accept(session, membership, terms_id, by_id=by.hand_id, at=at)
        note(session, Deed.TERMS_ON_PAPER, by=by, about=membership, at=at, version=terms.version)
    return signed


def accept(session: Session, membership: Membership, terms_id: int, *, by_id: int | None, at: datetime) -> None:
    """It is written down that the member has agreed to this version, and by whom; twice is once."""
    row = {"membership_id": membership.id, "terms_id": terms_id, "by_id": by_id, "at": at}
    # A trigger would refuse a second row before the database could leave it alone.
    there = select(TermsAccepted.id).where(
        TermsAccepted.membership_id == membership.id, TermsAccepted.terms_id == terms_id
    )
    if session.scalar(there) is None:
        session.execute(insert_unless_there(session, TermsAccepted).values(**row).on_conflict_do_nothing())


def check_current(session: Session, timebank: Timebank, terms_id: int | None) -> Terms:
    """The version holds now.

    Raises:
        TermsHaveChanged: another does.
    """
    terms = current(session, timebank)
    if terms is None or terms.id != terms_id:
        raise TermsHaveChanged("The terms have changed in the meantime. Please read them once more.")
    return terms


def yet_to_agree(
    session: Session, timebank: Timebank, terms: Terms, *, limit: int, offset: int
) -> tuple[Sequence[Membership], int]:
    """One page of the members who have not agreed to this version, by number, and how many there are."""
    query = _yet_to_agree(timebank, terms.id)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(joinedload(Membership.person)).order_by(Membership.number).limit(limit).offset(offset)
    return session.scalars(page).all(), count


def members_asked(session: Session, timebank: Timebank) -> int:
    """How many members a new version asks to agree."""
    return session.scalar(select(func.count()).select_from(_members(timebank).subquery())) or 0


def _yet_to_agree(timebank: Timebank, terms_id: int) -> Select[Membership]:
    agreed = exists().where(TermsAccepted.membership_id == Membership.id, TermsAccepted.terms_id == terms_id)
    return _members(timebank).where(~agreed)


def _members(timebank: Timebank) -> Select[Membership]:
    """Who is a member here now, as a person."""
    return (
        select(Membership)
        .join(GivenRole, GivenRole.membership_id == Membership.id)
        .where(
            Membership.timebank_id == timebank.id,
            Membership.person_id.is_not(None),
            Membership.status.in_(HERE),
            GivenRole.role == Role.MEMBER,
        )
    )


def _latest(timebank: Timebank) -> ColumnElement[int | None]:
    newest = select(Terms.id).where(Terms.timebank_id == timebank.id).order_by(Terms.version.desc()).limit(1)
    return newest.scalar_subquery()


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    tidy = "\n".join(lines).strip("\n")
    if not tidy.strip():
        raise Unacceptable("Write the terms.")
    if len(tidy) > LONGEST:
        raise Unacceptable("Use at most %(most)d letters.", most=LONGEST)
    return tidy
