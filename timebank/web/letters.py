"""Sends letters after the commit, beside the pages, so that nobody can tell from the time whom we know."""

import logging
import smtplib
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app

from config import Settings
from timebank.notices.letters import Letter, MailServer, send

_log = logging.getLogger(__name__)


def init(app: Flask) -> None:
    """The application has somebody who carries its letters."""
    app.extensions["letters"] = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def post(letters: list[Letter]) -> None:
    """The letters are on their way; a mail server that fails is written to the log and stops nothing."""
    settings: Settings = current_app.config["TIMEBANK"]
    server = _server(settings)
    carrier: ThreadPoolExecutor = current_app.extensions["letters"]
    for letter in letters:
        carrier.submit(_carry, letter, server)


def address(path: str) -> str:
    """The whole address of a page, as a letter carries it."""
    settings: Settings = current_app.config["TIMEBANK"]
    # Never as the reader's browser says: whoever asks for someone else's password could name a host of their own.
    return f"{settings.address.rstrip('/') or f'http://{settings.host}:{settings.port}'}{path}"


def _server(settings: Settings) -> MailServer | None:
    if not settings.mail_server:
        return None
    return MailServer(
        host=settings.mail_server,
        port=settings.mail_port,
        sender=settings.mail_sender,
        username=settings.mail_username,
        password=settings.mail_password,
        starttls=settings.mail_starttls,
    )


def _carry(letter: Letter, server: MailServer | None) -> None:
    try:
        send(letter, server)
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("A letter to %s could not be sent: %s", letter.to, error)
