"""A statement as pages show it: how the account stands, now and on a day, and the lines of a time; it only reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from timebank.exchanges import told
from timebank.exchanges.told import ToldLine
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.balances import Tallies
from timebank.members import doubles
from timebank.members.models import Membership
from timebank.web import balanced
from timebank.web.balanced import NOTHING
from timebank.web.database import db
from timebank.web.forms.statement import PeriodForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of


@dataclass(frozen=True, slots=True)
class OnDay:
    """A balance at the end of a day: by what had happened until then, and by what had been written down until then."""

    day: date
    happened: Hours
    written: Hours


@dataclass(frozen=True, slots=True)
class Stated:
    """What was given and received as help, what with all the rest, the lines that are asked for, and how many.

    `doubles` are other numbers of the same person: their help is counted here, and their lines stand with them.
    """

    helped: Tallies
    tallies: Tallies
    lines: list[ToldLine]
    count: int
    on_day: OnDay | None
    doubles: list[Membership]


def statement_page(template: str, membership: Membership, **shown: Any) -> ResponseReturnValue:
    """The page of someone's statement, for the days that the address asks for; days that make no sense are told."""
    form = PeriodForm.over(request.args)
    whole = stated(membership, form, offset=offset())
    shown |= {"membership": membership, "stated": whole, "period": form, "pages": pages_of(whole.count)}
    return render_template(
        template, form=form if form.errors else None, words=balanced, **shown
    ), 422 if form.errors else 200


def stated(membership: Membership, form: PeriodForm, *, limit: int | None = PER_PAGE, offset: int = 0) -> Stated:
    """The statement of a member for the days the form asks for; with no limit, all its lines."""
    account, first_day, day_after = membership.account, form.first_day, form.day_after
    if account is None:
        return Stated(NOTHING, NOTHING, [], 0, None, [])
    account_id = account.id
    count = balances.transfers_of(db(), account_id, first_day=first_day, day_after=day_after)
    limit = count if limit is None else limit
    known = doubles.doubles_of(db(), membership)
    merged = {one.account_id: one for one in known if one.account_id is not None}
    return Stated(
        helped=balances.helped(db(), account_id, *merged),
        tallies=Tallies(Hours(account.given_minutes), Hours(account.received_minutes)),
        lines=told.statement_of(db(), membership, limit=limit, offset=offset, first_day=first_day, day_after=day_after),
        count=count,
        on_day=_on_day(membership, account_id, form.last_day),
        doubles=list(merged.values()),
    )


def _on_day(membership: Membership, account_id: int, day: date | None) -> OnDay | None:
    if day is None:
        return None
    return OnDay(
        day=day,
        happened=balances.balance_on(db(), account_id, day),
        written=balances.balance_at(db(), account_id, membership.timebank.end_of(day)),
    )
