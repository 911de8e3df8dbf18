"""A member's statement: what they gave and received, line by line, to read, to print and to take along."""

from datetime import UTC, datetime

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges.told import ToldLine
from timebank.policy import Permission
from timebank.reports import spreadsheet
from timebank.web import balanced
from timebank.web.access import area, here, mine, opens_for
from timebank.web.forms.statement import PeriodForm
from timebank.web.stated import stated, statement_page

pages = area("statement")


@pages.get("/statement")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show() -> ResponseReturnValue:
    """A member sees what they gave and received, and every line of it with the balance after it."""
    account = mine().account
    room = balanced.room_words(account, here().warn_below_minutes) if account else ""
    return statement_page("statement/show.html", mine(), room=room)


@pages.get("/statement/print", endpoint="paper")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show_on_paper() -> ResponseReturnValue:
    """The same for paper: all lines of the days that are asked for on one page."""
    form = PeriodForm.over(request.args)
    if form.errors:
        return _ask_again(form)
    whole = stated(mine(), form, limit=None)
    return render_template(
        "statement/paper.html", stated=whole, period=form, words=balanced, today=here().day_of(datetime.now(UTC))
    )


@pages.get("/statement.csv", endpoint="csv")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show_csv() -> ResponseReturnValue:
    """The same figures as a spreadsheet, all lines of the days that are asked for."""
    form = PeriodForm.over(request.args)
    if form.errors:
        return _ask_again(form)
    days, both = [_("Day"), _("Written down")], [_("Change in minutes"), _("Balance in minutes")]
    header = [*days, _("What"), _("With"), _("Word"), *both, _("Remark")]
    name = f"{here().slug}-statement.csv"
    return Response(
        spreadsheet.written([header, *map(_cells, stated(mine(), form, limit=None).lines)]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _ask_again(form: PeriodForm) -> ResponseReturnValue:
    """Back to the page that tells what is wrong with the days."""
    return redirect(url_for(".show", **form.kept))


def _cells(told_line: ToldLine) -> list[str | int]:
    line = told_line.line
    return [
        line.transfer.occurred_on.isoformat(),
        here().day_of(line.transfer.posted_at).isoformat(),
        balanced.line_words(told_line),
        balanced.partner_words(told_line),
        line.transfer.reason,
        line.change.minutes,
        line.balance.minutes,
        balanced.taken_back_words(told_line),
    ]
