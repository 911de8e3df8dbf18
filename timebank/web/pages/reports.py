"""The pages of the contribution report: exact for coordinators, and for funders as it was released."""

from datetime import UTC, date, datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.policy import Permission
from timebank.refusals import Unacceptable
from timebank.reports import document, releases, spreadsheet
from timebank.reports.contribution import contribution_report, first_day_given
from timebank.reports.document import Document
from timebank.reports.period import Period
from timebank.web import reported
from timebank.web.access import area, here, me, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.reports import MonthsForm, ReleaseForm

pages = area("reports", prefix="/reports")
_MONTHS_AT_FIRST = 6


@pages.get("/")
@opens_for(Permission.SEE_RELEASES)
def index() -> ResponseReturnValue:
    """Whoever may read releases sees them, the latest first; a coordinator also sees what can be released."""
    found = releases.releases_of(db(), here())
    at, ready = datetime.now(UTC), []
    if mine().may(Permission.RELEASE_REPORTS):
        ready = releases.may_be_released(db(), here(), at=at)
    return render_template(
        "reports/index.html",
        releases=[(one, reported.period_words(releases.period_of(one))) for one in found],
        ready=[(period, reported.period_words(period), here().day_of(at) in period) for period in ready],
    )


@pages.get("/draft")
@opens_for(Permission.SEE_REPORTS)
def draft() -> ResponseReturnValue:
    """A coordinator sees the exact figures of the months they choose, as they are now."""
    at = datetime.now(UTC)
    form, period = _months_form(here().day_of(at))
    report = reported.exactly(contribution_report(db(), here(), period))
    return render_template(
        "reports/draft.html",
        form=form,
        report=report,
        chart=reported.chart(report),
        columns=reported.columns(report),
        words=reported,
        can_release=period in releases.may_be_released(db(), here(), at=at),
    ), 422 if form.errors else 200


@pages.get("/draft.csv")
@opens_for(Permission.SEE_REPORTS)
def draft_csv() -> ResponseReturnValue:
    """A coordinator takes the exact figures along as a spreadsheet."""
    period = _period_asked(here().day_of(datetime.now(UTC)))
    return _file(spreadsheet.of_report(contribution_report(db(), here(), period)), period, "csv", exact=True)


@pages.get("/draft.json")
@opens_for(Permission.SEE_REPORTS)
def draft_json() -> ResponseReturnValue:
    """A coordinator takes the exact figures along for another program."""
    period = _period_asked(here().day_of(datetime.now(UTC)))
    text = document.exact_as_json(contribution_report(db(), here(), period), timebank=here().name)
    return _file(text.encode(), period, "json", exact=True)


@pages.get("/release")
@opens_for(Permission.RELEASE_REPORTS)
def preview() -> ResponseReturnValue:
    """A coordinator sees all that a release would print, and what it would withhold, and is asked."""
    return _show_preview(Period.read(request.args.get("period", "")))


@pages.post("/release")
@opens_for(Permission.RELEASE_REPORTS)
def release() -> ResponseReturnValue:
    """A coordinator has released the report, and funders may read it."""
    form = ReleaseForm()
    period = Period.read(form.period.data or "")
    if not form.sent_and_valid():
        return _show_preview(period, form)
    try:
        with transaction() as session:
            at = datetime.now(UTC)
            released = releases.release(session, here(), period, by=me(), at=at, seen=form.seen.data or "")
            audit_log.note(session, Deed.RELEASED, by=mine(), about=None, at=at, what=str(period))
    except releases.Changed as refusal:
        form.refuse(refusal)
        return _show_preview(period, form)
    flash(_("The report is released. Everyone who reads reports here can see it now."))
    return redirect(url_for(".show", release_id=released.id))


@pages.get("/<int:release_id>")
@opens_for(Permission.SEE_RELEASES)
def show(release_id: int) -> ResponseReturnValue:
    """Anyone who may read releases sees one, as it was released and never otherwise."""
    found = releases.get_release(db(), here(), release_id)
    return render_template("reports/show.html", release=found, **_told(releases.reading(found)))


@pages.get("/<int:release_id>.csv")
@opens_for(Permission.SEE_RELEASES)
def show_csv(release_id: int) -> ResponseReturnValue:
    """The released figures as a spreadsheet, from the frozen document."""
    paper = releases.reading(releases.get_release(db(), here(), release_id))
    content = spreadsheet.of_document(paper, notes=[_("* is withheld."), *reported.rules(paper.threshold)])
    return _file(content, paper.report.period, "csv")


@pages.get("/<int:release_id>.json")
@opens_for(Permission.SEE_RELEASES)
def show_json(release_id: int) -> ResponseReturnValue:
    """The frozen document itself, letter by letter, so that its digest can be checked."""
    found = releases.get_release(db(), here(), release_id)
    paper = releases.reading(found)
    return _file(found.document.encode(), paper.report.period, "json")


def _show_preview(period: Period, form: ReleaseForm | None = None) -> ResponseReturnValue:
    """The draft of a release as it is now, with its button; on top the errors of the form, if one was sent."""
    paper = releases.draft_of(db(), here(), period, at=datetime.now(UTC))
    status = 422 if form and form.errors else 200
    form = form or ReleaseForm(formdata=None)
    form.period.data, form.seen.data = str(period), paper.fingerprint
    told = _told(paper)
    return render_template("reports/preview.html", form=form, withheld=reported.withheld(paper.report), **told), status


def _told(paper: Document) -> dict[str, object]:
    """What the pages of a release are drawn from: the document and nothing else."""
    report = reported.as_shown(paper.report)
    return {
        "paper": paper,
        "report": report,
        "chart": reported.chart(report),
        "columns": reported.columns(report),
        "rules": reported.rules(paper.threshold),
        "words": reported,
    }


def _period_asked(today: date) -> Period:
    """The months that the address asks for: as one period, as first and last month, or lately."""
    told = request.args
    if "period" in told:
        return Period.read(told["period"])
    if "first" in told or "last" in told:
        return Period.read(f"{told.get('first', '')}..{told.get('last', '')}")
    return _lately(today)


def _lately(today: date) -> Period:
    """The month of this day and the five before it."""
    month = Period.of_month(today)
    for _number in range(_MONTHS_AT_FIRST - 1):
        month = month.before
    return Period(month.first_day, Period.of_month(today).day_after)


def _months_form(today: date) -> tuple[MonthsForm, Period]:
    """The months that were asked for, to choose from all since the first hours; a no to them is told in the form."""
    refusal = None
    try:
        period = _period_asked(today)
    except Unacceptable as why:
        period, refusal = _lately(today), why
    first = min(first_day_given(db(), here()) or today, period.first_day)
    last = max(Period.of_month(today).day_after, period.day_after)
    form = MonthsForm.over(period, choices=Period(Period.of_month(first).first_day, last))
    if refusal is not None:
        form.refuse(refusal)
    return form, period


def _file(content: bytes, period: Period, kind: str, *, exact: bool = False) -> Response:
    """An answer that is saved as a file with a name that tells what is in it."""
    name = f"{here().slug}-{str(period).replace('..', '-to-')}{'-exact' if exact else ''}.{kind}"
    kinds = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    return Response(
        content, content_type=kinds[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
