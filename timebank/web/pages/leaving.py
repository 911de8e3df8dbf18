"""The pages of leaving, of a death, of coming back and of erasure: each asks first, and says what becomes of what."""

from datetime import UTC, datetime

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.care import erasing, leaving
from timebank.exchanges.models import Exchange
from timebank.hours import Hours
from timebank.members.choices import Leaving, LeftBecause
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.web.access import area, for_themselves, here, mine, opens_before_terms, opens_for
from timebank.web.balanced import level
from timebank.web.database import db
from timebank.web.forms.standing import DeathForm, LeaveForm, LetGoForm, SureForm
from timebank.web.standings import Question, ask, press, question_about, standing_of, to_look_after
from timebank.web.words import hours

pages = area("leaving")
_NAMED = 20


@pages.route("/me/leave", methods=["GET", "POST"])
@opens_for(Permission.KEEP_OWN_PAGE)
@for_themselves
@opens_before_terms
def leave() -> ResponseReturnValue:
    """A member is asked, and has left."""
    member, form, at = mine(), LeaveForm(), datetime.now(UTC)

    def act(session: Session) -> None:
        leaving.leave(session, member, by=member, at=at)
        if form.erase.data:
            erasing.erase(session, member, called=_called(member), by=member, at=at)

    return ask(form, _own_question(member), act)


@pages.route("/people/<int:membership_id>/leave", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def let_go(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has written down that someone left."""
    member, form, at = to_look_after(membership_id), LetGoForm(), datetime.now(UTC)
    question = question_about(
        member,
        heading=_("Has %(name)s left?", name=member.name),
        would=[_hours_of(member), *_ends(member), _("They can come back later, with the number that they have.")],
        links=_in_the_way(member),
        yes=_("Yes, they have left"),
        done=_("It is written down that %(name)s has left.", name=member.name),
    )
    return ask(
        form, question, lambda session: leaving.leave(session, member, by=mine(), at=at, word=form.word.data or "")
    )


@pages.route("/people/<int:membership_id>/died", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def died(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has written down that someone died."""
    member, form, at = to_look_after(membership_id), DeathForm(), datetime.now(UTC)
    question = question_about(
        member,
        heading=_("Has %(name)s died?", name=member.name),
        lead=_("We are sorry. Take your time; nothing here is urgent."),
        would=[
            _("From now on no letter goes to them, not even those that wait."),
            _("Their page and what they had on the board are closed. Their name stays where they gave and received."),
            _("All their hours are kept. Their account is settled with the community and closed."),
            *_called_off(member),
            _("Nobody is told by letter. It is kinder that you tell those who knew them."),
        ],
        links=_in_the_way(member),
        yes=_("Write it down"),
        done=_("It is written down. Thank you for looking after this."),
    )
    return ask(
        form, question, lambda session: leaving.write_down_death(session, member, on=form.on.data, by=mine(), at=at)
    )


@pages.post("/people/<int:membership_id>/by-mistake")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def by_mistake(membership_id: int) -> ResponseReturnValue:
    """It was written down by mistake that someone died."""
    member, at = to_look_after(membership_id), datetime.now(UTC)
    done = _("It is as it was before. What was called off can be proposed again.")
    return press(member, lambda session: leaving.undo_death(session, member, by=mine(), at=at), done)


@pages.route("/people/<int:membership_id>/rejoin", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def rejoin(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has taken someone back."""
    member, form, at = to_look_after(membership_id), SureForm(), datetime.now(UTC)
    question = question_about(
        member,
        heading=_("Is %(name)s back?", name=member.name),
        would=[
            _("They have their number again, and their account, which begins at zero."),
            _("What they had on the board is closed. They can put it back."),
        ],
        yes=_("Yes, take them back"),
        grave=False,
        done=_("Welcome back, %(name)s!", name=member.name),
    )
    return ask(form, question, lambda session: leaving.rejoin(session, member, by=mine(), at=at))


@pages.route("/people/<int:membership_id>/erase", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def erase(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has erased who left."""
    member, form, at = to_look_after(membership_id), SureForm(), datetime.now(UTC)
    erasing.check_erase(member, by=mine())
    called = _called(member)
    question = question_about(
        member,
        heading=_("Erase what is known of %(name)s?", name=member.name),
        lead=_("This cannot be undone."),
        would=_would_erase(called),
        yes=_("Erase it for ever"),
        done=_("It is erased. “%(called)s” is all that is left, and every total is as it was.", called=called),
    )
    return ask(form, question, lambda session: erasing.erase(session, member, called=called, by=mine(), at=at))


def _own_question(member: Membership) -> Question:
    return Question(
        heading=_("Leave %(timebank)s?", timebank=here().name),
        lead=_("You are free to go, and welcome to come back: your number stays yours."),
        would=[
            _own_hours(member),
            *_ends(member),
            _("You can no longer sign in here. You can take all your data along first, under “My membership”."),
            _("All that you gave and received stays in every total."),
            _("If you are erased too: your words, pictures, address and name go for ever. What you wrote as a reason"
              " for hours that moved stays in the book, which nobody can change."),
        ],
        links=_in_the_way(member),
        yes=_("Leave"),
        no=_("Stay"),
        done=_("You have left. Thank you for all that you gave, and for all that you let others give you."),
        where=standing_of(member),
        back_label=_("My membership"),
    )  # fmt: skip


def _would_erase(called: str) -> list[str]:
    return [
        _("Their name is “%(called)s” everywhere.", called=called),
        _("E-mail, phone, password, page, pictures, what they can bring and would be glad of, vetting: gone."),
        _("What they wrote to others, the words of their exchanges and what they were told: gone."),
        _("Hours, days and kinds of help stay, so that every total stays as it is."),
        _("What somebody wrote as a reason for hours that moved, or as a word of a decision, stays in the book and in"
          " the audit log, which nobody can change."),
    ]  # fmt: skip


def _in_the_way(member: Membership) -> list[tuple[str, str]]:
    """What must be put right before they can leave, each with the place where that is done."""
    found, more = leaving.undecided(db(), member, limit=_NAMED)
    links = [(_place_of(exchange), _("Decide first: %(title)s", title=exchange.title)) for exchange in found]
    if more:
        links.append((_place_of_all(member), _("And there is more")))
    if here().leaving == Leaving.AT_ZERO and _balance(member).minutes and member.left_because != LeftBecause.DIED:
        links += _ways_to_zero(member)
    if member.id != mine().id and not mine().may(Permission.DECIDE_EXCHANGES):
        return [("", _("%(what)s (a coordinator does that)", what=label)) for _where, label in links]
    return links


def _ways_to_zero(member: Membership) -> list[tuple[str, str]]:
    own, below = member.id == mine().id, _balance(member).minutes < 0
    if not own:
        where = url_for("accounts.show", membership_id=member.id)
        return [(where, _("The balance comes to zero first. It is %(balance)s now.", balance=level(_balance(member))))]
    if below:
        return [(url_for("board.index"), _("Bring your hours to zero first: see who would be glad of your help"))]
    return [
        (url_for("give.show"), _("Bring your hours to zero first: give them to someone, or to the community")),
        (url_for("board.index"), _("Or let someone do you a good turn")),
    ]


def _place_of(exchange: Exchange) -> str:
    if mine().id in (exchange.provider_id, exchange.receiver_id):
        return url_for("exchanges.show", exchange_id=exchange.id)
    return url_for("desk.decide", exchange_id=exchange.id)


def _place_of_all(member: Membership) -> str:
    return url_for("exchanges.index") if member.id == mine().id else url_for("desk.index")


def _balance(member: Membership) -> Hours:
    return Hours(member.account.balance_minutes) if member.account is not None else Hours(0)


def _own_hours(member: Membership) -> str:
    balance = _balance(member)
    if balance.minutes > 0:
        return _("You have %(hours)s left. They go to the community, which passes them on.", hours=hours(balance))
    if balance.minutes < 0:
        return _("You are %(hours)s below zero. The community takes that over: you owe nothing.", hours=hours(-balance))
    return _("Your hours come out even.")


def _hours_of(member: Membership) -> str:
    balance = _balance(member)
    if balance.minutes > 0:
        return _("They have %(hours)s left. These go to the community.", hours=hours(balance))
    if balance.minutes < 0:
        return _("They are %(hours)s below zero. The community takes that over.", hours=hours(-balance))
    return _("Their hours come out even.")


def _ends(member: Membership) -> list[str]:
    return [
        _("Offers and requests leave the board, and nobody acts for anybody any more."),
        *_called_off(member),
    ]


def _called_off(member: Membership) -> list[str]:
    count = leaving.unanswered(db(), member)
    if not count:
        return []
    return [
        ngettext(
            "One thing that is proposed or agreed is called off.",
            "%(num)d things that are proposed or agreed are called off.",
            count,
        )
    ]


def _called(member: Membership) -> str:
    """What stands in place of a name that is erased."""
    return _("A former member (%(number)d)", number=member.number)
