"""Letters leave for a real mail server, into a folder or for the console; a failing server stops nothing."""

import email
import email.policy
import logging

import pytest

from tests.notices.postbox import Postbox, free_port, html_of, standing, text_of
from timebank.notices.letters import Letter, MailFolder, MailServer, Refused, Unreachable, carrier, compose, send
from timebank.web import letters

LETTER = Letter(to="ana@example.org", subject="Ein neues Paßwort", text="Open this address:\n\nhttps://x.example/é\n")
SENDER = "timebank@example.org"


@pytest.fixture
def postbox():
    port = free_port()
    with standing(Postbox(), port) as box:
        box.server = MailServer("127.0.0.1", port, SENDER, starttls=False)
        yield box


def test_a_letter_reaches_the_mail_server(postbox):
    send(LETTER, postbox.server)

    ((sender, receivers, content),) = postbox.got
    assert (sender, receivers) == (SENDER, ["ana@example.org"])
    assert b"Subject: Ein neues =?utf-8?q?Pa=C3=9Fwort?=" in content
    assert content.isascii()
    assert "Open this address:\n\nhttps://x.example/é" in text_of(postbox.letters[0])


def test_plain_text_stands_before_html_and_says_the_same(postbox):
    send(Letter(to="ana@example.org", subject="Hello", text="Hello Ana\n", html="<p>Hello Ana</p>"), postbox.server)

    (letter,) = postbox.letters
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert (text_of(letter).strip(), html_of(letter).strip()) == ("Hello Ana", "<p>Hello Ana</p>")


def test_all_letters_of_a_carrier_go_over_one_connection(postbox):
    with carrier(postbox.server) as carries:
        for _ in range(5):
            carries.hand_in(LETTER)

    assert (len(postbox.got), postbox.connections) == (5, 1)


def test_one_address_that_is_refused_holds_up_no_other(postbox):
    postbox.refuses = {"nobody@example.org"}
    with carrier(postbox.server) as carries:
        with pytest.raises(Refused, match="550 no such mailbox"):
            carries.hand_in(Letter(to="nobody@example.org", subject="Hello", text="Hello"))
        carries.hand_in(LETTER)

    assert (postbox.to(), postbox.connections) == (["ana@example.org"], 1)


def test_a_server_that_is_not_there_is_told_apart_from_one_that_refuses():
    with pytest.raises(Unreachable):
        send(LETTER, MailServer("127.0.0.1", free_port(), SENDER))


@pytest.mark.parametrize(
    "bad",
    ["Ana\nBcc: eve@example.org", "Ana\r\nBcc: eve@example.org", "Ana\x0bBcc: eve@example.org", "A\x00\u2028b: c"],
)
def test_no_name_and_no_title_can_add_a_header_or_a_receiver(postbox, bad):
    send(Letter(to="ana@example.org", subject=bad, text=bad, to_name=bad, from_name=bad), postbox.server)

    (letter,) = postbox.letters
    assert "Bcc" not in letter
    assert postbox.to() == ["ana@example.org"]
    assert [address.addr_spec for address in letter["To"].addresses] == ["ana@example.org"]
    assert [address.addr_spec for address in letter["From"].addresses] == [SENDER]


@pytest.mark.parametrize("to", ["ana@example.org\nBcc: eve@example.org", "", "ana@example.org, eve@example.org", "@"])
def test_what_is_no_address_is_refused_or_reaches_nobody_else(postbox, to):
    with pytest.raises(Refused):
        send(Letter(to=to, subject="Hello", text="Hello"), postbox.server)

    assert postbox.got == []


@pytest.mark.parametrize("name", ['Ana "the Garden" Alder, Esq.', "Zoë Žižek <zoe>", "安娜 🌻"])
def test_a_name_of_any_script_arrives_as_it_is(postbox, name):
    send(Letter(to="ana@example.org", subject=name, text=name, to_name=name, from_name=name), postbox.server)

    (letter,) = postbox.letters
    assert letter["To"].addresses[0].display_name == name
    assert letter["From"].addresses[0].display_name == name
    assert str(letter["Subject"]) == name
    assert text_of(letter).strip() == name


def test_a_domain_in_other_scripts_is_written_as_servers_know_it(postbox):
    send(Letter(to="ana@bücher.example", subject="Hello", text="Hello"), postbox.server)

    assert postbox.to() == ["ana@xn--bcher-kva.example"]


def test_one_click_headers_stand_in_one_piece_however_long_the_link():
    link = "https://hours.example.org/letters/stop/" + "x" * 90
    letter = compose(Letter(to="a@example.org", subject="Hello", text="Hello", stop=link, key="7.abc"), SENDER)

    assert f"List-Unsubscribe: <{link}>\r\n" in letter.as_string()
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in letter.as_bytes()
    assert letter["Message-ID"] == "<7.abc@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_letters_are_laid_into_a_folder_one_file_each_and_the_same_one_once(tmp_path):
    folder = MailFolder(tmp_path / "letters", SENDER)
    for key in ("1.a", "2.b", "1.a"):
        send(Letter(to="ana@example.org", subject="Grüße", text="Hello", key=key), folder)

    files = sorted(path.name for path in folder.path.iterdir())
    assert files == ["1.a.eml", "2.b.eml"]
    letter = email.message_from_bytes((folder.path / "1.a.eml").read_bytes(), policy=email.policy.default)
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "Grüße")


def test_without_a_mail_server_it_is_printed(capsys):
    send(LETTER, None)

    assert "To: ana@example.org" in capsys.readouterr().err


def test_a_failing_server_is_logged_and_stops_nothing(caplog):
    with caplog.at_level(logging.WARNING):
        letters._carry(LETTER, MailServer("127.0.0.1", 1, "timebank@example.org"))

    assert "could not be sent" in caplog.text
