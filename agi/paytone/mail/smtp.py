"""Letters handed to an SMTP server: the only file that imports smtplib."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, assert_never, final

from paytone.mail import HandedIn, Letter, Lost, Mailer, MailServer, NotNow, Refused, Security, Sent

TAKEN: Final = 250
PATIENCE_S: Final = 20.0
POLICY: Final = SMTP.clone(cte_type="7bit")
"""Not every server takes eight bits."""


@final
class SmtpMailer(Mailer):
    """
    Hands each letter in over a connection of its own, in a thread.

    Args:
        sender: An address, with a name before it or not: ``Billing <billing@example.com>``.
        patience: Seconds that one answer of the server may take.
        trust: What proves the server's name; the machine's authorities if None.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str,
        patience: float = PATIENCE_S,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._patience = patience
        self._trust = trust

    async def hand_in(self, letter: Letter) -> HandedIn:
        return await asyncio.to_thread(self._hand_in, letter)

    def _hand_in(self, letter: Letter) -> HandedIn:
        try:
            line = self._connected()
        except (smtplib.SMTPException, OSError) as exc:
            return NotNow(_why(exc))
        try:
            return self._handed_over(line, letter)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
            line.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        trust = self._trust or ssl.create_default_context()
        line: smtplib.SMTP
        match server.security:
            case Security.TLS:
                line = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._patience, context=trust
                )
            case Security.STARTTLS | Security.NONE:
                line = smtplib.SMTP(server.host, server.port, timeout=self._patience)
            case _:
                assert_never(server.security)
        try:
            if server.security is Security.STARTTLS:
                line.starttls(context=trust)
            line.ehlo_or_helo_if_needed()
            if server.name is not None:
                line.login(server.name, server.password)
        except BaseException:
            line.close()
            raise
        return line

    def _handed_over(self, line: smtplib.SMTP, letter: Letter) -> HandedIn:
        try:
            code, _ = line.mail(parseaddr(self._sender)[1])
            if code != TAKEN:
                return NotNow(f"the sender is not taken: {code}")
            code, _ = line.rcpt(letter.to)
            if not _is_taken(code):
                return _not_taken(f"the address is not taken: {code}", code)
        except (smtplib.SMTPException, OSError) as exc:
            return NotNow(_why(exc))
        try:
            code, _ = line.data(self._written(letter))
        except smtplib.SMTPDataError as exc:
            return _not_taken(f"the letter is not wanted: {exc.smtp_code}", exc.smtp_code)
        except (smtplib.SMTPException, OSError) as exc:
            return Lost(_why(exc))
        if code == TAKEN:
            return Sent()
        return _not_taken(f"the letter is not taken: {code}", code)

    def _written(self, letter: Letter) -> bytes:
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        host = parseaddr(self._sender)[1].rpartition("@")[2]
        message["Message-ID"] = f"<{letter.reference}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html")
        return message.as_bytes()


def _is_taken(code: int) -> bool:
    return code in {TAKEN, 251}


def _not_taken(why: str, code: int) -> Refused | NotNow:
    """The server's answer to one letter: for good if it is of the five hundreds (RFC 5321, 4.2)."""
    return Refused(why) if code >= 500 else NotNow(why, any_letter=False)


def _why(exc: Exception) -> str:
    """In words that quote neither the password nor the customer's address."""
    if isinstance(exc, smtplib.SMTPResponseException):
        return f"{type(exc).__name__} {exc.smtp_code}"
    text = exc.strerror if isinstance(exc, OSError) else None
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
