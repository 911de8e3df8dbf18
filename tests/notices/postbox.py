"""A real mail server on loopback that keeps what it is handed, and refuses what a test tells it to."""

import email
import email.policy
import socket
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Postbox:
    """Keeps what it is handed; `refuses` are addresses that it does not know."""

    def __init__(self, refuses=()):
        self.got, self.refuses, self.connections = [], set(refuses), 0

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802 - as the server calls it
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"

    @property
    def letters(self):
        """What was handed in, as a mail program reads it."""
        return [email.message_from_bytes(content, policy=email.policy.default) for _from, _to, content in self.got]

    def subjects(self):
        return [str(letter["Subject"]) for letter in self.letters]

    def to(self):
        return [receiver for _from, receivers, _content in self.got for receiver in receivers]


def text_of(letter):
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(letter):
    return letter.get_body(("html",)).get_content()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def standing(box, port):
    """The server stands at the port for as long as the block runs."""
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
