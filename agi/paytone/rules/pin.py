"""PINs: argon2id hashes, and a check that takes as long whether or not there is one."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Final

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


YEARS: Final = ("19", "20")
"""A PIN of four digits that begins so is taken for a year of birth."""


def is_weak(pin: str, known: Collection[str]) -> bool:
    """
    Whether *pin* would be guessed early.

    It is a part of a number in *known* (the account's, a phone's), a year, a run such as 4567, or
    repeats itself as 2222, 4747 and 123123 do.

    Args:
        known: Numbers of digits; the caller's and the account's.
    """
    if any(pin in number for number in known):
        return True
    if len(pin) == 4 and pin.startswith(YEARS):
        return True
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    runs = len(steps) == 1 and steps <= {0, 1, 9}
    return runs or any(
        pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3) if size < len(pin)
    )


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
