"""Letters handed to a real SMTP server, whatever it says."""

from __future__ import annotations

import socket
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from paytone.mail import HandedIn, Letter, Lost, MailServer, NotNow, Refused, Security, Sent
from paytone.mail.smtp import SmtpMailer
from tests.mail.post_office import SENDER, PostOffice, open_office

LETTER = Letter("someone@customer.example", "Your payment", "It went through — twice.\n", "ref.1")


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with open_office() as office:
        assert Sent() == await office.mailer().hand_in(LETTER)
    (letter,) = office.letters
    assert [("billing@biller.example", ["someone@customer.example"])] == office.envelopes
    assert "text/plain" == letter.get_content_type()
    assert LETTER.text == letter.get_content().replace("\r\n", "\n")
    assert {
        "From": SENDER,
        "To": LETTER.to,
        "Subject": LETTER.subject,
        "Message-ID": "<ref.1@biller.example>",
        "Auto-Submitted": "auto-generated",
    }.items() <= dict(letter.items()).items()
    assert "8bit" != letter["Content-Transfer-Encoding"]


@pytest.mark.parametrize(
    ("at_address", "at_data", "handed_in"),
    [
        ("550 no such box", "250 OK", Refused("the address is not taken: 550")),
        ("450 later", "250 OK", NotNow("the address is not taken: 450", any_letter=False)),
        ("250 OK", "554 spam", Refused("the letter is not taken: 554")),
        ("250 OK", "452 full", NotNow("the letter is not taken: 452", any_letter=False)),
    ],
    ids=["no such address", "address later", "letter not wanted", "no room"],
)
async def test_what_the_server_does_not_take(
    at_address: str, at_data: str, handed_in: HandedIn
) -> None:
    async with open_office(PostOffice(at_address=at_address, at_data=at_data)) as office:
        assert handed_in == await office.mailer().hand_in(LETTER)
    assert [] == office.letters


async def test_an_answer_that_is_lost_leaves_a_doubt() -> None:
    async with open_office(PostOffice(hangs_up=True)) as office:
        assert isinstance(await office.mailer().hand_in(LETTER), Lost)
    assert 1 == len(office.letters)


async def test_an_answer_that_takes_too_long_leaves_a_doubt() -> None:
    async with open_office(PostOffice(slow_s=1.0)) as office:
        mailer = SmtpMailer(office.server(), sender=SENDER, patience=0.3)
        assert isinstance(await mailer.hand_in(LETTER), Lost)


async def test_a_server_that_is_away_takes_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    mailer = SmtpMailer(MailServer(Security.NONE, "127.0.0.1", port), sender=SENDER)
    assert NotNow("ConnectionRefusedError: Connection refused") == await mailer.hand_in(LETTER)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", f"{file}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_server_is_trusted_that_proves_its_name(
    certificate: Path, security: Security
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=certificate)
    tls, starttls = (context, None) if security is Security.TLS else (None, context)
    async with open_office(tls=tls, starttls=starttls) as office:
        server = office.server(security)
        unknown = await SmtpMailer(server, sender=SENDER).hand_in(LETTER)
        assert isinstance(unknown, NotNow)
        assert "SSLCertVerificationError" in unknown.why
        assert Sent() == await SmtpMailer(server, sender=SENDER, trust=trust).hand_in(LETTER)
    assert 1 == len(office.letters)


@pytest.mark.parametrize(
    ("password", "handed_in"),
    [("hush", Sent()), ("wrong", NotNow("SMTPAuthenticationError 535"))],
)
async def test_the_password_is_given(certificate: Path, password: str, handed_in: HandedIn) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=certificate)
    async with open_office(starttls=context, password="hush") as office:
        server = replace(office.server(Security.STARTTLS), name="paytone", password=password)
        assert handed_in == await SmtpMailer(server, sender=SENDER, trust=trust).hand_in(LETTER)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", MailServer(Security.NONE, "localhost", 25)),
        (
            "smtp+starttls://me%40biller:p%3Aw%2F@mail.example",
            MailServer(Security.STARTTLS, "mail.example", 587, "me@biller", "p:w/"),
        ),
        (
            "smtps://me:pw@mail.example:2465/",
            MailServer(Security.TLS, "mail.example", 2465, "me", "pw"),
        ),
    ],
)
def test_a_url_names_a_server(url: str, server: MailServer) -> None:
    assert server == MailServer.of(url)
    assert "pw" not in repr(MailServer.of(url))


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtps://h/box"]
)
def test_a_url_that_names_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        MailServer.of(url)
