"""The port to the post: a letter, who takes it, and what may come of handing it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Self
from urllib.parse import unquote, urlsplit


class Security(Enum):
    """How the line to the server is kept from others; the value is the URL's scheme."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


USUAL_PORTS: Final = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """
    Where letters are handed in.

    Args:
        name: Who hands in; None where the server asks nobody.
    """

    security: Security
    host: str
    port: int
    name: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """
        The server that ``SCHEME://NAME:PASSWORD@HOST:PORT`` means.

        Raises:
            ValueError: It means none; the text holds nothing of *url*.
        """
        try:
            parts = urlsplit(url)
            security, port = Security(parts.scheme), parts.port
        except ValueError:
            raise ValueError("must be smtp://, smtp+starttls:// or smtps://HOST:PORT") from None
        if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError("must name a host, and nothing after its port")
        name = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "")
        return cls(security, parts.hostname, port or USUAL_PORTS[security], name, password)


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A letter to one customer.

    Args:
        to: An e-mail address, or the ten digits of a phone.
        subject: Empty where letters have none.
        reference: Names the letter; the same when it is sent once more.
        html: What *text* says, for those who prefer it; None where there is text alone.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    reference: str
    html: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken the letter."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server does not take this letter, nor will it later."""

    why: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """
    The letter was not taken; later it may be.

    Args:
        any_letter: Whatever the letter, this server takes none now.
    """

    why: str
    any_letter: bool = True


@dataclass(frozen=True, slots=True)
class Lost:
    """The letter was handed over and the answer lost: it may be on its way."""

    why: str


HandedIn = Sent | Refused | NotNow | Lost


class Mailer(ABC):
    """Somebody who takes letters to those they are for."""

    @abstractmethod
    async def hand_in(self, letter: Letter) -> HandedIn:
        """Hand *letter* in once and say what came of it; never retries, raises nothing."""
