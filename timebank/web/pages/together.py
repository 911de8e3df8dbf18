"""The page on which a coordinator logs what many shared: a row for each exchange, a look at all, then one yes."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.exchanges.together import Row, record_together
from timebank.hours import Hours
from timebank.listings import board
from timebank.members import directory
from timebank.members.models import Membership
from timebank.members.naming import told_apart
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db
from timebank.web.forms.together import TogetherForm
from timebank.web.once import Answer
from timebank.web.words import day, hours

pages = area("together", prefix="/log")


@pages.route("/together", methods=["GET", "POST"])
@opens_for(Permission.LOG_FOR_OTHERS)
def log() -> ResponseReturnValue:
    """A coordinator logs up to twenty exchanges at once, all of them or none."""
    form, at = TogetherForm(), datetime.now(UTC)
    people, kinds = directory.names_of(db(), here()), board.categories_of(db(), here())
    form.choose_from(people, _load, kinds, at, here().day_of(at))

    def page() -> str:
        names = [told_apart(one) for one in people]
        return render_template("together/log.html", form=form, names=names, kinds=[one.name for one in kinds])

    def foresee(_session: Session) -> Asked:
        return _asked(form.told(), both_told=bool(form.both_told.data))

    def act(session: Session) -> Answer:
        key, both = str(form.key.data), bool(form.both_told.data)
        made = record_together(session, form.told(), key=key, both_told=both, by=mine(), at=at)
        return Answer(url_for("today.show"), [(_thanks(len(made), both_told=both), "message")])

    return ask_and_do(form, page=page, foresee=foresee, act=act)


def _load(ids: Collection[int]) -> Sequence[Membership]:
    return directory.members_with(db(), ids)


def _asked(rows: Sequence[Row], *, both_told: bool) -> Asked:
    """What would be written, row by row."""
    total = hours(Hours(sum(row.hours.minutes for row in rows)))
    would = [_row_told(row) for row in rows]
    would.append(_("All together: %(hours)s.", hours=total))
    would.append(
        _("Nobody is asked again, since both told you. They wait for a coordinator’s approval.")
        if both_told
        else _("The other one is asked each time whether it is right.")
    )
    question = ngettext("Log this exchange?", "Log these %(num)d exchanges?", len(rows))
    return Asked(question, would, ngettext("Log it", "Log all %(num)d", len(rows)))


def _row_told(row: Row) -> str:
    told = _(
        "%(giver)s gave %(receiver)s %(hours)s on %(day)s: %(title)s.",
        giver=row.provider.name,
        receiver=row.receiver.name,
        hours=hours(row.hours),
        day=day(row.served_on),
        title=row.title,
    )
    if row.hours.minutes > here().outlier_minutes:
        told += " " + _("That is unusually long.")
    return str(told)


def _thanks(count: int, *, both_told: bool) -> str:
    if both_told:
        return str(
            ngettext(
                "Thank you. One exchange is logged and waits to be approved.",
                "Thank you. %(num)d exchanges are logged and wait to be approved.",
                count,
            )
        )
    return str(
        ngettext(
            "Thank you. One exchange is logged, and the other one is asked.",
            "Thank you. %(num)d exchanges are logged, and the others are asked.",
            count,
        )
    )
