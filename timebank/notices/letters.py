"""Letters, and how they leave: by a mail server, into a folder, or onto the console; never inside a transaction."""

import re
import smtplib
import ssl
import sys
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from pathlib import Path
from types import TracebackType
from typing import Self

_WHOLE = frozenset({"list-unsubscribe", "message-id"})
_ONE_ADDRESS = re.compile(r"[^\s,;:<>@\"()\x00-\x1f]+@[^\s,;:<>@\"()\x00-\x1f]+")
_SUBMISSIONS = 465
"""The port at which a server speaks TLS from the first word."""
_TIMEOUT_SECONDS = 20


class _Written(EmailPolicy):
    """How letters are written: an address that leads somewhere stays in one piece, which Python would encode."""

    def fold(self, name: str, value: str) -> str:
        """The header, as text."""
        return f"{name}: {value}{self.linesep}" if name.lower() in _WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header, as it is sent."""
        return self.fold(name, value).encode() if name.lower() in _WHOLE else super().fold_binary(name, value)


_PLAIN = _Written(linesep="\r\n", cte_type="7bit")
"""What every mail server takes, also one that knows nothing but ASCII."""


class Undelivered(Exception):
    """A letter did not leave; the message says why, as the server told it."""


class Refused(Undelivered):
    """The letter was not taken; others may be."""


class Unreachable(Undelivered):
    """No mail server could be spoken with; no letter leaves just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What someone is told; `stop` is the address at which one click ends letters of its kind."""

    to: str
    subject: str
    text: str
    html: str = ""
    to_name: str = ""
    from_name: str = ""
    language: str = ""
    key: str = ""
    stop: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and who they come from."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    starttls: bool = True


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder in which letters are laid as files, for another program to fetch, or for looking at."""

    path: Path
    sender: str


Means = MailServer | MailFolder | None
"""How letters leave; None prints them to the console."""


def send(letter: Letter, means: Means) -> None:
    """The letter has left.

    Raises:
        Undelivered: it has not.
    """
    with carrier(means) as carries:
        carries.hand_in(letter)


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The letter as mail servers read it: plain text, and HTML beside it; no name or title can add a header.

    A letter with a key has the same Message-ID each time, so that one that left twice is shown once.

    Raises:
        Refused: nothing could be sent to such an address.
    """
    message = EmailMessage(policy=_PLAIN)
    named, sent_from = parseaddr(sender)
    domain = sent_from.rpartition("@")[2] or "localhost"
    try:
        message["From"] = _address(letter.from_name or named, sent_from)
        message["To"] = _address(letter.to_name, letter.to)
        message["Subject"] = _in_one_line(letter.subject)
        message["Date"] = format_datetime(letter.at or localtime())
        message["Message-ID"] = f"<{letter.key}@{domain}>" if letter.key else make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        if letter.stop:
            message["List-Unsubscribe"] = f"<{letter.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
        if letter.language:
            message["Content-Language"] = letter.language
    except (ValueError, MessageError) as error:
        raise Refused(f"The letter cannot be written: {error}") from error
    return message


class Carrier(AbstractContextManager["Carrier"]):
    """Carries letters, one after the other, for as long as it is open."""

    def hand_in(self, letter: Letter) -> None:
        """The letter has left.

        Raises:
            Refused, Unreachable: it has not.
        """
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Nothing is left open."""


class _Printed(Carrier):
    def hand_in(self, letter: Letter) -> None:
        told = f"\nTo: {_in_one_line(letter.to)}\nSubject: {_in_one_line(letter.subject)}\n\n{letter.text}\n"
        print(told, file=sys.stderr, flush=True)


class _Filed(Carrier):
    """Lays each letter as a file; one with a key always as the same, so that it is there once."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder

    def hand_in(self, letter: Letter) -> None:
        message = compose(letter, self._folder.sender)
        path = self._folder.path / f"{str(message['Message-ID']).strip('<>').partition('@')[0]}.eml"
        try:
            self._folder.path.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(message.as_bytes())
            unfinished.replace(path)
        except OSError as error:
            raise Unreachable(f"{self._folder.path}: {error.strerror or error}") from error


class _Mailed(Carrier):
    """Hands all letters in over one connection, made with the first; a server that closed it is called once more."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None

    def hand_in(self, letter: Letter) -> None:
        message = compose(letter, self._server.sender)
        called_before = self._line is not None
        try:
            self._hand_in(message)
        except Unreachable:
            self._hang_up()
            if not called_before:
                raise
            self._hand_in(message)

    def _hand_in(self, message: EmailMessage) -> None:
        line = self._called()
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused(_told(next(iter(error.recipients.values()), error))) from error
        except smtplib.SMTPSenderRefused as error:
            raise Unreachable(_told((error.smtp_code, error.smtp_error))) from error
        except smtplib.SMTPDataError as error:
            raise Refused(_told((error.smtp_code, error.smtp_error))) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    def _called(self) -> smtplib.SMTP:
        if self._line is None:
            try:
                self._line = _call(self._server)
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(str(error) or type(error).__name__) from error
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._line.quit()
            self._line = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *told: object) -> None:
        self._hang_up()


def carrier(means: Means) -> Carrier:
    """Who carries letters by these means."""
    if isinstance(means, MailServer):
        return _Mailed(means)
    return _Filed(means) if means is not None else _Printed()


def _call(server: MailServer) -> smtplib.SMTP:
    if server.port == _SUBMISSIONS:
        safely = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=safely)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    try:
        if server.starttls and server.port != _SUBMISSIONS:
            line.starttls(context=ssl.create_default_context())
        if server.username:
            line.login(server.username, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _address(name: str, email: str) -> Address | str:
    """The name and the e-mail as a header carries them; only the e-mail where it can have no name beside it."""
    if not _ONE_ADDRESS.fullmatch(email):
        raise ValueError("there is no such address")
    local, _, domain = email.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()  # an address in other scripts, as every server knows it
    try:
        return Address(display_name=_in_one_line(name), addr_spec=f"{local}@{domain}")
    except (ValueError, IndexError, MessageError):
        return f"{local}@{domain}"


def _in_one_line(told: str) -> str:
    """The text without line breaks and other signs by which it could end a header and begin another."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in told).split())


def _told(answer: object) -> str:
    """What a server answered, as a person may read it."""
    if isinstance(answer, tuple) and len(answer) == 2:
        code, words = answer
        return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return str(answer)
