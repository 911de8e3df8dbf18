from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.demo.conftest import MIDNIGHT, TODAY
from timebank.care import outliers, terms, today, vetting
from timebank.care.lately import unusual_hours
from timebank.care.models import Application, ApplicationState, Invitation, SafeguardingNote, TermsAccepted
from timebank.care.waits import Asked, Group
from timebank.demo import farewells, letters, notices, portraits, trust, waiting
from timebank.demo.drawings import DRAWINGS
from timebank.demo.pages import BY_PHONE
from timebank.demo.people import JESS, SAFEGUARDING_LEAD, SIAN, WITHOUT_EMAIL
from timebank.exchanges.models import Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.exchanges.taking import is_silent
from timebank.exchanges.workflow import State, Step
from timebank.listings.models import Listing, ListingTag
from timebank.listings.searching import standing
from timebank.members import audit_log, supporters
from timebank.members.audit_log import Deed
from timebank.members.choices import Approval, LeftBecause, Pace
from timebank.members.models import Membership, MembershipStatus, Person, Supporter
from timebank.members.page import FieldReaders, Picture, Profile
from timebank.notices.models import Notice, NoticeState
from timebank.policy import Role

NOON = MIDNIGHT + timedelta(hours=12)


def member(session, name):
    return session.scalars(select(Membership).join(Person, Membership.person).where(Person.name == name)).one()


def count(session, *which):
    return session.scalar(select(func.count()).where(*which))


def day_of_jess(session, timebank):
    return today.waiting(session, Asked(timebank, member(session, JESS), NOON))


def test_all_but_the_newest_member_have_agreed_to_the_one_version_of_the_terms(laid, timebank):
    holds = terms.current(laid, timebank)
    yet, _ = terms.yet_to_agree(laid, timebank, holds, limit=50, offset=0)

    assert (holds.version, [one.name for one in yet]) == (1, [farewells.NOT_YET_ASKED])
    assert count(laid, TermsAccepted.by_id == member(laid, JESS).person_id) == len(WITHOUT_EMAIL)
    assert timebank.about == farewells.ABOUT


def test_three_have_asked_to_join_one_of_them_invited(laid):
    waiting_now = laid.scalars(select(Application).where(Application.state == ApplicationState.OPEN)).all()

    assert [one.name for one in waiting_now] == [one.wrote.name for one in farewells.ASKING]
    assert [one.invitation is not None for one in waiting_now] == [False, True, False]
    assert waiting_now[1].invitation.by.name == "Amina Yusuf"
    assert count(laid, Invitation.id.is_not(None)) == 2 + farewells.CARDS[1]
    assert count(laid, Application.state == ApplicationState.WELCOMED) >= 25


def test_most_have_a_page_a_telephone_number_and_some_a_picture_and_readers_of_their_choice(laid):
    assert count(laid, Profile.membership_id.is_not(None)) >= 50
    assert count(laid, Profile.about != "") == len(portraits.PORTRAITS)
    assert count(laid, Person.phone.startswith("01632 960 ")) >= 45
    assert count(laid, Picture.id.is_not(None)) == len(DRAWINGS)
    assert count(laid, FieldReaders.membership_id.is_not(None)) == sum(len(one) for one in portraits.READERS.values())


def test_jess_keeps_the_page_of_a_member_without_e_mail(laid, timebank):
    doreen = member(laid, "Doreen Cartwright")
    wanted = audit_log.Wanted(about=[doreen], deeds=[Deed.PAGE_CHANGED])
    lines, _ = audit_log.lines_of(laid, timebank, wanted=wanted, limit=20, offset=0)

    assert {line.by.name for line in lines} == {JESS}
    assert laid.get_one(Profile, doreen.id).about.startswith("Doreen likes to talk")


def test_one_supporter_acts_for_a_member_and_one_is_only_asked(laid):
    relations = laid.scalars(select(Supporter).order_by(Supporter.asked_at)).all()

    assert [(one.membership.name, one.supporter.name) for one in relations] == [
        (trust.SUPPORTED, trust.SUPPORTER),
        (trust.ASKS, trust.IS_ASKED),
    ]
    assert [supporters.holds(one, TODAY) for one in relations] == [True, False]
    acting = relations[0].supporter.person_id
    steps = laid.scalars(select(ExchangeStep).where(ExchangeStep.by_id == acting, ExchangeStep.for_id.is_not(None)))
    assert {(one.step, one.for_id) for one in steps} == {(Step.CONFIRM, relations[0].membership_id)}


def test_the_board_has_kinds_from_the_tree_tags_times_and_group_offers(laid):
    listings = laid.scalars(select(Listing)).all()

    assert all(one.category.parent is not None for one in listings)
    assert len({one.category_id for one in listings}) >= 40
    assert count(laid, ListingTag.listing_id.is_not(None)) >= 40
    assert sum(bool(one.suits) for one in listings) >= 25
    assert sum(one.capacity is not None for one in listings) >= 6


def test_one_offer_is_about_to_leave_the_board_one_has_left_and_one_was_taken_down(laid, timebank):
    titles = [notice.title for _days, _name, notice in notices.NOT_RENEWED]
    soon, gone = (laid.scalars(select(Listing).where(Listing.title == title)).one() for title in titles)
    taken_down = laid.scalars(select(Listing).where(Listing.taken_down_word != "")).one()

    assert TODAY < soon.expires_on <= TODAY + timedelta(days=14)
    assert gone.expires_on < TODAY
    assert taken_down.taken_down_word == notices.NOT_FOR_MONEY
    on_board = laid.scalars(select(Listing.title).join(Listing.membership).where(standing(timebank, TODAY))).all()
    assert set(titles) & set(on_board) == {soon.title}
    assert taken_down.title not in on_board


def test_people_talk_before_and_thank_one_another_afterwards(laid):
    assert count(laid, Message.id.is_not(None)) >= 80
    assert count(laid, Thanks.word != "") >= 80
    assert 0 < count(laid, Thanks.may_quote) < count(laid, Thanks.word != "")
    assert count(laid, Thanks.satisfaction.is_not(None)) >= 40


def test_one_concern_is_open_and_one_is_closed(laid):
    found = laid.scalars(select(Concern).order_by(Concern.id)).all()

    assert [one.closed_at is not None for one in found] == [True, False]
    assert found[0].outcome.startswith("Talked to both.")


def test_silence_has_confirmed_one_exchange_and_will_soon_confirm_another(laid, timebank):
    by_rule = laid.scalars(
        select(ExchangeStep).where(ExchangeStep.step == Step.CONFIRM, ExchangeStep.by_id.is_(None))
    ).one()
    asked = member(laid, waiting.SOON_SILENT).id
    moved = Exchange.moved_at < MIDNIGHT - timedelta(days=12)
    soon = laid.scalars(select(Exchange).where(Exchange.receiver_id == asked, Exchange.state == State.RECORDED, moved))

    assert (timebank.silence_days, timebank.approval) == (waiting.SILENCE_DAYS, Approval.ALL)
    assert is_silent(by_rule.exchange)
    assert by_rule.exchange.receiver.name == waiting.SILENT
    assert len(soon.all()) == 1


def test_something_of_each_kind_waits_for_jess(laid, timebank):
    day = day_of_jess(laid, timebank)

    assert set(Group) - set(day.groups) <= {Group.AWAY, Group.BALANCES, Group.OFFERS}
    assert day.groups[Group.WELCOME].count == 3
    assert day.groups[Group.CONCERNS].count == 1
    assert day.groups[Group.TELL].count >= 1
    assert day.groups[Group.VETTING].count == 2
    assert {"Doreen Cartwright", "Ruth Abernethy"} <= {one.one.name for one in day.groups[Group.CONFIRM].lines}
    assert {one.name for one in laid.scalars(select(Membership).where(Membership.pace == Pace.BY_PHONE))} == set(
        BY_PHONE
    )


def test_some_hours_are_worth_a_look(laid, timebank):
    whys = {one.why for one in unusual_hours(laid, timebank, today=TODAY)}

    assert {outliers.Why.LONG, outliers.Why.TO_AND_FRO} <= whys


def test_one_reference_has_run_out_and_one_check_is_about_to(laid, timebank):
    found, number = vetting.expiring(laid, timebank, today=TODAY, limit=5)

    assert number == 2
    assert [one.expires_on < TODAY for one in found] == [True, False]


def test_the_safeguarding_lead_keeps_one_note_and_no_coordinator_reads_it(laid):
    note = laid.scalars(select(SafeguardingNote)).one()

    assert note.by.name == SAFEGUARDING_LEAD
    assert Role.SAFEGUARDING not in member(laid, SIAN).roles | member(laid, JESS).roles


@pytest.mark.parametrize(
    ("name", "status", "because"),
    [
        (farewells.PAUSES, MembershipStatus.PAUSED, None),
        (farewells.SUSPENDED, MembershipStatus.SUSPENDED, None),
        (farewells.LEAVES, MembershipStatus.LEFT, LeftBecause.LEFT),
        (farewells.DIED, MembershipStatus.LEFT, LeftBecause.DIED),
        (farewells.THEIR_OTHER_NAME, MembershipStatus.LEFT, LeftBecause.MERGED),
    ],
)
def test_some_pause_or_have_gone_and_their_hours_stay_in_the_totals(laid, name, status, because):
    one = member(laid, name)

    assert (one.status, one.left_because) == (status, because)
    assert one.account.given_minutes + one.account.received_minutes > 0
    assert (one.account.closed_at is not None) == (status == MembershipStatus.LEFT)


def test_nothing_is_known_of_the_one_who_was_erased(laid):
    erased = laid.scalars(select(Person).where(Person.erased_at.is_not(None))).one()

    assert erased.name.startswith("A former member (")
    assert count(laid, Person.name == farewells.ERASED) == 0
    assert erased.memberships[0].account.balance_minutes == 0


def test_no_letter_of_the_past_waits_to_be_sent(laid):
    states = dict(laid.execute(select(Notice.state, func.count()).group_by(Notice.state)).all())

    assert states.pop(NoticeState.SENT) > 500
    assert states.pop(NoticeState.DROPPED) > 0
    assert states == {NoticeState.PHONE: letters.TO_TELL_BY_PHONE, NoticeState.GIVEN_UP: 1}
    assert count(laid, Notice.state == NoticeState.SENT, Notice.told != "{}") == 0
    assert laid.scalars(select(Notice.last_error).where(Notice.last_error != "")).all() == [letters.MAILBOX_FULL]


def test_the_audit_log_tells_of_what_was_decided(laid, timebank):
    deeds = set(laid.scalars(select(audit_log.AuditLine.deed).distinct()))

    assert {
        deed.value
        for deed in (
            *(Deed.APPLICATION_WELCOMED, Deed.INVITED, Deed.TERMS_PUBLISHED, Deed.TERMS_ON_PAPER, Deed.PAGE_CHANGED),
            *(Deed.SUPPORTER_AGREED, Deed.PAUSED, Deed.SUSPENDED, Deed.LEFT, Deed.DIED, Deed.MERGED, Deed.ERASED),
            *(Deed.CONFIRMED_FOR, Deed.LISTING_TAKEN_DOWN, Deed.CONCERN_CLOSED, Deed.VETTED, Deed.NOTE_WRITTEN),
        )
    } <= deeds
