"""What we say of the pages themselves: how anyone can use them, and what is kept of whom."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from timebank.web.access import opens_for_everyone

pages = Blueprint("about", __name__)


@pages.get("/accessibility")
@opens_for_everyone
def accessibility() -> ResponseReturnValue:
    """How the pages work for everyone, and what to do where they do not."""
    return render_template("about/accessibility.html")


@pages.get("/privacy")
@opens_for_everyone
def privacy() -> ResponseReturnValue:
    """What is kept of whom, who sees it, and what a funder never sees."""
    return render_template("about/privacy.html")
