"""The pages of the board: what members offer and would like, and a member's own offers and requests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.exchanges import blocking
from timebank.listings import board, fitting, picturing, searching
from timebank.listings.board import NoLongerHere
from timebank.listings.fitting import Fitting
from timebank.listings.models import Listing, ListingKind
from timebank.members import directory
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.refusals import NotAllowed, Unacceptable
from timebank.web import fitted
from timebank.web.access import area, here, mine, opens_for, takes_files
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm, check_pressed
from timebank.web.forms.board import BoardSearch, ListingForm, ListingForOthersForm, TakeDownForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer, once
from timebank.web.weekly import times_words

pages = area("board", prefix="/board")
_ON_A_SHEET = 200


@pages.get("")
@opens_for(Permission.SEE_BOARD)
def index() -> ResponseReturnValue:
    """Members and coordinators see what stands on the board, and look for what they need."""
    form = BoardSearch.over(request.args, board.categories_of(db(), here()))
    sought = form.sought()
    found = searching.search(db(), here(), sought, today=_today(), limit=PER_PAGE, offset=offset())
    return render_template(
        "board/index.html",
        search=form,
        found=found,
        pages=pages_of(found.count),
        sought=sought,
        looked=_looked(form),
        today=_today(),
    )


@pages.get("/print")
@opens_for(Permission.SEE_BOARD)
def sheet() -> ResponseReturnValue:
    """Offers and requests on a sheet for a notice board, by group, with first names only and whom to ask."""
    form = BoardSearch.over(request.args, board.categories_of(db(), here()))
    found = searching.search(db(), here(), form.sought(), today=_today(), limit=_ON_A_SHEET, offset=0)
    return render_template(
        "board/sheet.html",
        search=form,
        found=found,
        groups=_by_group(found.listings),
        first_name=_first_name,
        today=_today(),
        looked=_looked(form),
    )


@pages.get("/<int:listing_id>")
@opens_for(Permission.SEE_BOARD)
def show(listing_id: int) -> ResponseReturnValue:
    """Someone reads an offer or a request, and may reply; its owner may change it or take it off the board."""
    today = _today()
    try:
        listing = board.listing_for(db(), here(), listing_id, reader=mine(), today=today)
    except NoLongerHere:
        return render_template("board/gone.html"), 404
    may_change, own = board.may_change(listing, mine()), listing.membership_id == mine().id
    return render_template(
        "board/show.html",
        listing=listing,
        own=own,
        may_change=may_change,
        stands=board.stands(listing, today),
        ended=board.has_ended(listing, today),
        today=today,
        times=times_words({(time.weekday, time.part) for time in listing.suits}),
        fits=_fits([listing], only=None if may_change else mine())[listing.id],
        why=fitted.why,
        step_form=StepForm(),
    )


@pages.get("/mine", endpoint="mine")
@opens_for(Permission.OFFER_AND_REQUEST)
def own() -> ResponseReturnValue:
    """A member sees all they ever put on the board, with what is off it now, and what might fit what stands."""
    today = _today()
    listings = board.listings_of(db(), mine(), limit=PER_PAGE, offset=offset())
    return render_template(
        "board/mine.html",
        listings=[(listing, _stage(listing, today)) for listing in listings],
        fits=_fits([listing for listing in listings if board.stands(listing, today)], each=2),
        pages=pages_of(board.how_many_of(db(), mine())),
        why=fitted.why,
        step_form=StepForm(),
    )


@pages.route("/new", methods=["GET", "POST"])
@takes_files
@opens_for(Permission.OFFER_AND_REQUEST)
def new() -> ResponseReturnValue:
    """A member puts an offer or a request on the board."""
    asked = request.args.get("kind", "")
    kind = asked if asked in set(ListingKind) else ListingKind.OFFER.value
    form = ListingForm.over(board.categories_of(db(), here()), kind=kind)
    answer = _write(form, None) if form.sent_and_valid() else None
    if answer is None:
        return render_template("board/new.html", form=form), 422 if form.errors else 200
    return answer


@pages.route("/new/for-others", methods=["GET", "POST"])
@takes_files
@opens_for(Permission.LOG_FOR_OTHERS)
def new_for_others() -> ResponseReturnValue:
    """A coordinator puts on the board what a member told them, who has no e-mail perhaps."""
    members = [member for member in directory.names_of(db(), here()) if member.id != mine().id]
    form = ListingForOthersForm.over(
        board.categories_of(db(), here()), owner=request.args.get("for", ""), kind=ListingKind.OFFER.value
    )
    form.choose_from(members)
    answer = None
    if form.sent_and_valid():
        answer = _write(form, directory.membership_in(db(), here(), int(form.owner.data)))
    if answer is None:
        alone = not members
        return render_template("board/new_for_others.html", form=form, alone=alone), 422 if form.errors else 200
    return answer


@pages.route("/<int:listing_id>/edit", methods=["GET", "POST"])
@takes_files
@opens_for(Permission.SEE_BOARD)
def edit(listing_id: int) -> ResponseReturnValue:
    """A member changes what they wrote; a coordinator may for them."""
    listing, at = _changeable(listing_id), datetime.now(UTC)
    form = ListingForm.over(board.categories_of(db(), here()), listing)
    if form.sent_and_valid():
        try:
            with transaction() as session:
                board.rewrite(session, listing_id, form.words(), by=mine(), at=at)
                if form.drawn or form.no_picture.data:
                    picturing.show_picture(session, listing, form.drawn, by=mine(), at=at)
        except Unacceptable as refusal:
            form.told_no(refusal)
        else:
            flash(_("Thank you. This is how it reads now."))
            return redirect(url_for(".show", listing_id=listing_id))
    return render_template("board/edit.html", form=form, listing=listing), 422 if form.errors else 200


@pages.post("/<int:listing_id>/close")
@opens_for(Permission.SEE_BOARD)
def close(listing_id: int) -> ResponseReturnValue:
    """A member takes their offer or request off the board."""
    check_pressed()
    with transaction() as session:
        listing = board.close(session, listing_id, by=mine(), at=datetime.now(UTC))
    flash(_("“%(title)s” is off the board. You can put it back at any time.", title=listing.title))
    return _back_to(listing)


@pages.route("/<int:listing_id>/renew", methods=["GET", "POST"])
@opens_for(Permission.SEE_BOARD)
def renew(listing_id: int) -> ResponseReturnValue:
    """A member is asked whether it should stay on the board, or be put back; one press, and it stands."""
    form = StepForm()
    if not form.sent_and_valid():
        listing = _changeable(listing_id)
        stage = _stage(listing, _today())
        return render_template("board/renew.html", form=form, listing=listing, stage=stage), 422 if form.errors else 200
    with transaction() as session:
        listing = board.renew(session, listing_id, by=mine(), at=datetime.now(UTC))
    if board.has_ended(listing, _today()):
        flash(_("Its last day has passed. Choose a later day, or leave the day empty."), "sorry")
        return redirect(url_for(".edit", listing_id=listing_id))
    flash(_("“%(title)s” is on the board. Thank you.", title=listing.title))
    return _back_to(listing)


@pages.route("/<int:listing_id>/take-down", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def take_down(listing_id: int) -> ResponseReturnValue:
    """A coordinator takes someone's offer or request off the board, and says why."""
    listing, form = _changeable(listing_id), TakeDownForm()
    if form.sent_and_valid():
        try:
            with transaction() as session:
                word = form.word.data or ""
                board.take_down(session, listing_id, word=word, by=mine(), at=datetime.now(UTC))
        except Unacceptable as refusal:
            form.refuse(refusal, "word")
        else:
            flash(_("It is off the board, and %(name)s can read there why.", name=listing.membership.name))
            return redirect(url_for(".show", listing_id=listing_id))
    return render_template("board/take_down.html", form=form, listing=listing), 422 if form.errors else 200


def _looked(form: BoardSearch) -> dict[str, list[str]]:
    """What the address asks of the form, to be asked of another page; names of url_for's own are not among it."""
    return {name: texts for name, texts in request.args.lists() if name in form and any(texts)}


def _today() -> date:
    return here().day_of(datetime.now(UTC))


def _write(form: ListingForm, for_: Membership | None) -> ResponseReturnValue | None:
    """What was written stands on the board, and whom it might fit is told; None where the form must be mended."""
    at = datetime.now(UTC)

    def act(session: Session) -> Answer:
        listing = board.write(session, form.words(), by=mine(), at=at, for_=for_)
        if form.drawn is not None:
            picturing.show_picture(session, listing, form.drawn, by=mine(), at=at)
        without, today = blocking.blocked_ids(session, listing.membership), here().day_of(at)
        fitting.tell_owners(
            session, listing, without=without, today=today, at=at, why=lambda fit: fitted.why(fit, listing)
        )
        told = _("Thank you. It is on the board now, and others can reply to it.")
        return Answer(url_for(".show", listing_id=listing.id), [(told, "message")])

    try:
        return once(form, act)
    except Unacceptable as refusal:
        form.told_no(refusal)
        return None


def _fits(listings: Sequence[Listing], *, only: Membership | None = None, each: int = 3) -> dict[int, list[Fitting]]:
    """What might fit these, without those who do not want to hear from one another."""
    without = blocking.blocked_ids(db(), listings[0].membership) if listings else set()
    return fitting.fitting(db(), listings, today=_today(), without=without, only=only, each=each)


def _stage(listing: Listing, today: date) -> str:
    """How the listing stands, in a word that the page tells: "stands", "later", "off", "down", "ended" or "expired"."""
    if listing.taken_down_word:
        return "down"
    if listing.closed_at is not None:
        return "off"
    if board.has_ended(listing, today):
        return "ended"
    if listing.expires_on is not None and listing.expires_on < today:
        return "expired"
    return "later" if listing.starts_on is not None and listing.starts_on > today else "stands"


def _by_group(listings: Sequence[Listing]) -> list[tuple[str, list[Listing]]]:
    """The listings under the names of their groups."""
    groups: dict[str, list[Listing]] = {}
    for listing in listings:
        groups.setdefault((listing.category.parent or listing.category).name, []).append(listing)
    return sorted(groups.items())


def _first_name(owner: Membership) -> str:
    """What someone is called where everyone passes; an organisation has its whole name."""
    if owner.person is None:
        return owner.name
    return owner.person.called or owner.person.name.split()[0]


def _changeable(listing_id: int) -> Listing:
    listing = board.listing_for(db(), here(), listing_id, reader=mine(), today=_today())
    if not board.may_change(listing, mine()):
        raise NotAllowed("This is someone else's to change.")
    return listing


def _back_to(listing: Listing) -> ResponseReturnValue:
    """To one's own list, or to the listing of someone else."""
    own = listing.membership_id == mine().id
    return redirect(url_for(".mine") if own else url_for(".show", listing_id=listing.id))
