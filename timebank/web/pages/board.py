"""The pages of the board: what members offer and would like, and a member's own offers and requests."""

from datetime import UTC, date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.listings import board
from timebank.listings.models import Listing, ListingKind
from timebank.policy import Permission
from timebank.refusals import NotAllowed, Unacceptable
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.board import BoardSearch, ListingForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = area("board", prefix="/board")


@pages.get("")
@opens_for(Permission.SEE_BOARD)
def index() -> ResponseReturnValue:
    """Members and coordinators see what stands on the board, and look for what they need."""
    form = BoardSearch.over(request.args, board.categories_of(db(), here()))
    sought = form.sought()
    found, count = board.find(db(), here(), sought, today=_today(), limit=PER_PAGE, offset=offset())
    return render_template(
        "board/index.html", search=form, listings=found, count=count, pages=pages_of(count), sought=sought
    )


@pages.get("/<int:listing_id>")
@opens_for(Permission.SEE_BOARD)
def show(listing_id: int) -> ResponseReturnValue:
    """Someone reads an offer or a request, and may reply; its owner may change it or take it off the board."""
    listing = board.listing_for(db(), here(), listing_id, reader=mine())
    own = listing.membership_id == mine().id
    return render_template(
        "board/show.html", listing=listing, own=own, stands=_stands(listing, _today()), step_form=StepForm()
    )


@pages.get("/mine", endpoint="mine")
@opens_for(Permission.OFFER_AND_REQUEST)
def own() -> ResponseReturnValue:
    """A member sees all they ever put on the board, with what is off it now."""
    today = _today()
    listings = [(listing, _stands(listing, today)) for listing in board.listings_of(db(), mine())]
    return render_template("board/mine.html", listings=listings)


@pages.route("/new", methods=["GET", "POST"])
@opens_for(Permission.OFFER_AND_REQUEST)
def new() -> ResponseReturnValue:
    """A member puts an offer or a request on the board."""
    asked = request.args.get("kind", "")
    kind = asked if asked in set(ListingKind) else ListingKind.OFFER.value
    form = ListingForm.over(board.categories_of(db(), here()), _today(), kind=kind)
    if form.sent_and_valid():
        try:
            with transaction() as session:
                listing = board.write(session, form.words(), by=mine(), at=datetime.now(UTC))
        except Unacceptable as refusal:
            form.refuse(refusal, "category")
        else:
            flash(_("Thank you. It is on the board now, and others can reply to it."))
            return redirect(url_for(".show", listing_id=listing.id))
    return render_template("board/new.html", form=form), 422 if form.errors else 200


@pages.route("/<int:listing_id>/edit", methods=["GET", "POST"])
@opens_for(Permission.OFFER_AND_REQUEST)
def edit(listing_id: int) -> ResponseReturnValue:
    """A member changes what they wrote."""
    listing = _own(listing_id)
    form = ListingForm.over(board.categories_of(db(), here()), _today(), listing)
    if form.sent_and_valid():
        try:
            with transaction() as session:
                board.rewrite(session, listing_id, form.words(listing), by=mine())
        except Unacceptable as refusal:
            form.refuse(refusal, "ends_on")
        else:
            flash(_("Thank you. This is how it reads now."))
            return redirect(url_for(".show", listing_id=listing_id))
    return render_template("board/edit.html", form=form, listing=listing), 422 if form.errors else 200


@pages.post("/<int:listing_id>/close")
@opens_for(Permission.OFFER_AND_REQUEST)
def close(listing_id: int) -> ResponseReturnValue:
    """A member takes their offer or request off the board."""
    _check_sent()
    with transaction() as session:
        listing = board.close(session, listing_id, by=mine(), at=datetime.now(UTC))
    flash(_("“%(title)s” is off the board. You can put it back at any time.", title=listing.title))
    return redirect(url_for(".mine"))


@pages.post("/<int:listing_id>/open-again")
@opens_for(Permission.OFFER_AND_REQUEST)
def open_again(listing_id: int) -> ResponseReturnValue:
    """A member puts their offer or request back on the board."""
    _check_sent()
    with transaction() as session:
        listing = board.open_again(session, listing_id, by=mine())
    if _stands(listing, _today()):
        flash(_("“%(title)s” is on the board again. Thank you.", title=listing.title))
        return redirect(url_for(".mine"))
    flash(_("Its last day has passed. Choose a later day, or leave the day empty."), "sorry")
    return redirect(url_for(".edit", listing_id=listing_id))


def _today() -> date:
    return here().day_of(datetime.now(UTC))


def _stands(listing: Listing, today: date) -> bool:
    """Whether others find it on the board."""
    return listing.closed_at is None and (listing.ends_on is None or listing.ends_on >= today)


def _own(listing_id: int) -> Listing:
    listing = board.listing_for(db(), here(), listing_id, reader=mine())
    if listing.membership_id != mine().id:
        raise NotAllowed("This is someone else's to change.")
    return listing


def _check_sent() -> None:
    if not StepForm().sent_and_valid():
        raise Unacceptable("The page had grown old. Load it anew and try again.")
