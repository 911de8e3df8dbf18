"""Reports in the reader's words: periods, stages, capacities, the chart and what it shows; it decides nothing."""

from collections.abc import Collection
from datetime import date

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.reports import charts, document
from timebank.reports.charts import Chart, Group, Series
from timebank.reports.disclosure import Protected, Rule, Withheld
from timebank.reports.figures import Figure, Place, Report, Row, Tally, in_figures
from timebank.reports.period import Period, PeriodKind
from timebank.web.words import hours

Told = Figure | None
"""A cell as pages show it; None is a withheld one."""

CAPACITIES = {"member": _l("Members"), "professional": _l("Professionals"), "volunteer": _l("Volunteers")}
STAGES = {"design": _l("Design"), "decide": _l("Decide"), "deliver": _l("Deliver"), "evaluate": _l("Evaluate")}
TABLES = {"stage": _l("By stage"), "month": _l("By month"), "category": _l("By kind of help")}
ROWS = {"stage": _l("Stage"), "month": _l("Month"), "category": _l("Kind of help")}
FROM = {
    "member": _l("Hours from members"),
    "professional": _l("Hours from professionals"),
    "volunteer": _l("Hours from volunteers"),
}
WHY = {
    Rule.FEW_PEOPLE: _l("Too few people gave these hours"),
    Rule.COULD_BE_WORKED_OUT: _l("Another withheld figure could be worked out from it"),
}
_TONES = {"member": "members", "professional": "professionals", "volunteer": "volunteers"}
_MOST_MONTHS = 12
_ALWAYS = ("member", "professional")


def period_words(period: Period) -> str:
    """The period as people say it: "2026", "June 2026", "April to June 2026", "November 2025 to January 2026"."""
    first, last = period.first_day, period.last_month.first_day
    if period.kind is PeriodKind.YEAR:
        return str(first.year)
    if period.kind is PeriodKind.MONTH:
        return month_words(first)
    begins = str(format_date(first, "LLLL")) if first.year == last.year else month_words(first)
    return _("%(first)s to %(last)s", first=begins, last=month_words(last))


def month_words(day: date) -> str:
    """The month of a day: "June 2026"."""
    return str(format_skeleton("yMMMM", day, locale=get_locale()))


def row_words(table: str, label: str) -> str:
    """What a row of a table is called."""
    if table == "stage":
        return str(STAGES[label])
    if table == "month":
        return month_words(Period.read(label).first_day)
    return label or _("No kind named")


def place_words(place: Place) -> str:
    """Where a cell stands, in one breath: "By month, June 2026, Professionals"."""
    who = str(CAPACITIES[place.capacity]) if place.capacity else _("Everyone")
    if not place.row and place.table != "category":
        return _("%(who)s, over the whole time", who=who)
    return _("%(row)s: %(who)s", row=row_words(place.table, place.row), who=who)


def exactly(report: Report[Tally]) -> Report[Told]:
    """The exact report for coordinators' pages."""
    return in_figures(report).changed(lambda figure, _beside: figure)


def as_shown(report: Report[Protected]) -> Report[Told]:
    """The protected report for pages: rounded figures, None where they are withheld."""
    return report.changed(_figure)


def columns(report: Report[Told]) -> list[str]:
    """The capacities that tables have a column for: members, professionals beside them, and who else gave."""
    return [name for name, cell in report.capacities.items() if name in _ALWAYS or cell is None or cell.entries]


def headers(table: str, names: list[str]) -> list[str]:
    """What stands above the columns of a table."""
    return [str(ROWS[table]), *(str(FROM[name]) for name in names), _("Share of hours")]


def withheld(report: Report[Protected]) -> list[tuple[str, str]]:
    """Each withheld cell of a draft in words: where it stands, and why nothing is printed there."""
    return [
        (place_words(place), str(WHY[cell.rule]))
        for place, cell in report.walk()
        if isinstance(cell, Withheld) and cell.rule is not None
    ]


def rules(threshold: int) -> list[str]:
    """How the figures of a release were made, in the reader's language."""
    return [gettext(sentence, **values) for sentence, values in document.rules(threshold)]


def chart(report: Report[Told]) -> Chart | None:
    """Hours month by month beside each other; None for one month, for more than a year, and where nobody gave."""
    names = columns(report)
    if not 1 < len(report.months) <= _MOST_MONTHS or report.total == Figure(0, 0, 0, None):
        return None
    groups = [
        Group(
            str(format_date(Period.read(row.label).first_day, "LLL")),
            tuple(_whole_hours(row.cells[name]) for name in names),
        )
        for row in report.months
    ]
    series = [Series(str(CAPACITIES[name]), _TONES[name]) for name in names]
    title = _("Hours from members and from professionals, month by month")
    return charts.draw("months", series, groups, title=title, finding=_finding(report))


def _finding(report: Report[Told]) -> str:
    """What the chart shows, in a sentence: the month in which members gave most, and what professionals gave in it."""
    printed = [row for row in report.months if row.cells["member"] is not None]
    withheld_some = len(printed) < len(report.months)
    best = max(printed, key=_member_minutes, default=None)
    if best is None or not _member_minutes(best):
        if withheld_some:
            return _("The months stand beside each other; * is withheld to protect people.")
        return _("Members gave no hours in these months.")
    told = {"month": month_words(Period.read(best.label).first_day), "hours": hours(_member_minutes(best))}
    beside = best.cells["professional"]
    if withheld_some:
        return _("Of the months shown, members gave most in %(month)s: %(hours)s.", **told)
    if beside is None or not beside.minutes:
        return _("Members gave most in %(month)s: %(hours)s.", **told)
    return _(
        "Members gave most in %(month)s: %(hours)s, beside %(paid)s from professionals.",
        **told,
        paid=hours(beside.minutes),
    )


def _member_minutes(row: Row[Told]) -> int:
    cell = row.cells["member"]
    return cell.minutes if cell else 0


def _whole_hours(cell: Told) -> int | None:
    """As a bar's label tells it, a half rounded up; the table beside the chart is exact."""
    return None if cell is None else (cell.minutes + 30) // 60


def _figure(cell: Protected, _beside: Collection[Protected]) -> Told:
    if isinstance(cell, Withheld):
        return None
    return Figure(cell.people, 60 * cell.hours, cell.entries, cell.share_percent)
