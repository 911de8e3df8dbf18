"""The pages of the terms: everyone reads them, an administrator publishes them, members agree, also on paper."""

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.care import finding, terms
from timebank.care.models import Terms
from timebank.care.terms import TermsHaveChanged
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.refusals import NotFound, Unacceptable
from timebank.web import drafts
from timebank.web.access import area, here, me, mine, opens_before_terms, opens_for, opens_for_everyone
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db, transaction
from timebank.web.forms.terms import AgreeForm, PaperForm, TermsForm
from timebank.web.frame import landing
from timebank.web.lists import PER_PAGE, number_of, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer
from timebank.web.termed import pieces

pages = area("terms", prefix="/terms")


@pages.get("")
@opens_for_everyone
def show() -> ResponseReturnValue:
    """Everyone reads the terms as they are now."""
    return _reading(terms.current(db(), here()))


@pages.get("/<int:number>")
@opens_for_everyone
def version(number: int) -> ResponseReturnValue:
    """Everyone reads one version of the terms, also an earlier one."""
    return _reading(terms.version_of(db(), here(), number))


@pages.route("/agree", methods=["GET", "POST"])
@opens_for(Permission.SEE_HOME)
@opens_before_terms
def agree() -> ResponseReturnValue:
    """A member reads what is new and agrees; nothing else of this timebank opens before.

    Who acts for somebody is asked for themselves here, and never agrees for the other.
    """
    form = AgreeForm()
    if request.method == "GET":
        form.wanted.data = drafts.within(request.args.get("wanted", ""))
    wanted = drafts.within(form.wanted.data or "")
    if g.terms_to_agree is None:
        return redirect(wanted or url_for(".show"))
    if not form.sent_and_valid():
        return _agree_page(form), 422 if form.errors else 200
    try:
        with transaction() as session:
            terms.agree(session, _own(), number_of(form.terms.data) or 0, at=datetime.now(UTC))
    except TermsHaveChanged as refusal:
        form.refuse(refusal)
        return _agree_page(form), 409
    if form.draft.data and wanted:
        return drafts.show(wanted, form.draft.data)
    flash(_("Thank you. It is written down that you agree."))
    return redirect(wanted or url_for(landing(mine().roles)))


@pages.route("/edit", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def edit() -> ResponseReturnValue:
    """An administrator writes the terms, sees them as they will be read, and publishes them."""
    now = terms.current(db(), here())
    form = TermsForm(data={"text": now.text if now else ""})
    return ask_and_do(
        form,
        page=lambda: render_template("terms/edit.html", form=form, now=now),
        foresee=lambda session: _foreseen(session, form, now),
        act=lambda session: _published(session, form),
        places={Unacceptable: "text"},
    )


@pages.route("/on-paper", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def on_paper() -> ResponseReturnValue:
    """A coordinator sees who has not agreed yet, and writes down who has signed on paper."""
    now = terms.current(db(), here())
    if now is None:
        return redirect(url_for(".show"))
    form = PaperForm(data={"terms": now.id})
    return ask_and_do(
        form,
        page=lambda: _paper_page(form, now),
        foresee=lambda session: _signed(session, now),
        act=lambda session: _written_down(session, form),
    )


def ask_first() -> ResponseReturnValue:
    """Whoever has yet to agree in the middle of a form reads the terms first, and what they wrote goes along."""
    form = AgreeForm(formdata=None)
    form.draft.data = drafts.draft()
    form.wanted.data = drafts.within(request.full_path.rstrip("?")) if form.draft.data else ""
    return _agree_page(form), 403


def _reading(shown: Terms | None) -> ResponseReturnValue:
    every = terms.versions(db(), here())
    before = next((one for one in every if shown is not None and one.version < shown.version), None)
    told = pieces(shown.text, before.text if before else None) if shown else []
    return render_template("terms/show.html", shown=shown, versions=every, before=before, pieces=told)


def _agree_page(form: AgreeForm) -> str:
    now = terms.current(db(), here())
    if now is None:
        raise NotFound("There are no terms here.")
    before = terms.last_agreed(db(), _own())
    form.terms.data = now.id
    return render_template(
        "terms/agree.html",
        form=form,
        now=now,
        before=before,
        pieces=pieces(now.text, before.text if before else None),
        pieces_before=pieces(before.text) if before else [],
    )


def _own() -> Membership:
    """The membership of who is signed in, also while they act for somebody else."""
    membership, _asked = terms.at_the_door(db(), here(), me())
    return membership or mine()


def _foreseen(session: Session, form: TermsForm, now: Terms | None) -> Asked:
    text = terms.check_text(form.text.data or "", now)
    asked = terms.members_asked(session, here())
    would = [
        ngettext(
            "%(num)d member is told, and asked to agree before anything else opens.",
            "%(num)d members are told, and each is asked to agree before anything else opens.",
            asked,
        ),
        _("Those who agreed on paper before are asked again too: coordinators have a list of who has not agreed yet."),
        _("A version that was published stays as it is. To change a word, publish a new one."),
    ]
    question = _("Publish version %(version)d of the terms?", version=now.version + 1 if now else 1)
    return Asked(question, would, _("Yes, publish them"), pieces=pieces(text, now.text if now else None))


def _published(session: Session, form: TermsForm) -> Answer:
    new = terms.publish(session, here(), form.text.data or "", by=mine(), at=datetime.now(UTC))
    done = _("Version %(version)d of the terms holds from now on.", version=new.version)
    return Answer(url_for(".show"), [(done, "message")])


def _paper_page(form: PaperForm, now: Terms) -> str:
    form.terms.data = now.id
    missing, count = terms.yet_to_agree(db(), here(), now, limit=PER_PAGE, offset=offset())
    return render_template(
        "terms/on_paper.html", form=form, now=now, missing=missing, count=count, pages=pages_of(count)
    )


def _ticked() -> list[int]:
    told = [number_of(text) for text in request.form.getlist("ids")]
    ids = list(dict.fromkeys(number for number in told if number is not None))
    if not ids or len(ids) > PER_PAGE:
        raise Unacceptable("Tick who has signed.")
    return ids


def _signed(session: Session, now: Terms) -> Asked:
    ids = _ticked()
    names = [one.name for one in finding.of_ids(session, here(), ids)]
    if len(names) != len(ids):
        raise NotFound("There is no such person in this timebank.")
    question = ngettext(
        "Write down that %(num)d member has signed?", "Write down that %(num)d have signed?", len(names)
    )
    would = [_("%(name)s agrees to version %(version)d.", name=name, version=now.version) for name in names]
    would.append(_("This cannot be taken back. Keep the paper that they signed."))
    return Asked(question, would, _("Yes, they have signed"))


def _written_down(session: Session, form: PaperForm) -> Answer:
    held = number_of(form.terms.data) or 0
    signed = terms.agree_on_paper(session, here(), _ticked(), held, by=mine(), at=datetime.now(UTC))
    done = ngettext("It is written down for %(num)d member.", "It is written down for %(num)d members.", len(signed))
    return Answer(url_for(".on_paper"), [(done, "message")])
