"""Letters, and how they leave: by mail, or to the console where no mail is set; never inside a transaction."""

import smtplib
import ssl
import sys
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Letter:
    """What someone is told."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and who they come from."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    starttls: bool = True


def send(letter: Letter, server: MailServer | None) -> None:
    """The letter has been handed to the mail server, or printed where there is none.

    Raises:
        OSError, smtplib.SMTPException: the server would not have it.
    """
    if server is None:
        print(f"\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}\n", file=sys.stderr, flush=True)
        return
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    with smtplib.SMTP(server.host, server.port, timeout=20) as smtp:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(server.username, server.password)
        smtp.send_message(message)
