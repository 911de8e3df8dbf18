"""A member's statement: what they gave and received, line by line, to read, to print and to take along."""

import csv
import io
from datetime import UTC, datetime

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges.told import ToldLine
from timebank.policy import Permission
from timebank.reports.spreadsheet import without_formula
from timebank.web import balanced
from timebank.web.access import area, here, mine, opens_for
from timebank.web.forms.statement import PeriodForm
from timebank.web.lists import offset
from timebank.web.lists import pages as pages_of
from timebank.web.stated import stated

pages = area("statement")


@pages.get("/statement")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show() -> ResponseReturnValue:
    """A member sees what they gave and received, and every line of it with the balance after it."""
    form = PeriodForm.over(request.args)
    whole = stated(mine(), form, offset=offset())
    return render_template(
        "statement/show.html",
        stated=whole,
        period=form,
        form=form if form.errors else None,
        pages=pages_of(whole.count),
        words=balanced,
    ), 422 if form.errors else 200


@pages.get("/statement/print", endpoint="paper")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show_on_paper() -> ResponseReturnValue:
    """The same for paper: all lines of the days that are asked for on one page."""
    form = PeriodForm.over(request.args)
    if form.errors:
        return redirect(f"{url_for('.show')}?{request.query_string.decode()}")
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
        return redirect(f"{url_for('.show')}?{request.query_string.decode()}")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    days, both = [_("Day"), _("Written down")], [_("Change in minutes"), _("Balance in minutes")]
    writer.writerow([*days, _("What"), _("With"), _("Word"), *both, _("Remark")])
    writer.writerows(_cells(line) for line in stated(mine(), form, limit=None).lines)
    name = f"{here().slug}-statement.csv"
    return Response(
        text.getvalue().encode("utf-8-sig"),  # without its mark spreadsheets read accents wrongly
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(told_line: ToldLine) -> list[str | int]:
    line = told_line.line
    return [
        line.transfer.occurred_on.isoformat(),
        here().day_of(line.transfer.posted_at).isoformat(),
        without_formula(balanced.line_words(told_line)),
        without_formula(balanced.partner_words(told_line)),
        without_formula(line.transfer.reason),
        line.change.minutes,
        line.balance.minutes,
        balanced.taken_back_words(told_line),
    ]
