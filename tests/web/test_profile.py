"""A member keeps their own page, a coordinator that of others, and each reader sees of it what was chosen."""

from io import BytesIO

import pytest

from tests import builders
from tests.builders import NOON, a_picture_file
from timebank.listings import assets
from timebank.listings.assets import Told
from timebank.listings.models import AssetKind, ListingKind
from timebank.members import audit_log, pictures, profiles
from timebank.members.choices import Readers
from timebank.members.page import Part, Shown
from timebank.members.profiles import Words
from timebank.web.access import LARGEST_FILES

ME = "/riverside/me"
ABOUT = {
    "called": "Annie",
    "about": "I bake on Sundays.",
    "district": "Mill Lane",
    "languages": "English, some Polish",
    "phone": "01632 960 001",
}
WORDS = {
    Shown.ABOUT: "I bake on Sundays.",
    Shown.PICTURE: "Picture of Ana Alder",
    Shown.DISTRICT: "Mill Lane",
    Shown.LANGUAGES: "some Polish",
    Shown.TIMES: "Monday in the morning",
    Shown.ASSETS: "Mending bikes",
    Shown.NEEDS: "Someone to walk with",
    Shown.PHONE: "01632 960 001",
    Shown.EMAIL: "ana@example.org",
}


def page_of(member):
    return f"/riverside/members/{member.id}"


@pytest.fixture
def whole(session, ana):
    """Ana has told something of everything."""
    told = {"by": ana, "at": NOON}
    profiles.write(session, ana, Words(**ABOUT), **told)
    profiles.show_picture(session, ana, pictures.draw(a_picture_file()), **told)
    profiles.keep_times(session, ana, frozenset({(0, Part.MORNING)}), **told)
    assets.add(session, ana, Told(kind=AssetKind.SKILL, title="Mending bikes"), **told)
    assets.add_need(session, ana, "Someone to walk with", **told)
    return ana


def seen_on(page):
    text = page.response.get_data(as_text=True)
    return {field for field, words in WORDS.items() if words in text}


def test_a_member_writes_about_themselves_and_sees_who_reads_it(as_, session, ana):
    visitor = as_(ana)
    page = visitor.get(ME)
    assert "Everyone is good at something" in page.words
    assert "What would help me" not in page.words

    assert visitor.post(f"{page_of(ana)}/about", ABOUT).response.location == ME

    page = visitor.get(ME)
    assert "This is how it reads now" in page.words
    assert "Likes to be called Annie." in page.words
    assert "Mill Lane Who sees this: All members" in page.words
    assert "01632 960 001 Who sees this: People I have agreed with" in page.words


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("called", "x" * 61, "Use at most 60 letters."),
        ("about", "x" * 10_000, "Use at most 2000 letters."),
        ("district", "x" * 121, "Use at most 120 letters."),
        ("languages", "x" * 201, "Use at most 200 letters."),
        ("phone", "call me maybe", "Write the number in figures"),
        ("phone", "1" * 41, "Use at most 40 letters."),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field_and_nothing_typed_is_lost(as_, ana, field, typed, sentence):
    page = as_(ana).post(f"{page_of(ana)}/about", {**ABOUT, field: typed}, 422)

    assert sentence in page.words
    text = page.response.get_data(as_text=True)
    assert typed in text
    assert all(other in text for name, other in ABOUT.items() if name != field)


def test_every_script_and_emoji_is_kept(as_, session, ana):
    as_(ana).post(f"{page_of(ana)}/about", {**ABOUT, "about": "你好 🙂 שלום <b>", "district": "Ünterdörf"})

    page = as_(ana).get(ME)
    assert "你好 🙂 שלום <b>" in page.words
    assert "Ünterdörf" in page.words


def test_what_a_member_can_bring_is_added_changed_taken_away_and_put_back(as_, session, ana):
    visitor = as_(ana)
    told = {"kind": "thing", "title": "A ladder", "note": "Three metres"}
    assert visitor.post(f"{page_of(ana)}/assets/new", told).response.location == ME
    page = visitor.get(ME)
    assert "“A ladder” is on the page." in page.words
    assert "What I can lend A ladder – Three metres Change A ladder Take away A ladder" in page.words
    assert "What would help me" in page.words

    ladder = assets.brings_and_needs(session, ana)[0][0]
    visitor.post(f"{page_of(ana)}/assets/{ladder.id}", {**told, "title": "A long ladder"})
    assert "A long ladder" in visitor.get(ME).words

    visitor.post(f"{page_of(ana)}/assets/{ladder.id}/take-away", from_=ME)
    page = visitor.get(ME)
    assert "“A long ladder” is off the page." in page.words
    back = next(form for form in page.forms if form["fields"].get("title") == "A long ladder")
    assert visitor.post(back["action"], back["fields"]).response.location == ME

    assert "What I can lend A long ladder – Three metres" in visitor.get(ME).words
    assert "Put it back" not in visitor.get(ME).words


def test_what_a_member_needs_is_added_changed_taken_away_and_put_back(as_, session, whole):
    visitor, its = as_(whole), page_of(whole)
    visitor.post(f"{its}/needs/new", {"title": "A hand with the hedge"})
    need = assets.brings_and_needs(session, whole)[1][1]
    visitor.post(f"{its}/needs/{need.id}", {"title": "A hand with a tall hedge"})
    visitor.post(f"{its}/needs/{need.id}/take-away", from_=ME)
    page = visitor.get(ME)
    assert "“A hand with a tall hedge” is off the page." in page.words

    back = next(form for form in page.forms if form["fields"].get("title") == "A hand with a tall hedge")
    visitor.post(back["action"], back["fields"])

    assert [one.title for one in assets.brings_and_needs(session, whole)[1]] == [
        "Someone to walk with",
        "A hand with a tall hedge",
    ]


def test_what_is_of_a_kind_of_help_is_told_to_who_looks_for_it(as_, session, timebank, ana, ben):
    mowing = str(builders.a_category(session, timebank, "Mowing").id)
    lawn = builders.a_listing(session, ben, "My lawn", kind=ListingKind.REQUEST, category="Mowing")
    visitor, its = as_(ana), page_of(ana)
    visitor.post(f"{its}/assets/new", {"kind": "thing", "title": "A mower", "category": mowing})
    visitor.post(f"{its}/needs/new", {"title": "A hedge cut", "category": mowing})
    mower, hedge = (told[0] for told in assets.brings_and_needs(session, ana))
    for where, title in ((f"assets/{mower.id}", "A mower"), (f"needs/{hedge.id}", "A hedge cut")):
        assert f'value="{mowing}" selected' in visitor.get(f"{its}/{where}").response.get_data(as_text=True)
        visitor.post(f"{its}/{where}/take-away", from_=ME)
        back = next(form for form in visitor.get(ME).forms if form["fields"].get("title") == title)
        visitor.post(back["action"], back["fields"])

    assert "These might fit A mower – Ana Alder both Mowing" in as_(ben).get(f"/riverside/board/{lawn.id}").words
    page = visitor.post(f"{its}/needs/new", {"title": "A walk", "category": "0"}, 422)
    assert "Choose one of these" in page.words


def test_a_thing_without_words_or_kind_is_not_added(as_, session, ana):
    visitor, new = as_(ana), f"{page_of(ana)}/assets/new"
    page = visitor.post(new, {"kind": "skill", "title": "  "}, 422)
    assert "Say what it is, in a few words" in page.words
    page = visitor.post(new, {"kind": "nonsense", "title": "A ladder"}, 422)
    assert "Choose what kind of thing it is" in page.words
    assert "A ladder" in page.response.get_data(as_text=True)
    visitor.post(f"{page_of(ana)}/needs/new", {"title": ""}, 422)
    assert assets.brings_and_needs(session, ana) == ([], [])


def test_the_times_of_the_week_are_ticked_and_taken_back(as_, session, ana):
    visitor, times = as_(ana), f"{page_of(ana)}/times"
    visitor.post(times, {"times": ["0-morning", "0-evening", "4-afternoon", "9-morning", "x"]})
    assert profiles.page_of(session, ana).times == {(0, Part.MORNING), (0, Part.EVENING), (4, Part.AFTERNOON)}
    page = visitor.get(ME)
    assert "Monday in the morning and in the evening; Friday in the afternoon" in page.words
    assert "Monday, Morning" in visitor.get(times).words

    visitor.post(times, {})

    assert profiles.page_of(session, ana).times == frozenset()


def test_who_sees_what_is_chosen_and_kept(as_, session, ana):
    visitor, readers = as_(ana), f"{page_of(ana)}/readers"
    told = {field.value: "members" for field in Shown} | {"phone": "coordinators"}
    visitor.post(readers, told)
    assert "Who sees this: Coordinators only" in visitor.get(ME).words
    assert profiles.page_of(session, ana).readers == dict.fromkeys(Shown, Readers.MEMBERS) | {
        Shown.PHONE: Readers.COORDINATORS
    }

    visitor.post(readers, {**told, "phone": "everybody"}, 422)

    assert profiles.page_of(session, ana).readers[Shown.PHONE] == Readers.COORDINATORS


@pytest.mark.parametrize("eyes", list(Readers))
@pytest.mark.parametrize("readers", list(Readers))
def test_the_preview_and_the_page_show_each_reader_what_is_for_them(as_, session, whole, ben, jess, eyes, readers):
    """Every reader, and every field with every choice: what the preview promises is what they then see."""
    from timebank.exchanges import steps

    profiles.choose_readers(session, whole, dict.fromkeys(Shown, readers), by=whole, at=NOON)
    if eyes == Readers.AGREED:
        steps.agree(session, builders.a_proposed_exchange(session, whole, ben, by=ben).id, by=whole, at=NOON)
    near = [Readers.COORDINATORS, Readers.AGREED, Readers.MEMBERS]
    expected = set(Shown) if near.index(eyes) <= near.index(readers) else set()

    assert seen_on(as_(whole).get(f"{page_of(whole)}/preview?as={eyes.value}")) == expected
    reader = jess if eyes == Readers.COORDINATORS else ben
    assert seen_on(as_(reader).get(page_of(whole))) == expected


@pytest.mark.parametrize("hidden", list(Shown))
def test_one_field_can_be_kept_back_by_itself(as_, session, whole, ben, hidden):
    told = dict.fromkeys(Shown, Readers.MEMBERS) | {hidden: Readers.COORDINATORS}
    profiles.choose_readers(session, whole, told, by=whole, at=NOON)

    gone = {hidden, Shown.NEEDS} if hidden == Shown.ASSETS else {hidden}
    assert seen_on(as_(ben).get(page_of(whole))) == set(Shown) - gone


def test_needs_are_not_shown_of_who_has_told_nothing_that_they_bring(as_, session, ana, ben):
    assets.add_need(session, ana, "Someone to walk with", by=ana, at=NOON)

    assert "Someone to walk with" not in as_(ben).get(page_of(ana)).words
    assert "as soon as there is something above that you can bring" in as_(ana).get(ME).words


def a_file(content, name="me.jpg"):
    return {"picture": (BytesIO(content), name)}


def test_a_picture_is_put_on_the_page_and_taken_away(as_, session, ana):
    visitor, its = as_(ana), f"{page_of(ana)}/picture"
    assert visitor.post(its, a_file(a_picture_file((2000, 1000)))).response.location == ME
    picture_id = profiles.page_of(session, ana).profile.picture_id
    page = visitor.get(ME)
    assert "The picture is on the page." in page.words
    assert f"/riverside/pictures/{picture_id}" in page.response.get_data(as_text=True)

    visitor.post(its, {"initials": "y"})

    session.expire_all()
    assert profiles.page_of(session, ana).profile.picture_id is None
    assert "AA" in visitor.get(ME).words


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"Dear all", "me.jpg", "We cannot read this as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "me.svg", "We cannot read this as a picture"),
        (b"", "me.jpg", "There is nothing in this file"),
        (a_picture_file()[:200], "me.jpg", "We cannot read this as a picture"),
        (None, "", "Choose a picture first"),
    ],
    ids=["text", "svg", "empty", "half", "none"],
)
def test_what_is_no_picture_is_told_at_its_field(as_, session, ana, content, name, sentence):
    told = a_file(content, name) if content is not None else {}
    page = as_(ana).post(f"{page_of(ana)}/picture", told, 422)

    assert page.words.count(sentence) == 2
    assert profiles.page_of(session, ana).profile.picture_id is None


def test_more_than_a_form_with_a_picture_may_hold_is_refused_with_a_page(as_, ana):
    sent = {"CONTENT_LENGTH": str(LARGEST_FILES + 1), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = as_(ana).client.post(f"{page_of(ana)}/picture", environ_overrides=sent)

    assert answer.status_code == 413
    assert "Everyone’s hour" in answer.get_data(as_text=True)


def test_a_coordinator_keeps_the_page_of_a_member_without_e_mail_and_it_is_logged(as_, session, timebank, jess, ben):
    dora = builders.a_member(session, timebank, "Dora Dogwood", email="")
    visitor, its = as_(jess), page_of(dora)
    page = visitor.get(f"{its}/edit")
    assert "Ask them what they are good at" in page.words
    assert "it stands in the log of what coordinators did" in visitor.get(f"{its}/about").words

    assert visitor.post(f"{its}/about", ABOUT).response.location == f"{its}/edit"
    visitor.post(f"{its}/assets/new", {"kind": "skill", "title": "Knitting"})
    visitor.post(f"{its}/picture", a_file(a_picture_file()))

    page = as_(ben).get(its)
    assert "I bake on Sundays." in page.words
    assert "Knitting" in page.words
    lines, count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    assert count == 3
    assert {(one.deed, one.by_id, one.about_id) for one in lines} == {("page changed", jess.person_id, dora.id)}
    log = visitor.get("/riverside/audit-log").words
    for what in ("what they say of themselves", "what they can bring", "the picture"):
        assert f"Jess Juniper changed the page of Dora Dogwood: {what}." in log


def test_an_organisation_has_a_page_too(as_, session, timebank, jess, ben):
    clinic = builders.an_organisation(session, timebank)
    page = as_(jess).get(f"{page_of(clinic)}/about")
    assert "phone" not in page.forms[-1]["fields"]
    as_(jess).post(f"{page_of(clinic)}/about", {"about": "We care.", "district": "", "languages": ""})

    assert "We care." in as_(ben).get(page_of(clinic)).words


PARTS = ("about", "picture", "times", "readers", "assets/new", "needs/new", "preview", "edit")


def test_nobody_else_opens_or_writes_it(as_, session, whole, ben):
    visitor, its = as_(ben), page_of(whole)
    things = assets.brings_and_needs(session, whole)
    single = (f"assets/{things[0][0].id}", f"needs/{things[1][0].id}")
    for part in (*PARTS, *single):
        visitor.get(f"{its}/{part}", 403)
    for part in (*PARTS[:6], *single, *(f"{one}/take-away" for one in single)):
        visitor.post(f"{its}/{part}", ABOUT | {"title": "x", "kind": "skill"}, 403, from_=ME)

    session.expire_all()
    assert profiles.page_of(session, whole).profile.about == "I bake on Sundays."
    assert [len(one) for one in assets.brings_and_needs(session, whole)] == [1, 1]


def test_things_of_another_page_are_not_found_on_ones_own(as_, session, whole, ben):
    visitor, its = as_(ben), page_of(ben)
    brings, needs = assets.brings_and_needs(session, whole)
    for part in (f"assets/{brings[0].id}", f"needs/{needs[0].id}"):
        visitor.get(f"{its}/{part}", 404)
        visitor.post(f"{its}/{part}/take-away", status=404, from_=ME)
