"""PINs: argon2id hashes, and a check that takes as long whether or not there is one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane."""

NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$cGF5dG9uZSBub2JvZHkhIQ"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A well-formed hash that no PIN is known to have; see `pin_matches`."""


def is_pin(digits: str) -> bool:
    """Whether *digits* are four to six digits."""
    return 4 <= len(digits) <= 6 and digits.isascii() and digits.isdigit()


def is_pin_hash(text: str) -> bool:
    """Whether *text* is an argon2id hash that `pin_matches` can check."""
    try:
        _HASHER.check_needs_rehash(text)
    except InvalidHashError:
        return False
    return text.startswith("$argon2id$")


def hash_pin(pin: str) -> str:
    """The salted argon2id hash of *pin*; another one at each call. Takes some 20 ms."""
    return _HASHER.hash(pin)


def pin_matches(pin_hash: str | None, pin: str) -> bool:
    """
    Whether *pin* is the one that *pin_hash* was made of; never with None.

    None takes as long as a hash does, so that the wait does not tell whether an account exists.
    """
    try:
        _HASHER.verify(pin_hash or NOBODYS, pin)
    except (VerificationError, InvalidHashError):
        return False
    return pin_hash is not None
