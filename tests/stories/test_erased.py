"""Someone who did all that a member can do is erased, and every column of every table is searched for their words."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, select, text

from tests.builders import (
    NOON,
    PASSWORD,
    TODAY,
    a_category,
    a_coordinator,
    a_member,
    a_person,
    a_picture_file,
    a_proposed_exchange,
    a_recorded_exchange,
    a_supporter,
    a_timebank,
    an_administrator,
    an_application,
    an_approved_exchange,
    an_invitation,
    published_terms,
    shared,
    vetted,
)
from tests.care.figures import findings
from timebank.care import erasing, leaving, merging, safeguarding, terms, welcoming
from timebank.exchanges import blocking, by_phone, concerns, conversation, steps, telling, thanking
from timebank.exchanges.thanking import Said
from timebank.hours import Hours
from timebank.listings import assets, board, fitting, renewing
from timebank.listings.models import AssetKind, Listing, ListingKind
from timebank.members import enrol, moving, pictures, profiles, sending
from timebank.members.choices import Pace, Readers
from timebank.members.models import Membership
from timebank.members.page import Part, Shown
from timebank.members.passwords import password_links, set_password, sign_in
from timebank.members.profiles import Words
from timebank.notices import claims, wishes
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.outbox import tell_address
from timebank.policy import Role
from timebank.reports import releases
from timebank.reports.period import Period
from timebank.schema import metadata

LATER = NOON + timedelta(days=1)
NAME, EMAIL, PHONE = "Zoraida Quillfeather", "zoraida@quill.example.org", "01632 960 777"
CALLED = "A former member (9)"
_NAMED = re.compile("quillfeather|zoraida|01632 ?960 ?777", re.IGNORECASE)
_TYPED = re.compile("zq([a-z]+)zq", re.IGNORECASE)
STAYS = {
    "transfer.reason": {"gift", "name"},
    "audit_line.told": {"leaving", "request", "name"},
    "concern.text": {"concern", "listed"},
}
"""What docs/erasure.md says that nobody can erase, or that protects others, and the words that are there."""


def typed(where):
    """A word that nobody but her has ever typed, and that tells where she did."""
    return f"zq{where}zq"


def found(session):
    """Whatever stands anywhere of her: by table and column the words that she typed, and "name" for what names her."""
    session.flush()
    there = {}
    for table in metadata().sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            for column, value in row.items():
                told = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                words = {word.lower() for word in _TYPED.findall(told)}
                if _NAMED.search(told):
                    words.add("name")
                if words:
                    there.setdefault(f"{table.name}.{column}", set()).update(words)
    return there


def left_behind(session):
    """What stands there beside what may stay, table.column by table.column."""
    there = {where: words - STAYS.get(where, set()) for where, words in found(session).items()}
    return {where: words for where, words in there.items() if words}


@pytest.fixture
def zoe(session, timebank, ben, jess):
    """She applied by an invitation, agreed to the terms, and was welcomed."""
    agreed = published_terms(session, an_administrator(session, timebank))
    code = an_invitation(session, ben, name=NAME).code
    told = {name: typed(name.replace("_", "")) for name in ("good_at", "would_help", "district", "heard_from")}
    applied = an_application(session, timebank, name=NAME, email=EMAIL, phone=PHONE, code=code, terms_id=agreed.id,
                             **told)  # fmt: skip
    zoe = welcoming.welcome(session, timebank, applied.id, by=jess, at=NOON)
    terms.agree(session, zoe, agreed.id, at=NOON)
    set_password(session, zoe.person, PASSWORD)
    return zoe


def has_a_page(session, zoe, jess):
    by = {"by": zoe, "at": NOON}
    words = Words(called=f"{NAME} {typed('called')}", about=typed("about"), district=typed("place"),
                  languages=typed("languages"), phone=PHONE)  # fmt: skip
    profiles.write(session, zoe, words, **by)
    profiles.show_picture(session, zoe, pictures.draw(a_picture_file()), **by)
    profiles.choose_readers(session, zoe, {Shown.PHONE: Readers.MEMBERS}, **by)
    profiles.keep_times(session, zoe, frozenset({(1, Part.MORNING)}), **by)
    asset = assets.Told(kind=AssetKind.SKILL, title=typed("asset"), note=typed("assetnote"))
    assets.add(session, zoe, asset, **by)
    assets.add_need(session, zoe, typed("need"), **by)
    wishes.choose(session, zoe, pace=Pace.DAILY, asked=list(NoticeKind), wanted=[NoticeKind.GIFT], **by)
    vetted(session, zoe, by=jess, note=f"Met {NAME}")


def is_on_the_board(session, timebank, zoe, ben, jess):
    """One of her listings was changed, the other one a coordinator wrote for her and took down."""
    garden = {"description": "", "category_id": a_category(session, timebank).id}
    board.write(session, board.Words(kind=ListingKind.REQUEST, title="Weeds", **garden), by=ben, at=NOON)
    words = {**garden, "kind": ListingKind.OFFER, "title": typed("offer"), "description": typed("description"),
             "place": typed("spot"), "times": typed("times"), "tags": (typed("tag"),)}  # fmt: skip
    offer = board.write(session, board.Words(**{**words, "description": typed("before")}), by=zoe, at=NOON)
    board.rewrite(session, offer.id, board.Words(**words), by=zoe, at=NOON)
    told = fitting.tell_owners(session, offer, without=set(), today=TODAY, at=NOON, why=lambda _fit: typed("why"))
    assert told == 1
    written = board.Words(kind=ListingKind.REQUEST, title=typed("request"), **garden)
    request = board.write(session, written, by=jess, for_=zoe, at=NOON)
    board.take_down(session, request.id, word=f"{NAME} asked us to", by=jess, at=NOON)
    offer.picture_id = pictures.keep(session, timebank, a_picture_file(), by=zoe, at=NOON).id
    offer.expires_on = TODAY
    renewing.remind(session, timebank, at=NOON)
    return offer


def exchanges_much(session, zoe, ben, cleo, jess, offer):
    """In every state, told by each of the two, by a supporter, and by a coordinator for her."""
    open_ = a_proposed_exchange(session, zoe, ben, by=zoe, title=typed("proposed"), note=typed("proposednote"),
                                first_word=typed("firstword"))  # fmt: skip
    conversation.say(session, open_.id, typed("message"), key="m", by=zoe, at=NOON)
    conversation.say(session, open_.id, f"Thank you, {NAME.lower()}!", key="n", by=ben, at=NOON)
    agreed = a_proposed_exchange(session, zoe, ben, by=zoe, title=typed("agreed"), note=typed("agreednote"))
    steps.agree(session, agreed.id, by=ben, at=NOON)
    anew = shared(session, zoe, ben, title=typed("agreed"), note=typed("agreednote"))
    telling.record_agreed(session, agreed.id, anew, by=ben, for_=ben, at=NOON)
    steps.confirm(session, agreed.id, by=zoe, at=NOON, note=typed("confirmed"))
    steps.approve(session, agreed.id, by=jess, at=NOON)
    reply = shared(session, zoe, ben, served_on=None, title=offer.title, note="Ben asks", listing_id=offer.id)
    replied = telling.propose(session, zoe.timebank, reply, by=ben, at=NOON)
    steps.decline(session, replied.id, by=zoe, at=NOON, note=typed("declined"))
    given = an_approved_exchange(session, zoe, ben, approved_by=jess, title=typed("told"), note=typed("toldnote"))
    thanking.thank(session, given.id, Said(word=typed("thanks"), may_quote=True, satisfaction=5), by=zoe, at=NOON)
    thanking.thank(session, given.id, Said(word=f"{NAME} is kind"), by=ben, at=NOON)
    back = an_approved_exchange(session, ben, zoe, approved_by=jess, hours="0:30", note=f"For\n{NAME.upper()}")
    steps.reverse(session, back.id, reason=f"{NAME} was not there", by=jess, at=NOON)
    disputed = a_recorded_exchange(session, cleo, zoe, by=cleo, hours="3:00")
    steps.dispute(session, disputed.id, hours=Hours(60), by=zoe, at=NOON, note=typed("disputed"))
    steps.settle(session, disputed.id, hours=Hours(60), by=jess, at=NOON, note="Talked to both")
    steps.approve(session, disputed.id, by=jess, at=NOON)
    phoned = a_recorded_exchange(session, zoe, ben, by=jess, for_=zoe, title=typed("phoned"))
    by_phone.confirm_for(session, phoned.id, by=jess, at=NOON, note="By phone.")
    steps.approve(session, phoned.id, by=jess, at=NOON)
    return given


def talks_of_others_and_others_of_her(session, timebank, zoe, ben, cleo, jess, given, offer):
    by = {"by": zoe, "at": NOON}
    concerns.about_exchange(session, given.id, f"{NAME}, {EMAIL}: {typed('concern')}", **by)
    concerns.about_listing(session, offer.id, f"{NAME} again: {typed('listed')}", by=ben, at=NOON)
    mine = concerns.about_member(session, zoe.id, f"{NAME} was late", by=ben, at=NOON)
    concerns.close(session, mine.id, outcome=f"Called {PHONE}", by=jess, at=NOON)
    lena = a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)
    safeguarding.write(session, zoe, f"Spoke with {NAME}, {EMAIL}", by=lena, at=NOON)
    blocking.block(session, cleo.id, **by)
    a_supporter(session, zoe, ben)
    a_supporter(session, cleo, zoe)
    an_invitation(session, zoe, name=typed("friend"))
    moving.gift(session, zoe, ben, hours=Hours(30), word=typed("gift"), key="g", by=zoe.person, at=NOON)


def is_written_to(session, timebank, zoe, jess, given):
    """A letter of hers was given up, one waits for a stranger of her address, and forms were answered."""
    notice = session.scalars(select(Notice).where(Notice.membership_id == zoe.id).order_by(Notice.id)).first()
    notice.state, notice.tries = NoticeState.WAITING, 99
    claims.refused(session, [notice.id], f"550 no such mailbox <{EMAIL}>", at=NOON)
    tell_address(session, NoticeKind.APPLICATION_DECLINED, timebank, EMAIL, key="w", at=NOON, name=NAME, word="")
    password_links(session, EMAIL, at=NOON)
    for who, told in ((zoe, typed("answer")), (jess, f"“{given.title}” of {NAME} is in the book.")):
        answer = {"where": f"/{timebank.slug}/approvals", "told": [[told, "message"]], "moved": [], "again": ""}
        act = json.dumps(answer, ensure_ascii=False)
        sending.once(session, who.person_id, "form", "content", lambda act=act: act, at=NOON)


@pytest.fixture
def whole(session, timebank, zoe, ben, jess):
    """She has done everything, and a release counts what she gave."""
    cleo = a_member(session, timebank, "Cleo Cedar")
    has_a_page(session, zoe, jess)
    offer = is_on_the_board(session, timebank, zoe, ben, jess)
    given = exchanges_much(session, zoe, ben, cleo, jess, offer)
    talks_of_others_and_others_of_her(session, timebank, zoe, ben, cleo, jess, given, offer)
    is_written_to(session, timebank, zoe, jess, given)
    releases.release(session, timebank, Period.read("2026-Q2"), by=jess.person, at=NOON + timedelta(days=30))
    session.flush()
    return zoe


def leave_and_erase(session, zoe):
    leaving.leave(session, zoe, by=zoe, at=LATER, word=typed("leaving"))
    erasing.erase(session, zoe, called=CALLED, by=zoe, at=LATER)


def test_of_who_did_all_that_a_member_can_do_nothing_is_left_but_what_the_documentation_says(session, whole):
    before = found(session)
    assert len(before) > 30
    assert len({word for words in before.values() for word in words}) > 35

    leave_and_erase(session, whole)
    assert left_behind(session) == {}
    assert findings(session) == []


def test_what_may_stay_is_there_and_the_documentation_tells_where(session, whole):
    leave_and_erase(session, whole)
    assert found(session) == STAYS


def test_every_table_that_there_is_was_searched(session):
    there = set(inspect(session.connection()).get_table_names())
    assert there - {"alembic_version"} == set(metadata().tables)


def test_of_the_entry_that_was_merged_nothing_is_left_either(session, timebank, whole, ben, jess):
    """All that was hers is the kept one's, and what she typed is sought by every name that she had."""
    kept = a_member(session, timebank, "Zora Q", email="")
    merging.merge(session, whole, kept, by=jess, at=NOON)

    leaving.leave(session, kept, by=jess, at=LATER, word=typed("leaving"))
    erasing.erase(session, kept, called=CALLED, by=jess, at=LATER)
    assert left_behind(session) == {}
    assert {one.name for one in session.scalars(select(Membership)) if one.status == "left"} == {CALLED}
    assert findings(session) == []


def test_known_elsewhere_she_is_as_she_was_there_and_nothing_more(session, whole, ben):
    hillside = a_timebank(session, "hillside", "Hillside Timebank")
    there = enrol.enrol_person(session, hillside, whole.person, at=NOON)
    jo = a_coordinator(session, hillside, "Jo Jasmine", email="jo@example.org")
    a_coordinator(session, hillside, "Kim Kale", email="kim@example.org")
    assert jo.timebank_id == there.timebank_id
    leave_and_erase(session, whole)

    left = left_behind(session)
    assert left == {
        "person.name": {"name"},
        "person.email": {"name"},
        "person.email_folded": {"name"},
        "person.phone": {"name"},
        "person.called": {"name", "called"},
    }
    assert sign_in(session, EMAIL, PASSWORD, "::1", at=LATER) is there.person


def test_a_short_name_is_known_by_who_told_it(session, timebank, ben, jess):
    """Too short to be sought in words without harm, it is still known in letters, where it stands alone."""
    ida = a_member(session, timebank, "Ida", email="")
    exchange = a_proposed_exchange(session, ida, ben, by=ida, first_word=typed("firstword"))
    conversation.say(session, exchange.id, typed("message"), key="m", by=ida, at=NOON)
    leaving.leave(session, ida, by=jess, at=LATER)
    erasing.erase(session, ida, called="A former member", by=jess, at=LATER)

    assert found(session) == {}
    told = [json.loads(one) for one in session.scalars(select(Notice.told).where(Notice.membership_id == ben.id))]
    assert {one["other"] for one in told} == {"A former member"}


def test_the_board_forgets_her_words_and_no_others(session, timebank, whole, ben):
    leave_and_erase(session, whole)

    words = set(session.scalars(text("SELECT word FROM board_word")))
    assert "weeds" in words
    assert not [word for word in words if word.startswith("zq")]
    assert session.scalars(select(Listing.title).where(Listing.membership_id == ben.id)).all() == ["Weeds"]


def test_a_day_is_a_day(session, whole):
    """What is counted stays: the days, the hours and the kinds of what she gave."""
    count = text("SELECT sum(minutes), count(*), min(served_on) FROM contribution")
    before = session.execute(count).one()
    leave_and_erase(session, whole)
    assert session.execute(count).one() == before
    assert date.fromisoformat(str(before[2])) == TODAY
