"""The page of the audit log: who decided what, in plain words, for coordinators and administrators."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.members import audit_log, directory, doubles
from timebank.members.audit_log import Wanted
from timebank.members.models import AuditLine, Membership
from timebank.policy import Permission, Role
from timebank.reports import spreadsheet
from timebank.web.access import area, here, mine, opens_for
from timebank.web.audited import line_words, names_in
from timebank.web.database import db
from timebank.web.deeds import FOR_ADMINISTRATORS, GROUPS
from timebank.web.forms.audit_log import AuditSearch
from timebank.web.lists import PER_PAGE, number_of, offset
from timebank.web.lists import pages as pages_of

pages = area("audit_log")
_MOST_NAMES = 200
_MOST_LINES = 20_000
"""So many lines of the log a spreadsheet holds; who wants more takes it month by month."""


@pages.get("/audit-log")
@opens_for(Permission.SEE_AUDIT_LOG)
def index() -> ResponseReturnValue:
    """Coordinators and administrators read who decided what; `?about=` is about one member."""
    form, about = _asked()
    lines, count = audit_log.lines_of(db(), here(), wanted=_wanted(form, about), limit=PER_PAGE, offset=offset())
    names = names_in(db(), lines)
    shown = {"about": about, "lines": [line_words(line, names) for line in lines], "count": count}
    looked = bool(form.words() or form.group() or form.month.data or about)
    kept = {name: value for name, value in request.args.items() if name in ("q", "month", "kind", "about") and value}
    return render_template(
        "audit_log/index.html", search=form, looked=looked, kept=kept, pages=pages_of(count), **shown
    )


@pages.get("/audit-log.csv", endpoint="csv")
@opens_for(Permission.SEE_AUDIT_LOG)
def show_csv() -> ResponseReturnValue:
    """The same lines as a spreadsheet, the newest first."""
    form, about = _asked()
    lines, _count = audit_log.lines_of(db(), here(), wanted=_wanted(form, about), limit=_MOST_LINES, offset=0)
    names = names_in(db(), lines)
    header = [_("Day"), _("Time"), _("Who"), _("About whom"), _("What")]
    name = f"{here().slug}-audit-log.csv"
    return Response(
        spreadsheet.written([header, *(_cells(line, names) for line in lines)]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked() -> tuple[AuditSearch, Membership | None]:
    """What the address asks for; a member of another timebank is nobody here."""
    number = number_of(request.args.get("about"))
    about = directory.membership_in(db(), here(), number) if number is not None else None
    today = here().day_of(datetime.now(UTC))
    began = audit_log.began_at(db(), here())
    return AuditSearch.over(request.args, here().day_of(began) if began else today, today), about


def _wanted(form: AuditSearch, about: Membership | None) -> Wanted:
    first, before = form.moments(here())
    group = form.group()
    return Wanted(
        about=_sought(form, about),
        deeds=GROUPS[group][1] if group else None,
        first_moment=first,
        before_moment=before,
        hidden=() if Role.ADMINISTRATOR in mine().roles else FOR_ADMINISTRATORS,
    )


def _sought(form: AuditSearch, about: Membership | None) -> Sequence[Membership] | None:
    if about is not None:
        return [about, *doubles.doubles_of(db(), about)]
    if not form.words().strip():
        return None
    found, _count = directory.people_of(db(), here(), words=form.words(), limit=_MOST_NAMES, offset=0)
    return found


def _cells(line: AuditLine, names: dict[int, str]) -> list[str]:
    at = line.at.astimezone(ZoneInfo(here().time_zone))
    who = line.by.name if line.by is not None else _("the timebank")
    about = line.about.name if line.about is not None else ""
    return [at.date().isoformat(), at.strftime("%H:%M"), who, about, line_words(line, names)]
