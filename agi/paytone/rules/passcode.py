"""One-time passcodes: six digits, made of a random name by a key, and stored nowhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from string import ascii_lowercase
from typing import Final

from paytone.rules.hidden import Hidden

LENGTH: Final = 6
LIVES: Final = timedelta(minutes=10)
TRIES: Final = 3
"""Entries that one code takes, right or wrong."""

PER_ACCOUNT: Final = 5
PER_NUMBER: Final = 5
"""Codes that are sent in a day: about one account, and for one number that calls."""


class Way(Enum):
    """How a passcode comes; the database holds the same names."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"


class Passcode(Hidden):
    """A code that neither prints nor pickles."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """
    What makes codes, with one *key*.

    A code is the HMAC-SHA-256 of its name cut to six digits: whoever reads the database alone can
    tell none. With another key earlier codes are no longer right.
    """

    key: bytes = field(repr=False)

    def of(self, name: str) -> Passcode:
        """The code of that *name*, the same each time."""
        made = hmac.new(self.key, f"passcode {name}".encode(), hashlib.sha256).digest()
        return Passcode(f"{int.from_bytes(made) % 10**LENGTH:0{LENGTH}}")

    def is_right(self, name: str | None, keyed: str) -> bool:
        """Whether *keyed* is the code of *name*; never without one, in the same time."""
        code = self.of(name or "").digits
        return hmac.compare_digest(code.encode(), keyed.encode()) and name is not None


def new_name() -> str:
    """A name that nobody can guess, without a digit in it."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(24))
