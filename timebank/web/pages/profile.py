"""The pages where a member keeps their own page, and a coordinator that of someone who does not do it themselves."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.listings import assets
from timebank.listings.assets import TooMany
from timebank.listings.categories import categories_of
from timebank.listings.models import Asset, Need
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.page import Shown
from timebank.members.profiles import Page
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for, takes_files
from timebank.web.database import db, transaction
from timebank.web.forms.base import Form, StepForm, check_pressed
from timebank.web.forms.profile import AboutForm, AssetForm, NeedForm, PictureForm, ReadersForm, TimesForm
from timebank.web.profiled import FIELDS, READERS, by_kind, seen, times_words

pages = area("profile")
_TAKEN_AWAY = "taken_away"
"""Under this name the cookie of someone who has just taken something away holds what it was, to be put back."""


@pages.get("/me")
@opens_for(Permission.KEEP_OWN_PAGE)
def me() -> ResponseReturnValue:
    """A member sees all that they tell of themselves and who reads it, and can change it."""
    return _show(profiles.page_for(db(), here(), mine().id, reader=mine()))


@pages.get("/members/<int:membership_id>/edit")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def edit(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees and changes a member's page for them."""
    return _show(_to_write(membership_id))


@pages.get("/members/<int:membership_id>/preview")
@opens_for(Permission.SEE_MEMBERS)
def preview(membership_id: int) -> ResponseReturnValue:
    """Whose page it is sees it as others do: a member, someone with whom they agreed, a coordinator."""
    page = _to_write(membership_id)
    told = request.args.get("as", Readers.MEMBERS)
    eyes = Readers(told) if told in set(Readers) else Readers.MEMBERS
    brings, needs = assets.brings_and_needs(db(), page.membership)
    return render_template(
        "profile/preview.html", page=page, eyes=eyes, seen=seen(page, eyes, brings, needs), back=_back(page)
    )


@pages.route("/members/<int:membership_id>/about", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def about(membership_id: int) -> ResponseReturnValue:
    """What they say of themselves is written, or changed."""
    page = _to_write(membership_id)
    form = AboutForm.over(page)
    if form.sent_and_valid():
        with transaction() as db_:
            profiles.write(db_, page.membership, form.words(), by=mine(), at=datetime.now(UTC))
        return _saved(page, _("Thank you. This is how it reads now."))
    return _form("profile/about.html", page, form)


@pages.route("/members/<int:membership_id>/picture", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
@takes_files
def picture(membership_id: int) -> ResponseReturnValue:
    """A picture is put on the page, or taken away for the initials."""
    page = _to_write(membership_id)
    form = PictureForm.over(page)
    if form.sent_and_valid():
        with transaction() as db_:
            drawn = None if form.takes_away else form.picture.data
            profiles.show_picture(db_, page.membership, drawn, by=mine(), at=datetime.now(UTC))
        return _saved(page, _("The picture is on the page.") if drawn else _("The initials stand on the page now."))
    return _form("profile/picture.html", page, form)


@pages.route("/members/<int:membership_id>/times", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def times(membership_id: int) -> ResponseReturnValue:
    """It is said when in the week they usually have time."""
    page = _to_write(membership_id)
    form = TimesForm(data={"times": page.times})
    if form.sent_and_valid():
        with transaction() as db_:
            profiles.keep_times(db_, page.membership, form.times.data, by=mine(), at=datetime.now(UTC))
        return _saved(page, _("Thank you. The times are kept."))
    return _form("profile/times.html", page, form)


@pages.route("/members/<int:membership_id>/readers", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def readers(membership_id: int) -> ResponseReturnValue:
    """It is chosen who reads what of the page."""
    page = _to_write(membership_id)
    form = ReadersForm.over(page.readers)
    if form.sent_and_valid():
        with transaction() as db_:
            profiles.choose_readers(db_, page.membership, form.chosen(), by=mine(), at=datetime.now(UTC))
        return _saved(page, _("Thank you. From now on it is read just so."))
    return _form("profile/readers.html", page, form)


@pages.route("/members/<int:membership_id>/assets/new", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def new_asset(membership_id: int) -> ResponseReturnValue:
    """One more thing that they can bring."""
    page, form = _to_write(membership_id), AssetForm.over(categories_of(db(), here()))
    if form.sent_and_valid():
        try:
            with transaction() as db_:
                assets.add(db_, page.membership, form.told(), by=mine(), at=datetime.now(UTC))
        except TooMany as no:
            form.refuse(no, "title")
        else:
            return _saved(page, _("“%(title)s” is on the page.", title=form.title.data))
    return _form("profile/asset.html", page, form)


@pages.route("/members/<int:membership_id>/assets/<int:asset_id>", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def asset(membership_id: int, asset_id: int) -> ResponseReturnValue:
    """What they can bring is told otherwise."""
    page = _to_write(membership_id)
    thing = assets.asset_of(db(), page.membership, asset_id)
    form = AssetForm.over(categories_of(db(), here()), thing)
    if form.sent_and_valid():
        with transaction() as db_:
            assets.change(db_, thing, page.membership, form.told(), by=mine(), at=datetime.now(UTC))
        return _saved(page, _("Thank you. This is how it reads now."))
    return _form("profile/asset.html", page, form, thing=thing)


@pages.post("/members/<int:membership_id>/assets/<int:asset_id>/take-away")
@opens_for(Permission.SEE_MEMBERS)
def take_asset(membership_id: int, asset_id: int) -> ResponseReturnValue:
    """Something that they brought is no longer on the page; it can be put back."""
    page = _to_write(membership_id)
    return _take_away(page, assets.asset_of(db(), page.membership, asset_id))


@pages.route("/members/<int:membership_id>/needs/new", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def new_need(membership_id: int) -> ResponseReturnValue:
    """One more thing that they would be glad of."""
    page, form = _to_write(membership_id), NeedForm.over(categories_of(db(), here()))
    if form.sent_and_valid():
        try:
            with transaction() as db_:
                title, kind = str(form.title.data), form.category_id
                assets.add_need(db_, page.membership, title, by=mine(), at=datetime.now(UTC), category_id=kind)
        except TooMany as no:
            form.refuse(no, "title")
        else:
            return _saved(page, _("“%(title)s” is on the page.", title=form.title.data))
    return _form("profile/need.html", page, form)


@pages.route("/members/<int:membership_id>/needs/<int:need_id>", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
def need(membership_id: int, need_id: int) -> ResponseReturnValue:
    """What they would be glad of is told otherwise."""
    page = _to_write(membership_id)
    thing = assets.need_of(db(), page.membership, need_id)
    form = NeedForm.over(categories_of(db(), here()), thing)
    if form.sent_and_valid():
        with transaction() as db_:
            title, kind, at = str(form.title.data), form.category_id, datetime.now(UTC)
            assets.change_need(db_, thing, page.membership, title, by=mine(), at=at, category_id=kind)
        return _saved(page, _("Thank you. This is how it reads now."))
    return _form("profile/need.html", page, form, thing=thing)


@pages.post("/members/<int:membership_id>/needs/<int:need_id>/take-away")
@opens_for(Permission.SEE_MEMBERS)
def take_need(membership_id: int, need_id: int) -> ResponseReturnValue:
    """Something that they would be glad of is no longer on the page; it can be put back."""
    page = _to_write(membership_id)
    return _take_away(page, assets.need_of(db(), page.membership, need_id))


def _to_write(membership_id: int) -> Page:
    """The page of this member, for whoever may write it."""
    page = profiles.page_for(db(), here(), membership_id, reader=mine())
    profiles.check_writer(mine(), page.membership)
    return page


def _is_own(page: Page) -> bool:
    return page.membership.id == mine().id


def _home(page: Page) -> str:
    return url_for(".me") if _is_own(page) else url_for(".edit", membership_id=page.membership.id)


def _back(page: Page) -> dict[str, str]:
    label = _("My page") if _is_own(page) else _("Page of %(name)s", name=page.membership.name)
    return {"href": _home(page), "label": label}


def _saved(page: Page, thanks: str) -> ResponseReturnValue:
    flash(thanks)
    return redirect(_home(page))


def _form(template: str, page: Page, form: Form, thing: Asset | Need | None = None) -> ResponseReturnValue:
    told = {"page": page, "form": form, "own": _is_own(page), "back": _back(page), "thing": thing}
    return render_template(template, **told, step_form=StepForm(formdata=None)), 422 if form.errors else 200


def _show(page: Page) -> ResponseReturnValue:
    brings, needs = assets.brings_and_needs(db(), page.membership)
    gone = session.pop(_TAKEN_AWAY, None)
    return render_template(
        "profile/show.html",
        page=page,
        own=_is_own(page),
        seen=seen(page, Readers.COORDINATORS, brings, needs),
        brings=by_kind(brings),
        needs=needs,
        times=times_words(page.times),
        readers={field.value: READERS[page.readers[field]] for field in FIELDS},
        Shown=Shown,
        gone=gone if gone and gone["membership"] == page.membership.id else None,
        step_form=StepForm(formdata=None),
    )


def _take_away(page: Page, thing: Asset | Need) -> ResponseReturnValue:
    check_pressed()
    told = {"title": thing.title, "category": str(thing.category_id or "")}
    if isinstance(thing, Asset):
        told |= {"kind": thing.kind.value, "note": thing.note}
    with transaction() as db_:
        assets.take_away(db_, thing, page.membership, by=mine(), at=datetime.now(UTC))
    session[_TAKEN_AWAY] = {"membership": page.membership.id, "told": told}
    return redirect(_home(page))
