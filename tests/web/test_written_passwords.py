"""Letters with a link that sets a password look like all others: to whom, from whom, why, and whom to call."""

from datetime import timedelta

from tests import builders
from tests.notices.postbox import html_of, text_of
from timebank.care import leaving
from timebank.members import enrol
from timebank.members.models import MembershipStatus

FOOT = "Warm wishes,\nJess, Riverside Timebank\nTelephone 01632 960 123\n"


def test_the_first_letter_has_the_shape_of_all_others(as_, session, jess, posted):
    as_(jess).post("/riverside/people/new", {"name": "Ana Alder", "email": "ana@example.org"})

    (letter,) = posted()
    assert (str(letter["To"]), str(letter["From"])) == (
        "Ana Alder <ana@example.org>",
        "Riverside Timebank <letters@example.org>",
    )
    assert (letter["Subject"], letter["Content-Language"]) == ("Choose your password", "en-GB")
    assert "List-Unsubscribe" not in letter
    text = text_of(letter)
    assert text.startswith("Dear Ana Alder,\n\nA warm welcome to Riverside Timebank!")
    assert "\n\nChoose a password:\nhttp://127.0.0.1:8000/password/new/" in text
    assert FOOT in text
    assert "This letter is for Ana Alder, number 2 of Riverside Timebank.\nYou get this letter because you have" in text
    assert "<p>Dear Ana Alder,</p>" in html_of(letter)
    assert '<a href="http://127.0.0.1:8000/password/new/' in html_of(letter)


def test_two_who_share_an_e_mail_and_forgot_know_whose_letter_is_whose(visit, session, timebank, posted):
    ana = builders.a_member(session, timebank, "Ana Alder", email="both@example.org")
    builders.a_member(session, timebank, "Ben Birch", email="both@example.org")
    ana.person.called = "Annie"
    session.commit()
    visit.post("/password/forgotten", {"email": "both@example.org"}, 200)

    letters = posted()
    assert [str(letter["To"]) for letter in letters] == [
        f"{one} <both@example.org>" for one in ("Ana Alder", "Ben Birch")
    ]
    beginning = "\n\nSomebody asked for a new password for you. If it was you, choose one within two hours."
    assert text_of(letters[0]).startswith(f"Dear Annie,{beginning}")
    assert text_of(letters[1]).startswith(f"Dear Ben Birch,{beginning}")
    assert "because somebody asked for a new password with your e-mail.\n" in text_of(letters[0])
    assert FOOT in text_of(letters[1])
    assert len({letter["Message-ID"] for letter in letters}) == 2


def test_it_is_from_where_they_still_belong_and_in_their_language(visit, session, timebank, ana, posted):
    hillside = builders.a_timebank(session, "hillside", "Hillside Timebank")
    enrol.enrol_person(session, hillside, ana.person, at=builders.NOON)
    leaving.leave(session, ana, by=ana, at=builders.NOON + timedelta(days=1))
    ana.person.language = "de"
    session.commit()
    visit.post("/password/forgotten", {"email": "ana@example.org"}, 200)

    (letter,) = posted()
    assert ana.status == MembershipStatus.LEFT
    assert (str(letter["From"]), letter["Content-Language"]) == ("Hillside Timebank <letters@example.org>", "de")


def test_who_belongs_nowhere_any_more_is_still_answered(visit, session, timebank, ana, posted):
    leaving.leave(session, ana, by=ana, at=builders.NOON + timedelta(days=1))
    session.commit()
    visit.post("/password/forgotten", {"email": "ana@example.org"}, 200)

    (letter,) = posted()
    assert "/password/new/" in text_of(letter)
    assert "How often you get letters" not in text_of(letter)
