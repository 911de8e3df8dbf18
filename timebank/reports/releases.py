"""Releases: a report frozen as it was published, protected and without names; what was released is never changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank import guards
from timebank.ledger import seals
from timebank.ledger.models import Seal
from timebank.members.models import Person, Timebank
from timebank.refusals import Conflict, NotFound, Unacceptable
from timebank.reports.contribution import contribution_report, first_day_given
from timebank.reports.disclosure import protect
from timebank.reports.document import Document
from timebank.reports.models import GUARDS, Release
from timebank.reports.period import Period, PeriodKind


class AlreadyReleased(Conflict):
    """Some of the period has been released before."""


class Changed(Conflict):
    """The figures are no longer those that were looked at."""


class Altered(Conflict):
    """The frozen document is not what was released."""


def draft_of(session: Session, timebank: Timebank, period: Period, *, at: datetime) -> Document:
    """What a release of the period would say now, to the last cell.

    Raises:
        Unacceptable: the period is no calendar quarter or year, or has not begun.
        AlreadyReleased: some of it has been released before.
    """
    today = timebank.day_of(at)
    if period.kind not in {PeriodKind.QUARTER, PeriodKind.YEAR}:
        raise Unacceptable("Reports are released for whole calendar quarters or calendar years. Choose one of these.")
    if period.first_day > today:
        raise Unacceptable("This period has not begun, so there is nothing to release yet.")
    earlier = _overlapping(session, timebank, period)
    if earlier is not None:
        raise AlreadyReleased(
            "%(period)s can't be released: %(released)s has been. The figures of each day are released once only, so"
            " that nobody's own hours can be worked out by taking one report away from another.",
            period=str(period),
            released=str(period_of(earlier)),
        )
    exact = contribution_report(session, timebank, period)
    return Document(
        timebank=timebank.name,
        released_at=at,
        still_running=today < period.day_after,
        threshold=timebank.disclosure_threshold,
        report=protect(exact, threshold=timebank.disclosure_threshold),
    )


def release(
    session: Session, timebank: Timebank, period: Period, *, by: Person, at: datetime, seen: str | None = None
) -> Release:
    """The protected report of the period is frozen, and funders may read it.

    `seen` is the fingerprint of the draft that was looked at; None releases without one.

    Two coordinators may press the button at once, for a quarter and for its year. The timebank's row is locked, so
    the second waits for the first and then sees its release; on SQLite its whole transaction waits.

    Raises:
        Unacceptable, AlreadyReleased: as `draft_of` says.
        Changed: hours were approved or taken back since the draft was looked at.
    """
    locked = session.get_one(Timebank, timebank.id, with_for_update=True, populate_existing=True)
    draft = draft_of(session, locked, period, at=at)
    if seen is not None and seen != draft.fingerprint:
        raise Changed("The figures have changed since you looked at them. Look them over, then release them.")
    document = replace(draft, seal=_sealed(session, locked, at=at)).as_json()
    frozen = Release(
        timebank_id=locked.id,
        first_day=period.first_day,
        day_after=period.day_after,
        document=document,
        digest=_digest(document),
        released_at=at,
        released_by_id=by.id,
    )
    session.add(frozen)
    session.flush()
    return frozen


def may_be_released(session: Session, timebank: Timebank, *, at: datetime) -> list[Period]:
    """The quarters and years since the first hours were given that can be released now, newest first."""
    first, today = first_day_given(session, timebank), timebank.day_of(at)
    if first is None or first > today:
        return []
    taken = [period_of(one) for one in releases_of(session, timebank)]
    since = Period(Period.of_quarter(first).first_day, Period.of_quarter(today).day_after)
    years = {Period.of_year(quarter.first_day) for quarter in since.quarters()}
    free = [one for one in {*since.quarters(), *years} if not any(one.overlaps(other) for other in taken)]
    return sorted(free, key=lambda period: (period.day_after, period.first_day), reverse=True)


def releases_of(session: Session, timebank: Timebank) -> list[Release]:
    """The timebank's releases, the latest period first."""
    return list(
        session.scalars(select(Release).where(Release.timebank_id == timebank.id).order_by(Release.first_day.desc()))
    )


def get_release(session: Session, timebank: Timebank, release_id: int) -> Release:
    """The release, if it is this timebank's.

    Raises:
        NotFound: there is none of that number here.
    """
    found = session.get(Release, release_id)
    if found is None or found.timebank_id != timebank.id:
        raise NotFound("There is no such report here.")
    return found


def reading(release: Release) -> Document:
    """What was released, from the frozen document and nothing else; page, CSV and JSON are all drawn from it.

    Raises:
        Altered: the document is not the one that was released.
    """
    if _digest(release.document) != release.digest:
        raise Altered(
            "This report is not shown: it was changed after it was released. Please tell who looks after the timebank."
        )
    return Document.from_json(release.document)


def period_of(release: Release) -> Period:
    """The period that was released."""
    return Period(release.first_day, release.day_after)


def findings(session: Session) -> Iterator[str]:
    """What is wrong with releases, a sentence each; nothing where each is as it was released."""
    yield from guards.findings(session, GUARDS)
    for frozen in session.scalars(select(Release).order_by(Release.id)):
        if _digest(frozen.document) != frozen.digest:
            yield f"Release {frozen.id} ({period_of(frozen)}): it was changed after it was released."
        elif _sealed_otherwise(session, frozen):
            yield f"Release {frozen.id} ({period_of(frozen)}): the book's seal that it names is gone or another one."


def _sealed(session: Session, timebank: Timebank, *, at: datetime) -> tuple[int, str] | None:
    """The newest seal of the timebank's book, sealed up to now: after the figures were read, so that it covers them."""
    while (made := seals.seal(session, timebank.book_id, at=at)) is not None and made.transfers == seals.STRETCH:
        pass
    newest = seals.latest(session, timebank.book_id)
    return (newest.number, newest.digest) if newest else None


def _sealed_otherwise(session: Session, frozen: Release) -> bool:
    """Whether the seal that the release names is no longer that of the book."""
    named = Document.from_json(frozen.document).seal
    if named is None:
        return False
    stands = session.scalar(
        select(Seal.digest)
        .join(Timebank, Timebank.book_id == Seal.book_id)
        .where(Timebank.id == frozen.timebank_id, Seal.number == named[0])
    )
    return stands != named[1]


def _overlapping(session: Session, timebank: Timebank, period: Period) -> Release | None:
    return session.scalar(
        select(Release)
        .where(
            Release.timebank_id == timebank.id,
            Release.first_day < period.day_after,
            Release.day_after > period.first_day,
        )
        .order_by(Release.first_day)
        .limit(1)
    )


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()
