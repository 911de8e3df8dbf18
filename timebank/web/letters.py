"""Sends letters that cannot wait in the outbox, since they hold a secret: after the commit, and beside the pages.

So nobody can tell from the time that a page takes whom we know.
"""

import logging
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app

from config import Settings
from timebank.notices.letters import Letter, MailFolder, MailServer, Means, Undelivered, send

_log = logging.getLogger(__name__)


def init(app: Flask) -> None:
    """The application has somebody who carries its letters."""
    app.extensions["letters"] = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def post(letters: list[Letter]) -> None:
    """The letters are on their way; a mail server that fails is written to the log and stops nothing."""
    settings: Settings = current_app.config["TIMEBANK"]
    by = means(settings)
    carrier: ThreadPoolExecutor = current_app.extensions["letters"]
    for letter in letters:
        carrier.submit(_carry, letter, by)


def address(path: str) -> str:
    """The whole address of a page, as a letter carries it."""
    settings: Settings = current_app.config["TIMEBANK"]
    # Never as the reader's browser says: whoever asks for someone else's password could name a host of their own.
    return f"{settings.address.rstrip('/') or f'http://{settings.host}:{settings.port}'}{path}"


def means(settings: Settings) -> Means:
    """How this install sends letters."""
    if settings.mail_server:
        return MailServer(
            host=settings.mail_server,
            port=settings.mail_port,
            sender=settings.mail_sender,
            username=settings.mail_username,
            password=settings.mail_password,
            starttls=settings.mail_starttls,
        )
    if settings.mail_folder:
        return MailFolder(settings.instance / settings.mail_folder, settings.mail_sender)
    return None


def _carry(letter: Letter, by: Means) -> None:
    try:
        send(letter, by)
    except Undelivered as error:
        _log.warning("A letter to %s could not be sent: %s", letter.to, error)
