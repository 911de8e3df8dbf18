"""Letters leave for a real mail server, or for the console where there is none; a failing server stops nothing."""

import logging
import socket

import pytest
from aiosmtpd.controller import Controller

from timebank.notices.letters import Letter, MailServer, send
from timebank.web import letters

LETTER = Letter(to="ana@example.org", subject="Ein neues Paßwort", text="Open this address:\n\nhttps://x.example/é\n")


class Postbox:
    """Keeps what it is handed."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - as the server calls it
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


@pytest.fixture
def postbox():
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def test_a_letter_reaches_the_mail_server(postbox):
    send(LETTER, MailServer("127.0.0.1", postbox.port, "timebank@example.org", starttls=False))

    ((sender, receivers, content),) = postbox.got
    assert (sender, receivers) == ("timebank@example.org", ["ana@example.org"])
    assert "Subject: Ein neues =?utf-8?q?Pa=C3=9Fwort?=" in content
    assert "Open this address:" in content


def test_without_a_mail_server_it_is_printed(capsys):
    send(LETTER, None)

    assert "To: ana@example.org" in capsys.readouterr().err


def test_a_failing_server_is_logged_and_stops_nothing(caplog):
    with caplog.at_level(logging.WARNING):
        letters._carry(LETTER, MailServer("127.0.0.1", 1, "timebank@example.org"))

    assert "could not be sent" in caplog.text
