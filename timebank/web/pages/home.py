"""The first page after signing in: how one's hours stand, what waits for an answer, and what to do next."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from timebank.exchanges import queues, told
from timebank.exchanges.queues import Group
from timebank.ledger import balances
from timebank.listings import board
from timebank.listings.board import Sought
from timebank.policy import Permission
from timebank.web import balanced, exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db

pages = area("home")
_AWAITING, _RECENT, _NEWEST, _LOOKED_AT = 10, 5, 3, 20


@pages.get("/")
@opens_for(Permission.SEE_HOME)
def show() -> ResponseReturnValue:
    """A member sees their hours, what waits for them and what is new; who looks after others sees that too."""
    account = mine().account
    awaiting, awaiting_count = queues.of_member(db(), mine(), Group.FOR_ME, limit=_AWAITING, offset=0)
    return render_template(
        "home/show.html",
        tallies=balances.tallies(db(), account.id) if account else None,
        helped=balances.helped(db(), account.id) if account else None,
        room=balanced.room_words(account, here().warn_below_minutes) if account else "",
        awaiting=awaiting,
        awaiting_count=awaiting_count,
        recent=told.recent_of(db(), mine(), _RECENT),
        board=_on_the_board(),
        approvals=_approvals(),
        balanced=balanced,
        exchanged=exchanged,
    )


def _on_the_board() -> dict[str, object]:
    """What is newest on the board, and how much of it is one's own; nothing for who does not see it."""
    if not mine().may(Permission.SEE_BOARD):
        return {}
    today = here().day_of(datetime.now(UTC))
    latest, _count = board.find(db(), here(), Sought(), today=today, limit=_LOOKED_AT, offset=0)
    newest = [one for one in latest if one.membership_id != mine().id][:_NEWEST]
    own = [one for one in board.listings_of(db(), mine()) if one.closed_at is None]
    return {"newest": newest, "own": len(own)}


def _approvals() -> int | None:
    """How many exchanges wait for a coordinator; None for who does not decide on them."""
    if not mine().may(Permission.DECIDE_EXCHANGES):
        return None
    return queues.waiting(db(), here(), None, limit=1, offset=0)[1]
