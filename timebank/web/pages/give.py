"""The page where a member gives hours away, to someone or to the community; nobody has helped for them."""

from datetime import UTC, datetime
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.members import directory, moving
from timebank.members.models import Membership
from timebank.members.moving import OverCreditLimit, Posted
from timebank.members.rules import WrongAmount, WrongSide, WrongWord
from timebank.notices import outbox
from timebank.notices.models import NoticeKind
from timebank.policy import Permission
from timebank.web.access import area, here, me, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.balanced import holder_words, level, room_words
from timebank.web.database import db
from timebank.web.forms.give import GiveForm
from timebank.web.once import Answer
from timebank.web.words import hours

pages = area("give")
_PLACES = {WrongSide: "to", WrongAmount: "hours", OverCreditLimit: "hours", WrongWord: "word"}


@pages.route("/give", methods=["GET", "POST"])
@opens_for(Permission.GIVE_HOURS)
def show() -> ResponseReturnValue:
    """A member gives hours away, and sees before it is done what it will do."""
    form = GiveForm()
    form.choose_from([member for member in directory.names_of(db(), here()) if member.id != mine().id])
    account = mine().account
    room = room_words(account, here().warn_below_minutes) if account else ""
    return ask_and_do(
        form,
        page=lambda: render_template("give/show.html", form=form, room=room),
        foresee=lambda session: _foreseen(form, _give(session, form)),
        act=lambda session: _given(session, form),
        places=_PLACES,
    )


def _to(session: Session, form: GiveForm) -> Membership | None:
    """Who shall have the hours; None is the community."""
    return directory.membership_in(session, here(), form.to_id) if form.to_id is not None else None


def _give(session: Session, form: GiveForm) -> Posted:
    to = _to(session, form)
    word, key = form.word.data or "", str(form.key.data)
    return moving.gift(session, mine(), to, hours=form.amount, word=word, key=key, by=me(), at=datetime.now(UTC))


def _given(session: Session, form: GiveForm) -> Answer:
    """The hours are given, and whoever has them now is told."""
    at, to = datetime.now(UTC), _to(session, form)
    posted = _give(session, form)
    if to is not None:
        told: dict[str, Any] = {"other": mine().name, "minutes": form.amount.minutes, "word": form.word.data or ""}
        outbox.tell(session, NoticeKind.GIFT, to, key=f"gift:{posted.transfer_id}", at=at, **told)
    return _done(form, posted)


def _foreseen(form: GiveForm, posted: Posted) -> Asked:
    told = {"hours": hours(form.amount), "name": holder_words(_to(db(), form))}
    would = [
        _("You give %(hours)s to %(name)s.", **told),
        _("Your balance will then be %(balance)s.", balance=level(posted.payer_balance)),
        _("It is a gift and no help, so it does not change what you have given and received."),
    ]
    if form.word.data:
        would.insert(1, _("They read your word: “%(word)s”", word=form.word.data))
    return Asked(_("Give %(hours)s to %(name)s?", **told), would, _("Yes, give %(hours)s", **told))


def _done(form: GiveForm, posted: Posted) -> Answer:
    """What is told holds also when it is told again later; the balance of the day stands on the page itself."""
    told = {"hours": hours(form.amount), "name": holder_words(_to(db(), form))}
    done = _("Thank you. You have given %(hours)s to %(name)s.", **told)
    return Answer(url_for("statement.show"), [(done, "message")], [posted.transfer_id])
