"""Forms that were sent are acted upon once, whatever happens in between."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.members.models import SentForm
from timebank.members.sending import KEPT_FOR, SentOtherwise, once, sent_before
from timebank.refusals import Unacceptable


class Acts:
    """Counts how often it was asked to act."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return f"answer {self.times}"


def test_the_same_form_twice_acts_once_and_answers_alike(session, ana):
    act = Acts()

    answers = [once(session, ana.person_id, "key", "content", act, at=NOON) for _ in range(2)]

    assert (answers, act.times) == (["answer 1", "answer 1"], 1)


def test_the_same_key_with_something_else_is_refused_and_nothing_is_done(session, ana):
    act = Acts()
    once(session, ana.person_id, "key", "content", act, at=NOON)

    with pytest.raises(SentOtherwise, match="sent before, with something else"):
        once(session, ana.person_id, "key", "other content", act, at=NOON)
    assert act.times == 1


def test_a_key_belongs_to_its_person(session, ana, ben):
    act = Acts()
    once(session, ana.person_id, "key", "content", act, at=NOON)

    assert once(session, ben.person_id, "key", "content", act, at=NOON) == "answer 2"
    assert once(session, ana.person_id, "key", "content", act, at=NOON) == "answer 1"


def test_whether_a_form_was_sent_is_told_of_its_person_and_its_key_alone(session, ana, ben):
    once(session, ana.person_id, "key", "content", Acts(), at=NOON)

    asked = [(ana, "key"), (ana, "other key"), (ben, "key")]
    assert [sent_before(session, one.person_id, key) for one, key in asked] == [True, False, False]


def test_what_was_refused_may_be_sent_again(session, ana):
    def refuse():
        raise Unacceptable("No.")

    with pytest.raises(Unacceptable), session.begin_nested():
        once(session, ana.person_id, "key", "content", refuse, at=NOON)

    assert once(session, ana.person_id, "key", "content", Acts(), at=NOON) == "answer 1"


def test_what_was_sent_is_forgotten_after_a_month(session, ana):
    kept = select(SentForm.key).order_by(SentForm.at)
    once(session, ana.person_id, "old", "content", Acts(), at=NOON)
    once(session, ana.person_id, "new", "content", Acts(), at=NOON + KEPT_FOR)
    assert session.scalars(kept).all() == ["old", "new"]

    once(session, ana.person_id, "newer", "content", Acts(), at=NOON + KEPT_FOR + timedelta(seconds=1))
    assert session.scalars(kept).all() == ["new", "newer"]


def test_a_form_sent_from_two_places_at_the_same_moment_acts_once(own_engine):
    with Session(own_engine) as session:
        person = builders.a_member(session, builders.a_timebank(session)).person_id
        session.commit()
    act, together, answers = Acts(), Barrier(2), []

    def send():
        with Session(own_engine) as session:
            together.wait()
            answers.append(once(session, person, "key", "content", act, at=NOON))
            session.commit()

    senders = [Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert (answers, act.times) == (["answer 1", "answer 1"], 1)
