"""The page where a coordinator makes two entries of one person one: it shows both, asks, and cannot be undone."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.care import merging
from timebank.care.moving_things import leads_over
from timebank.members import directory
from timebank.members.directory import Named
from timebank.members.models import Membership
from timebank.members.rules import is_party
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked
from timebank.web.balanced import level
from timebank.web.database import db
from timebank.web.fields import choice
from timebank.web.forms.standing import MergeForm
from timebank.web.standings import ask, question_about, to_look_after

pages = area("merging", prefix="/people")


@pages.route("/<int:membership_id>/merge", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def merge(membership_id: int) -> ResponseReturnValue:
    """A coordinator chooses the other entry, sees both, is asked, and has made them one."""
    membership, form, at = to_look_after(membership_id), MergeForm(), datetime.now(UTC)
    _choose(form, membership, directory.people_known(db(), here()))
    question = question_about(
        membership,
        heading=_("Is %(name)s written down twice?", name=membership.name),
        lead=_("Choose the other entry. You see both side by side before anything is done."),
        yes=_("Show both"),
        grave=False,
        done=_("The two entries are one now. Not an hour was lost."),
    )

    def act(session: Session) -> None:
        double, kept = _sides(session, form, membership)
        merging.merge(session, double, kept, by=mine(), at=at)

    return ask(form, question, act, foresee=lambda session: _foreseen(session, form, membership, at))


def _choose(form: MergeForm, membership: Membership, everyone: Sequence[Named]) -> None:
    """Whom the entry may be one with: whoever is a person, whether or not they are still here."""
    others = [one for one in everyone if one.id != membership.id and not is_party(mine(), one)]
    numbered = _("%(name)s, no. %(number)d")
    named = [choice(str(one.id), numbered % {"name": one.name, "number": one.number}) for one in others]
    form.other.choices = [choice("", _("Choose a person")), *named]
    form.keep.choices = [choice("this", _numbered(membership)), choice("other", _("The other one"))]


def _sides(session: Session, form: MergeForm, membership: Membership) -> tuple[Membership, Membership]:
    """The double, and the one who is kept."""
    other = directory.membership_in(session, here(), int(form.other.data))
    return (other, membership) if form.keep.data == "this" else (membership, other)


def _foreseen(session: Session, form: MergeForm, membership: Membership, at: datetime) -> Asked:
    """Both as they stand, and what would come of it; it is tried out, so that whatever refuses it is told now."""
    double, kept = _sides(session, form, membership)
    would = [*(_extent(session, one) for one in (kept, double)), *_goes_over(session, double, kept)]
    names = {"name": kept.name, "number": kept.number, "double": double.number}
    merging.merge(session, double, kept, by=mine(), at=at)
    question = _("Make number %(double)d one with %(name)s, number %(number)d?", **names)
    return Asked(question, [*would, _("This cannot be undone.")], _("Yes, they are the same person"))


def _extent(session: Session, membership: Membership) -> str:
    told = merging.extent_of(session, membership)
    return _(
        "%(who)s: balance %(balance)s, %(counting)s in the book, %(open)s open, %(listings)s.",
        who=_numbered(membership),
        balance=level(told.balance),
        counting=ngettext("%(num)d exchange", "%(num)d exchanges", told.counting),
        open=ngettext("%(num)d exchange", "%(num)d exchanges", told.open),
        listings=ngettext("%(num)d offer or request", "%(num)d offers and requests", told.listings),
    )


def _goes_over(session: Session, double: Membership, kept: Membership) -> list[str]:
    together = merging.extent_of(session, double).balance + merging.extent_of(session, kept).balance
    told = {"number": kept.number, "double": double.number, "balance": level(together)}
    return [
        _("Number %(number)d then stands at %(balance)s; the account of number %(double)d is closed.", **told),
        _("Everything else goes over to number %(number)d: offers, requests, exchanges, supporters, vetting.", **told),
        _("What is in the book stays as it was written, and counts as of one person.", **told),
        _("They sign in with the e-mail and the password of number %(double)d.", **told)
        if leads_over(session, double, kept)
        else _("How number %(number)d signs in stays as it is.", **told),
    ]


def _numbered(membership: Membership) -> str:
    return _("%(name)s, no. %(number)d", name=membership.name, number=membership.number)
