"""A member's statement: what they gave and received, line by line, to read, to print and to take along."""

import csv
import io

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges import told
from timebank.exchanges.told import ToldLine
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.balances import Tallies
from timebank.policy import Permission
from timebank.reports.spreadsheet import without_formula
from timebank.web import balanced
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db
from timebank.web.lists import offset
from timebank.web.lists import pages as pages_of

pages = area("statement")
_PER_PAGE = 50


@pages.get("/statement")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show() -> ResponseReturnValue:
    """A member sees what they gave and received, and every line of it with the balance after it."""
    account = mine().account
    count = balances.transfers_of(db(), account.id) if account else 0
    tallies = balances.tallies(db(), account.id) if account else Tallies(Hours(0), Hours(0))
    return render_template(
        "statement/show.html",
        lines=told.statement_of(db(), mine(), limit=_PER_PAGE, offset=offset(_PER_PAGE)),
        count=count,
        pages=pages_of(count, _PER_PAGE),
        tallies=tallies,
        words=balanced,
    )


@pages.get("/statement.csv", endpoint="csv")
@opens_for(Permission.SEE_OWN_STATEMENT)
def show_csv() -> ResponseReturnValue:
    """The same figures as a spreadsheet, all lines of it."""
    account_id = mine().account_id
    count = balances.transfers_of(db(), account_id) if account_id else 0
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_("Day"), _("What"), _("With"), _("Change in minutes"), _("Balance in minutes"), _("Remark")])
    writer.writerows(_cells(line) for line in told.statement_of(db(), mine(), limit=count, offset=0))
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
        without_formula(balanced.line_words(told_line)),
        without_formula(told_line.partner.name if told_line.partner else ""),
        line.change.minutes,
        line.balance.minutes,
        _("taken back later") if line.reversed_later else "",
    ]
