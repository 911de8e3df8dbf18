"""What someone wrote in a form that another page came before: carried along and shown again, never sent by itself."""

from urllib.parse import parse_qsl, urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from timebank.web.forms.base import KEPT, StepForm

_NEVER = frozenset({"csrf_token", KEPT, "current"})
"""What is carried through no page: the token of another sign-in, and a password."""
LONGEST = 120_000
"""How many signs of a form are carried along; a longer one is lost."""


def draft() -> str:
    """The form that was sent, as a page in between carries it."""
    told = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER]
    written = urlencode(told)
    return written if len(written) <= LONGEST else ""


def show(wanted: str, written: str) -> ResponseReturnValue:
    """A page whose one button shows the form again with all that was written, and sends nothing by itself."""
    told = parse_qsl(written, keep_blank_values=True)
    return render_template("parts/kept.html", form=StepForm(formdata=None), wanted=wanted, draft=told, kept=KEPT)


def within(wanted: str) -> str:
    """The path, if it leads to a page of ours; elsewhere leads nowhere."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside and len(wanted) <= 500 else ""
