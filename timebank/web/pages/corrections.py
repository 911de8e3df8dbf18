"""The pages where a coordinator moves hours that stand for no help, and takes such hours back."""

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger.models import Transfer
from timebank.members import audit_log, directory, moving
from timebank.members.audit_log import Deed
from timebank.members.models import Membership
from timebank.members.moving import Posted
from timebank.members.named import check_open
from timebank.members.rules import check_takes_part, is_party
from timebank.policy import Permission
from timebank.refusals import NotFound
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked
from timebank.web.balanced import holder_words, level, why_words
from timebank.web.database import db
from timebank.web.forms.accounts import CorrectionForm, OpeningForm, TakeBackForm, WelcomeForm
from timebank.web.keeping import Change, ask, ask_once, holder, to_keep
from timebank.web.words import day, hours

pages = area("corrections", prefix="/people")


@pages.route("/<int:membership_id>/account/welcome", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def welcome(membership_id: int) -> ResponseReturnValue:
    """A coordinator gives welcome hours to someone who was given none."""
    membership, form = to_keep(membership_id), WelcomeForm(hours=here().welcome_minutes or None)
    if request.method == "GET":
        check_takes_part(membership)
        moving.check_welcome(db(), membership)
    name = membership.name

    def change(session: Session) -> Asked:
        amount = Hours(form.hours.data or 0)
        posted = moving.welcome(session, membership, amount, by=mine(), at=datetime.now(UTC))
        _note(session, membership, "welcome", amount, None, membership)
        would = _would(posted, amount, None, membership)
        question = _("Give welcome hours to %(name)s?", name=name)
        return Asked(question, would, _("Yes, give welcome hours"), posted.transfer_id)

    told = Change(
        heading=_("Give welcome hours to %(name)s", name=name),
        lead=_("They come from the community’s own account, and are given once."),
        done=_("%(name)s has the welcome hours now.", name=name),
    )
    return ask(membership, form, told, change)


@pages.route("/<int:membership_id>/account/from-before", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def from_before(membership_id: int) -> ResponseReturnValue:
    """A coordinator enters the balance that someone brings from before."""
    membership, form = to_keep(membership_id), OpeningForm()
    if request.method == "GET":
        moving.check_opening(db(), membership)
    name = membership.name

    def change(session: Session) -> Asked:
        reason, key, at = form.reason.data or "", str(form.key.data), datetime.now(UTC)
        posted = moving.opening(session, membership, form.balance, reason=reason, key=key, by=mine(), at=at)
        _note(session, membership, "opening", form.amount, *form.sides(membership), reason)
        would = _would(posted, form.amount, *form.sides(membership), reason)
        question = _("Enter hours from before for %(name)s?", name=name)
        return Asked(question, would, _("Yes, enter them"), posted.transfer_id)

    told = Change(
        heading=_("Hours from before of %(name)s", name=name),
        lead=_("How they stood before this book began. It is entered once, and never counts as help."),
        done=_("The hours from before of %(name)s are in the book.", name=name),
    )
    return ask(membership, form, told, change)


@pages.route("/<int:membership_id>/account/correction", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def correction(membership_id: int) -> ResponseReturnValue:
    """A coordinator puts right what is wrong; the hours come from somewhere and go somewhere."""
    membership, form = to_keep(membership_id), CorrectionForm()
    if request.method == "GET":
        check_open(membership)
    others = [one for one in directory.names_of(db(), here()) if one.id != membership.id]
    form.about(membership, [one for one in others if not is_party(mine(), one)])
    told = Change(
        heading=_("Put something right for %(name)s", name=membership.name),
        lead=_("Help that was logged wrongly is put right where it was logged. This is for everything else."),
        done=_("It is put right. Everyone whose hours these are can read why."),
    )
    return ask(membership, form, told, lambda session: _correct(session, membership, form))


@pages.route("/<int:membership_id>/account/<int:transfer_id>/take-back", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def take_back(membership_id: int, transfer_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has taken back hours that stood for no help."""
    membership, form = holder(membership_id), TakeBackForm()
    transfer = moving.transfer_in(db(), here(), transfer_id)
    if membership.account_id not in (transfer.payer_id, transfer.payee_id):
        raise NotFound("There is no such transfer on this account.")
    if request.method == "GET":
        moving.check_take_back(db(), transfer, by=mine())
    told = Change(
        heading=_("Take these hours back?"),
        lead=_("The hours go back to where they came from. Both lines stay readable."),
        facts=_facts(transfer),
        grave=_("Take them back"),
        done=_("The hours are taken back."),
    )

    def change(session: Session) -> None:
        reason = form.reason.data or ""
        moving.take_back(session, here(), transfer_id, reason=reason, by=mine(), at=datetime.now(UTC))
        holders = directory.holders_of(session, {transfer.payer_id, transfer.payee_id})
        sides = holders.get(transfer.payee_id), holders.get(transfer.payer_id)
        _note(session, membership, "reversal", Hours(transfer.minutes), *sides, reason)

    return ask_once(membership, form, told, change)


def _correct(session: Session, membership: Membership, form: CorrectionForm) -> Asked:
    """The correction is made, and what it does is told."""
    other = directory.membership_in(session, here(), form.other_id) if form.other_id is not None else None
    payer, payee = form.sides(membership, other)
    reason, key, at = form.reason.data or "", str(form.key.data), datetime.now(UTC)
    posted = moving.correction(session, payer, payee, hours=form.amount, reason=reason, key=key, by=mine(), at=at)
    _note(session, membership, "correction", form.amount, payer, payee, reason)
    would = _would(posted, form.amount, payer, payee, reason)
    return Asked(_("Put this right?"), would, _("Yes, put it right"), posted.transfer_id)


def _note(
    session: Session,
    membership: Membership,
    what: str,
    amount: Hours,
    payer: Membership | None,
    payee: Membership | None,
    word: str = "",
) -> None:
    """The move stands in the audit log, as one about the member on whose account it was made."""
    sides = {name: None if one is None else one.id for name, one in (("payer_id", payer), ("payee_id", payee))}
    told = {"what": what, "minutes": amount.minutes, **sides, "word": word}
    audit_log.note(session, Deed.HOURS_MOVED, by=mine(), about=membership, at=datetime.now(UTC), **told)


def _would(
    posted: Posted, amount: Hours, payer: Membership | None, payee: Membership | None, reason: str = ""
) -> list[str]:
    """What a move does: who gives how much to whom, where each of them then stands, and what they read of it."""
    told = {"hours": hours(amount), "payer": holder_words(payer), "payee": holder_words(payee)}
    stands = (payer, posted.payer_balance), (payee, posted.payee_balance)
    return [
        _("From %(payer)s to %(payee)s: %(hours)s.", **told),
        *(
            _("The balance of %(name)s will then be %(balance)s.", name=one.name, balance=level(balance))
            for one, balance in stands
            if one is not None
        ),
        *([_("This stays in the book for ever: “%(reason)s”", reason=reason)] if reason else []),
    ]


def _facts(transfer: Transfer) -> list[tuple[str, str]]:
    holders = directory.holders_of(db(), {transfer.payer_id, transfer.payee_id})
    told = [
        (_("What"), why_words(transfer.kind)),
        (_("From"), holder_words(holders.get(transfer.payer_id))),
        (_("To"), holder_words(holders.get(transfer.payee_id))),
        (_("How many"), hours(transfer.minutes)),
        (_("Day"), day(transfer.occurred_on)),
    ]
    return [*told, (_("Word"), transfer.reason)] if transfer.reason else told
