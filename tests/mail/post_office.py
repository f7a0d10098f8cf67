"""A real SMTP server in this process, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from paytone.mail import MailServer, Security
from paytone.mail.smtp import SmtpMailer

SENDER = "Billing <billing@biller.example>"


@dataclass
class PostOffice:
    """
    What a server took, and how it is to answer.

    Args:
        at_data: Its answer to a letter.
        at_address: Its answer to an address.
        full: The one address that has no room now.
        hangs_up: It takes letters and is gone before it says so.
        slow_s: How long it thinks over a letter.
        envelopes: From whom and to whom each letter was.
    """

    port: int = 0
    at_data: str = "250 OK"
    at_address: str = "250 OK"
    full: str = ""
    hangs_up: bool = False
    slow_s: float = 0.0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        if to == self.full:
            return "452 full"
        if self.at_address.startswith("2"):
            envelope.rcpt_tos.append(to)
        return self.at_address

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.slow_s)
        if self.at_data.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, EmailMessage, policy=default))
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.at_data

    def server(self, security: Security = Security.NONE) -> MailServer:
        """Where it is."""
        return MailServer(security, "127.0.0.1", self.port)

    def mailer(self) -> SmtpMailer:
        """What hands letters in here."""
        return SmtpMailer(self.server(), sender=SENDER, patience=2.0)


@asynccontextmanager
async def open_office(
    office: PostOffice | None = None,
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> AsyncIterator[PostOffice]:
    """A server for the ``async with`` block."""
    office = office or PostOffice()

    def may_come_in(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password.decode() == password
        return AuthResult(success=right, handled=False)

    def answering() -> SMTP:
        return SMTP(
            office,
            hostname="post.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=password is not None,
            authenticator=may_come_in,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(answering, "127.0.0.1", port, ssl=tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
