"""The first page after signing in: how one's hours stand, what waits for an answer, and what to do next."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from timebank.exchanges import blocking, queues
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.balances import Tallies
from timebank.listings import board, fitting
from timebank.members import doubles
from timebank.policy import Permission
from timebank.web import balanced, exchanged, fitted
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db

pages = area("home")
_AWAITING, _RECENT, _NEWEST, _FITTING = 10, 5, 3, 3


@pages.get("/")
@opens_for(Permission.SEE_HOME)
def show() -> ResponseReturnValue:
    """A member sees their hours, what waits for them and what is new; who looks after others sees that too."""
    account = mine().account
    awaiting, awaiting_count, recent = queues.at_home(db(), mine(), awaiting=_AWAITING, recent=_RECENT)
    return render_template(
        "home/show.html",
        tallies=Tallies(Hours(account.given_minutes), Hours(account.received_minutes)) if account else None,
        helped=balances.helped(db(), *doubles.accounts_of(db(), mine())) if account else None,
        room=balanced.room_words(account, here().warn_below_minutes) if account else "",
        awaiting=awaiting,
        awaiting_count=awaiting_count,
        recent=recent,
        board=_on_the_board(),
        approvals=_approvals(),
        balanced=balanced,
        exchanged=exchanged,
    )


def _on_the_board() -> dict[str, object]:
    """What is newest on the board, what is one's own there and what might fit it; nothing for who does not see it."""
    if not mine().may(Permission.SEE_BOARD):
        return {}
    today = here().day_of(datetime.now(UTC))
    own = board.standing_of(db(), mine(), today=today)
    without = blocking.blocked_ids(db(), mine()) if own else set()
    found = fitting.fitting(db(), own, today=today, without=without, each=_FITTING, at_a_glance=True)
    fits = [(one, listing) for listing in own for one in found[listing.id]]
    return {
        "newest": board.newest(db(), here(), besides=mine(), today=today, limit=_NEWEST),
        "own": len(own),
        "fits": sorted(fits, key=lambda pair: -pair[0].fit.score)[:_FITTING],
        "why": fitted.why,
    }


def _approvals() -> int | None:
    """How many exchanges wait for a coordinator; None for who does not decide on them."""
    if not mine().may(Permission.DECIDE_EXCHANGES):
        return None
    return queues.waiting(db(), here(), None, limit=1, offset=0)[1]
