"""Answering an application: a coordinator welcomes, finds that they are here already, or declines; no commits."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.care import leaving, terms
from timebank.care.joining import notice_key
from timebank.care.models import Application, ApplicationState, Invitation
from timebank.care.wordings import parts
from timebank.listings.models import Asset, AssetKind, Need
from timebank.members import directory, enrol
from timebank.members.audit_log import Deed, note
from timebank.members.enrol import Newcomer, fold_email
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Person, Timebank
from timebank.members.page import Profile
from timebank.members.rules import kept_word
from timebank.notices.models import Notice, NoticeKind
from timebank.notices.outbox import drop, tell, tell_address
from timebank.policy import Permission, Role
from timebank.refusals import Conflict, NotAllowed, NotFound


class AnsweredAlready(Conflict):
    """Another coordinator was quicker, or the same one clicked twice."""


class NotHereNow(Conflict):
    """Who applied is suspended here."""


def waiting(session: Session, timebank: Timebank, *, limit: int, offset: int) -> tuple[Sequence[Application], int]:
    """One page of the applications that wait for an answer, the oldest first, and how many there are."""
    which = (Application.timebank_id == timebank.id, Application.state == ApplicationState.OPEN)
    count = session.scalar(select(func.count()).select_from(Application).where(*which)) or 0
    query = select(Application).where(*which).order_by(Application.id).limit(limit).offset(offset)
    return session.scalars(query.options(_with_inviter())).all(), count


def welcomed_lately(session: Session, timebank: Timebank, *, limit: int) -> Sequence[Application]:
    """Who was welcomed last, the newest first."""
    return session.scalars(
        select(Application)
        .where(Application.timebank_id == timebank.id, Application.state == ApplicationState.WELCOMED)
        .options(joinedload(Application.membership).joinedload(Membership.person))
        .order_by(Application.decided_at.desc(), Application.id.desc())
        .limit(limit)
    ).all()


def application_in(session: Session, timebank: Timebank, application_id: int) -> Application:
    """The application, while something of it is kept.

    Raises:
        NotFound: it is of another timebank, or was declined.
    """
    application = session.scalar(
        select(Application)
        .where(Application.id == application_id, Application.timebank_id == timebank.id)
        .options(_with_inviter(), joinedload(Application.membership).joinedload(Membership.person))
    )
    if application is None:
        raise NotFound("There is no such application here.")
    if application.state in (ApplicationState.DECLINED, ApplicationState.WITHDRAWN):
        raise NotFound("This application was declined or taken back, and nothing of it is kept.")
    return application


def check_open(application: Application) -> None:
    """The application waits for an answer.

    Raises:
        AnsweredAlready: it has one.
    """
    if application.state != ApplicationState.OPEN:
        raise AnsweredAlready("This application has been answered already.")


def doubles(session: Session, timebank: Timebank, application: Application) -> Sequence[Membership]:
    """Who is known here already and may be the one who applies: of the same name, the same e-mail, or signed in."""
    same_name = [one.id for one in directory.namesakes(session, timebank, application.name)]
    alike: list[ColumnElement[bool]] = [Membership.id.in_(same_name)]
    if application.email:
        alike.append(Person.email_folded == fold_email(application.email))
    if application.person_id is not None:
        alike.append(Membership.person_id == application.person_id)
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(Membership.timebank_id == timebank.id, Membership.merged_into_id.is_(None), or_(*alike))
        .options(joinedload(Membership.person))
        .order_by(Membership.number)
    ).all()


def welcome(
    session: Session,
    timebank: Timebank,
    application_id: int,
    *,
    by: Membership,
    at: datetime,
    same_as_id: int | None = None,
) -> Membership:
    """Who applied is a member with a number and an account, what they wrote stands on their page, and they are told.

    Someone who applied while signed in stays one person; `same_as_id` is who of this timebank it turned out to be, and
    then nobody new is made.

    Raises:
        NotAllowed: who does it does not welcome members here.
        AnsweredAlready: it was answered before; so that two at once make one member.
        NotHereNow: they are suspended here.
        Refusal: of leaving.rejoin(), where they had left.
    """
    application = _take(session, timebank, application_id, by)
    membership = _known_here(session, timebank, application, same_as_id, by=by, at=at)
    if membership is None:
        membership = _enrolled(session, timebank, application, at)
    elif Role.MEMBER not in membership.roles:
        enrol.give_roles(session, membership, membership.roles | {Role.MEMBER}, at=at)
    _keep_what_they_wrote(session, application, membership, at)
    # Who was not signed in has not shown that they are who was here already, who is asked at the door then.
    if application.terms_id is not None and (same_as_id is None or membership.person_id == application.person_id):
        terms.accept(session, membership, application.terms_id, by_id=membership.person_id, at=application.at)
    _answer(application, ApplicationState.WELCOMED, by, at)
    application.membership = membership
    session.flush()
    number, name = membership.number, by.name
    tell(session, NoticeKind.WELCOME, membership, key=f"welcome:{membership.id}", at=at, number=number, by=name)
    note(session, Deed.APPLICATION_WELCOMED, by=by, about=membership, at=at, name=membership.name, number=number)
    return membership


def decline(
    session: Session,
    timebank: Timebank,
    application_id: int,
    *,
    word: str,
    taken_back: bool = False,
    by: Membership,
    at: datetime,
) -> None:
    """The application is answered with a word, and nothing of who applied is kept; who gave an e-mail is told.

    `taken_back` says that they no longer want to join; then there is no letter.

    Raises:
        NotAllowed, AnsweredAlready: as welcome().
        WrongWord: it is too long.
    """
    application = _take(session, timebank, application_id, by)
    told, key = kept_word(word), f"application:{application.id}:declined"
    if application.email and not taken_back:
        kind, name = NoticeKind.APPLICATION_DECLINED, application.name
        tell_address(session, kind, timebank, application.email, key=key, at=at, name=name, word=told)
    _answer(application, ApplicationState.WITHDRAWN if taken_back else ApplicationState.DECLINED, by, at)
    _forget(session, application)
    # The log stays for ever, so it tells neither the name nor the word.
    note(session, Deed.APPLICATION_DECLINED, by=by, about=None, at=at)
    session.flush()


def _take(session: Session, timebank: Timebank, application_id: int, by: Membership) -> Application:
    """The open application, which nobody else answers meanwhile."""
    if by.timebank_id != timebank.id or not by.may(Permission.ENROL):
        raise NotAllowed("Coordinators welcome new members.")
    application = session.get(Application, application_id, with_for_update=True, populate_existing=True)
    if application is None or application.timebank_id != timebank.id:
        raise NotFound("There is no such application here.")
    check_open(application)
    return application


def _known_here(
    session: Session,
    timebank: Timebank,
    application: Application,
    same_as_id: int | None,
    *,
    by: Membership,
    at: datetime,
) -> Membership | None:
    """The membership that they have here already, or None; who had left is back."""
    if same_as_id is not None:
        membership: Membership | None = directory.membership_in(session, timebank, same_as_id)
    else:
        mine = select(Membership).where(
            Membership.timebank_id == timebank.id, Membership.person_id == application.person_id
        )
        membership = session.scalar(mine) if application.person_id is not None else None
    if membership is None:
        return None
    if membership.person_id is None:
        raise NotFound("There is no such person in this timebank.")
    if membership.id == by.id:
        raise NotAllowed("This is about yourself. Another coordinator answers it.")
    if membership.status == MembershipStatus.SUSPENDED:
        raise NotHereNow("%(name)s is suspended here. Look at their page first.", name=membership.name)
    if membership.status == MembershipStatus.LEFT:
        leaving.rejoin(session, membership, by=by, at=at)
    return membership


def _enrolled(session: Session, timebank: Timebank, application: Application, at: datetime) -> Membership:
    if application.person is not None:
        return enrol.enrol_person(session, timebank, application.person, at=at)
    return enrol.enrol(session, timebank, Newcomer(name=application.name, email=application.email or None), at=at)


def _keep_what_they_wrote(session: Session, application: Application, membership: Membership, at: datetime) -> None:
    """What they wrote is on their own page, which is theirs to change; what stands there already stays as it is."""
    if membership.person is not None and not membership.person.phone:
        membership.person.phone = application.phone
    if application.district and session.get(Profile, membership.id) is None:
        session.add(Profile(membership_id=membership.id, district=application.district))
    brings = _not_yet(session, Asset, membership, application.good_at)
    session.add_all(
        Asset(membership_id=membership.id, kind=AssetKind.SKILL, title=title, folded=fold(title), created_at=at)
        for title in brings
    )
    needs = _not_yet(session, Need, membership, application.would_help)
    session.add_all(Need(membership_id=membership.id, title=title, created_at=at) for title in needs)


def _not_yet(session: Session, table: type[Asset | Need], membership: Membership, text: str) -> list[str]:
    """What the text names that does not stand on their page yet."""
    told = session.scalars(select(table.title).where(table.membership_id == membership.id))
    known = {fold(title) for title in told}
    return [part for part in parts(text) if fold(part) not in known]


def _answer(application: Application, state: ApplicationState, by: Membership, at: datetime) -> None:
    application.state, application.decided_at, application.decided_by_id = state, at, by.hand_id


def _forget(session: Session, application: Application) -> None:
    """Nothing personal is left in the application, the invitation, nor in what coordinators were told of it."""
    application.person = None
    if application.invitation is not None:
        application.invitation.name = ""
    for name in ("name", "email", "phone", "district", "good_at", "would_help", "heard_from"):
        setattr(application, name, "")
    key = f"{application.timebank_id}:{notice_key(application.id)}:"
    told = json.dumps({"name": "", "application_id": application.id})
    ours = Notice.key.startswith(key, autoescape=True), Notice.kind == NoticeKind.APPLICATION
    drop(session, *ours)
    session.execute(update(Notice).where(*ours).values(told=told))


def _with_inviter() -> ORMOption:
    return joinedload(Application.invitation).joinedload(Invitation.by).joinedload(Membership.person)
