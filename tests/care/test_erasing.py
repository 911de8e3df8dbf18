"""Erasure: nothing is known any more of who has left, and not one total is another."""

import json
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, Text, select

from tests.builders import (
    NOON,
    PASSWORD,
    TODAY,
    a_category,
    a_confirmed_exchange,
    a_listing,
    a_member,
    a_proposed_exchange,
    a_timebank,
    an_administrator,
    an_application,
    an_approved_exchange,
    shared,
)
from tests.care.figures import balance, book, findings, report
from timebank.care import erasing, leaving, merging
from timebank.care.erasing import ErasedBefore
from timebank.care.models import Application, ApplicationState, Invitation, SafeguardingNote, Vetting, VettingKind
from timebank.care.standing import StandsOtherwise
from timebank.exchanges import steps, telling
from timebank.exchanges.models import Block, Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.hours import Hours
from timebank.listings.models import Asset, AssetKind, Listing, ListingTag, Need
from timebank.members import moving
from timebank.members.models import AuditLine, Membership, MembershipStatus, PasswordLink, Person, SentForm, Supporter
from timebank.members.page import Availability, FieldReaders, Part, Picture, Profile, Shown
from timebank.members.passwords import password_links, set_password, sign_in, stamp
from timebank.notices.models import Notice, NoticeKind
from timebank.notices.outbox import tell, tell_address
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound
from timebank.reports import releases
from timebank.reports.period import Period
from timebank.schema import metadata

LATER = NOON + timedelta(days=1)
_numbers = count(1)
NAME, EMAIL, PHONE = "Ana Alder-Quince", "ana.quince@example.org", "01632 960 777"
STAYS = {("transfer", "reason"), ("account_change", "reason"), ("audit_line", "told")}
"""What the book and the logs hold for ever: the words that somebody gave as a reason."""


def erase(session, member, by):
    erasing.erase(session, member, called=f"A former member ({member.number})", by=by, at=LATER)


def leave_and_erase(session, member, *, by=None):
    leaving.leave(session, member, by=by or member, at=LATER)
    erase(session, member, by or member)


def where_it_says(session, *sought):
    """In which columns of which tables any of these words stands, whatever its case."""
    session.flush()
    found = set()
    for table in metadata().sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text):
                texts = [str(text) for text in session.scalars(select(column)) if text]
                if any(one.casefold() in text.casefold() for one in sought for text in texts):
                    found.add((table.name, column.name))
    return found


@pytest.fixture
def ana(session, timebank):
    ana = a_member(session, timebank, NAME, email=EMAIL)
    ana.person.phone, ana.person.called = PHONE, "Ana Alder-Quince"
    set_password(session, ana.person, PASSWORD)
    return ana


@pytest.fixture
def whole(session, timebank, ana, ben, jess):
    """Ana has written, received and been told of everything that there is."""
    words = f"From {NAME}, {EMAIL}, {PHONE}"
    approved = an_approved_exchange(session, ana, ben, approved_by=jess, title=words, note=words)
    back = an_approved_exchange(session, ben, ana, approved_by=jess, hours="0:30", note=f"For {NAME}")
    steps.reverse(session, back.id, reason=f"{NAME} was not there", by=jess, at=NOON)
    asked = a_proposed_exchange(session, ana, ben, by=ben, title=f"A lift from {NAME}")
    steps.decline(session, asked.id, by=ana, at=NOON, note=words)
    open_ = a_proposed_exchange(session, ana, ben, by=ana, title=words, note=words)
    listing = a_listing(session, ana, words[:110], description=words, place=PHONE, times=NAME)
    picture = Picture(
        timebank_id=timebank.id, membership_id=ana.id, media_type="x", content=b"x", width=1, height=1, at=NOON
    )
    session.add(picture)
    session.flush()
    listing.picture_id = picture.id
    invitation = Invitation(timebank_id=timebank.id, code="c", name=NAME, by_id=ben.id, at=NOON, last_day=TODAY)
    session.add(invitation)
    session.flush()
    theirs, membership = {"membership_id": ana.id}, ana.id
    of_it = {"timebank_id": timebank.id, "exchange_id": approved.id}
    session.add_all(
        [
            Application(
                timebank_id=timebank.id, key="k", state=ApplicationState.WELCOMED, name=NAME, email=EMAIL, phone=PHONE,
                good_at=words, would_help=words, heard_from=words, at=NOON, membership_id=ana.id,
                invitation_id=invitation.id,
            ),
            Profile(**theirs, about=words, district=PHONE, languages=NAME, picture_id=picture.id),
            FieldReaders(**theirs, field=Shown.PHONE, readers="members"),
            Availability(**theirs, weekday=1, part=Part.MORNING),
            Asset(**theirs, kind=AssetKind.SKILL, title=NAME, note=words, folded=words.casefold(), created_at=NOON),
            Need(**theirs, title=NAME, created_at=NOON),
            ListingTag(listing_id=listing.id, folded="ana alder-quince", word=NAME),
            Message(exchange_id=approved.id, **theirs, by_id=ana.person_id, key="1", text=words, at=NOON),
            Message(exchange_id=approved.id, membership_id=ben.id, key="2", text=f"Thank you {NAME}!", at=NOON),
            Thanks(**of_it, **theirs, word=words, may_quote=True, satisfaction=4, at=NOON),
            Thanks(**of_it, membership_id=ben.id, word=f"{NAME} is kind", at=NOON),
            Block(**theirs, blocked_id=ben.id, at=NOON),
            Concern(timebank_id=timebank.id, by_id=ben.id, about_id=membership, text=f"{NAME} was late", at=NOON),
            SafeguardingNote(**theirs, text=f"Spoke with {NAME}", at=NOON, by_id=jess.person_id),
            Vetting(**theirs, kind=VettingKind.REFERENCE, note=words, seen_on=TODAY, at=NOON),
            Supporter(**theirs, supporter_id=ben.id, asked_at=NOON, last_day=date(2027, 1, 1)),
            SentForm(person_id=ana.person_id, key="k", digest="d", answer=words, at=NOON),
            SentForm(person_id=jess.person_id, key="k", digest="d", answer=f"Welcome, {NAME}!", at=NOON),
        ]
    )  # fmt: skip
    password_links(session, EMAIL, at=NOON)
    tell(session, NoticeKind.MESSAGE, ben, key="m", at=NOON, exchange_id=open_.id, other=NAME, title=words, text=words)
    tell(session, NoticeKind.GIFT, ana, key="g", at=NOON, other="Ben Birch", minutes=60, word=words)
    tell_address(session, NoticeKind.WELCOME, timebank, EMAIL, key="w", at=NOON, name=NAME)
    moving.gift(session, ana, ben, hours=Hours(30), word=words, key="gift", by=ana.person, at=NOON)
    session.flush()
    return ana


def test_the_name_and_the_address_stand_nowhere_but_where_the_book_and_the_logs_hold_words(session, whole, jess):
    assert len(where_it_says(session, NAME, EMAIL, PHONE)) > 25

    leave_and_erase(session, whole)
    assert where_it_says(session, NAME, EMAIL, PHONE) <= STAYS
    assert findings(session) == []


def test_every_total_is_the_same_before_and_after(session, timebank, whole, ben, jess):
    frozen = releases.release(session, timebank, Period.read("2026-Q2"), by=jess.person, at=LATER + timedelta(days=30))
    leaving.leave(session, whole, by=whole, at=LATER)

    def totals():
        balances = [balance(session, one) for one in (whole, ben)]
        return report(session, timebank), report(session, timebank, "2026-Q2"), book(session), balances, frozen.document

    before = totals()
    erase(session, whole, jess)
    session.expire_all()
    assert totals() == before
    assert findings(session) == []


def test_what_is_left_is_a_number_and_the_kind_of_help(session, timebank, whole, ben):
    leave_and_erase(session, whole)

    session.expire_all()
    assert (whole.name, whole.number, whole.roles) == ("A former member (1)", 1, frozenset())
    person = whole.person
    assert (person.email, person.email_folded, person.phone, person.called, person.password_hash) == (
        (None, None, "", "", None)
    )
    assert person.erased_at == LATER
    gone = (
        Profile,
        FieldReaders,
        Availability,
        Asset,
        Need,
        ListingTag,
        Picture,
        Block,
        Vetting,
        Supporter,
        PasswordLink,
    )
    assert [session.scalars(select(table)).all() for table in gone] == [[] for _table in gone]
    quoted = session.scalars(select(Thanks).where(Thanks.membership_id == whole.id)).one()
    assert (quoted.word, quoted.may_quote, quoted.satisfaction) == ("", False, 4)
    assert session.scalars(select(Message.text).order_by(Message.key)).all() == ["…", "Thank you …!"]
    assert [one.note for one in session.scalars(select(ExchangeStep)) if "Quince" in one.note] == []
    kinds = {a_category(session, timebank).name, a_category(session, timebank, "Lifts and errands").name}
    titles = session.scalars(select(Exchange.title).where(Exchange.told_by_id == whole.id)).all()
    assert {*titles, session.scalars(select(Listing.title)).one()} == kinds


def test_who_others_are_told_of_has_no_name_in_letters(session, whole, ben):
    leave_and_erase(session, whole)
    told = json.loads(session.scalar(select(Notice.told).where(Notice.key.endswith(":m"))))
    assert (told["other"], told["title"], told["text"]) == ("A former member (1)", "…", "…")
    assert session.scalars(select(Notice).where(Notice.membership_id == whole.id)).all() == []


def test_the_way_in_is_gone(session, whole):
    before = stamp(whole.person)
    leave_and_erase(session, whole)

    assert stamp(whole.person) != before
    assert sign_in(session, EMAIL, PASSWORD, "::1", at=LATER) is None
    assert password_links(session, EMAIL, at=LATER) == []


def test_the_log_tells_of_the_erasure_by_number(session, whole, jess):
    leaving.leave(session, whole, by=whole, at=LATER)
    erase(session, whole, jess)

    line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert (line.deed, json.loads(line.told), line.by_id) == ("erased", {"number": 1}, jess.person_id)


def test_only_who_has_left_is_erased_and_once_and_by_whom_it_concerns(session, timebank, ana, ben, jess):
    with pytest.raises(StandsOtherwise):
        erase(session, ana, jess)
    leaving.leave(session, ana, by=ana, at=LATER)
    with pytest.raises(NotAllowed):
        erase(session, ana, ben)
    erase(session, ana, jess)
    with pytest.raises(ErasedBefore):
        erase(session, ana, jess)
    with pytest.raises(leaving.NotErasedAgain):
        leaving.rejoin(session, ana, by=jess, at=LATER)
    elsewhere = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    leaving.leave(session, elsewhere, by=elsewhere, at=LATER)
    with pytest.raises(NotFound):
        erase(session, elsewhere, jess)


def test_who_belongs_to_another_timebank_is_still_known_there(session, timebank, ana, ben, jess):
    hillside = a_timebank(session, "hillside", "Hillside Timebank")
    there = Membership(
        timebank_id=hillside.id, person_id=ana.person_id, number=1, status=MembershipStatus.ACTIVE, joined_on=TODAY
    )
    session.add(there)
    session.flush()
    exchange = an_approved_exchange(session, ana, ben, approved_by=jess)
    leave_and_erase(session, ana)

    session.expire_all()
    assert (ana.name, there.name, there.person.email) == ("A former member (1)", NAME, EMAIL)
    assert {step.by.name for step in exchange.steps} == {"A former member (1)", "Ben Birch", "Jess Juniper"}
    assert sign_in(session, EMAIL, PASSWORD, "::1", at=LATER) is there.person
    assert findings(session) == []


def test_who_was_written_down_twice_is_erased_twice(session, timebank, ana, ben, jess):
    double = a_member(session, timebank, "Anna Alder-Quince", email="")
    an_approved_exchange(session, double, ben, approved_by=jess)
    merging.merge(session, double, ana, by=jess, at=NOON)
    leaving.leave(session, ana, by=ana, at=LATER)
    with pytest.raises(StandsOtherwise):
        erase(session, double, jess)

    erase(session, ana, jess)
    assert where_it_says(session, "Anna Alder-Quince", NAME, EMAIL) == set()
    assert findings(session) == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    given=st.lists(
        st.tuples(st.sampled_from([(0, 1), (1, 0), (2, 0), (0, 2), (1, 2)]), st.integers(1, 12)), max_size=8
    ),
    gone=st.sets(st.integers(0, 2), min_size=1),
)
def test_whoever_gave_what_and_whoever_is_erased_no_total_changes(session, given, gone):
    made = next(_numbers)
    timebank = a_timebank(session, f"made-{made}", "Made Timebank")
    people = [a_member(session, timebank, f"Person{number} Nemo{made}", email="") for number in range(3)]
    ada = an_administrator(session, timebank, email="")
    ada.given_roles = [*ada.given_roles, *[type(ada.given_roles[0])(role=Role.COORDINATOR)]]
    for (provider, receiver), steps_of_time in given:
        an_approved_exchange(
            session, people[provider], people[receiver], approved_by=ada, hours=f"0:{5 * steps_of_time:02}"
            if steps_of_time < 12 else "1:00",
        )  # fmt: skip
    before = report(session, timebank)
    for number in gone:
        leaving.leave(session, people[number], by=ada, at=LATER)
    helped = book(session)
    for number in gone:
        erase(session, people[number], ada)

    assert report(session, timebank) == before
    assert book(session) == helped
    assert where_it_says(session, *(f"Person{number} Nemo{made}" for number in gone)) == set()
    assert findings(session) == []


def test_a_person_is_never_deleted(session, whole):
    number = whole.person_id
    leave_and_erase(session, whole)
    assert session.get(Person, number).name == "A former member (1)"


def test_what_waits_to_be_confirmed_is_never_lost_by_an_erasure(session, ana, ben):
    a_confirmed_exchange(session, ana, ben)
    with pytest.raises(leaving.Undecided):
        leave_and_erase(session, ana)


def test_who_asked_another_timebank_to_take_them_in_is_still_known_there(session, timebank, ana, jess):
    hillside = a_timebank(session, "hillside", "Hillside Timebank")
    asked = an_application(session, hillside, person=ana.person, name=NAME, email=EMAIL)
    leave_and_erase(session, ana)

    session.expire_all()
    assert (ana.name, asked.person.name, asked.name) == ("A former member (1)", NAME, NAME)


def test_a_title_that_the_other_one_told_anew_is_still_theirs(session, ana, ben, jess):
    proposed = a_proposed_exchange(session, ana, ben, by=ana, title="Their own words", note="And more")
    steps.agree(session, proposed.id, by=ben, at=NOON)
    told = shared(session, ana, ben, title="Their own words", note="And more")
    telling.record_agreed(session, proposed.id, told, by=ben, for_=ben, at=NOON)
    steps.confirm(session, proposed.id, by=ana, at=NOON)
    steps.approve(session, proposed.id, by=jess, at=NOON)
    leave_and_erase(session, ana)

    session.expire_all()
    assert (proposed.title, proposed.note, proposed.contribution.note) == ("Gardening", "", "Gardening")
