"""What becomes of a notice: by pace, by what was declined, by e-mail, and by who is still here."""

import pytest

from tests import builders
from timebank.members.choices import LeftBecause, Pace
from timebank.members.models import MembershipStatus
from timebank.notices.fates import Fate, fate_of
from timebank.notices.models import MUST_BE_TOLD, Notice, NoticeKind


def fate(kind, to, *, stopped=False):
    return fate_of(Notice(kind=kind, membership=to), stopped=stopped)


@pytest.fixture(autouse=True)
def _nothing_is_kept(session):
    with session.no_autoflush:
        yield
        session.expunge_all()


@pytest.mark.parametrize("pace", [Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY])
@pytest.mark.parametrize("kind", NoticeKind)
def test_who_wants_letters_gets_them(session, ana, pace, kind):
    ana.pace = pace

    assert fate(kind, ana) == Fate.SEND


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_was_declined_is_not_sent_save_what_must_be_told(session, ana, kind):
    assert fate(kind, ana, stopped=True) == (Fate.SEND if kind in MUST_BE_TOLD else Fate.DROP)


@pytest.mark.parametrize("kind", NoticeKind)
def test_who_wants_no_letters_gets_what_must_be_told(session, ana, kind):
    ana.pace = Pace.NEVER

    assert fate(kind, ana) == (Fate.SEND if kind in MUST_BE_TOLD else Fate.DROP)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("email", ["ana@example.org", None])
def test_who_wants_calls_is_called_whether_or_not_they_have_an_e_mail(session, ana, kind, email):
    ana.pace, ana.person.email = Pace.BY_PHONE, email

    assert fate(kind, ana) == Fate.PHONE


@pytest.mark.parametrize("kind", NoticeKind)
def test_without_an_e_mail_only_what_cannot_wait_is_told_by_phone(session, ana, kind):
    ana.person.email = None
    cannot_wait = {NoticeKind.PROPOSAL, NoticeKind.TO_CONFIRM, NoticeKind.DISPUTED, NoticeKind.DECIDED}

    assert fate(kind, ana) == (Fate.PHONE if kind in cannot_wait else Fate.DROP)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("status", [MembershipStatus.LEFT, MembershipStatus.SUSPENDED])
def test_who_has_left_or_is_suspended_is_told_only_that(session, ana, kind, status):
    ana.status = status
    told = {NoticeKind.STANDING, NoticeKind.APPLICATION_DECLINED}

    assert fate(kind, ana) == (Fate.SEND if kind in told else Fate.DROP)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("pace", Pace)
def test_nobody_writes_to_the_dead(session, ana, kind, pace):
    ana.status, ana.left_because, ana.pace = MembershipStatus.LEFT, LeftBecause.DIED, pace

    assert fate(kind, ana) == Fate.DROP


def test_an_organisation_has_no_e_mail(session, timebank):
    clinic = builders.an_organisation(session, timebank)

    assert fate(NoticeKind.GIFT, clinic) == Fate.DROP
    assert fate(NoticeKind.TO_CONFIRM, clinic) == Fate.PHONE


def test_who_does_not_belong_here_yet_is_written_to_at_the_address_they_gave():
    assert fate(NoticeKind.APPLICATION_DECLINED, None) == Fate.SEND
