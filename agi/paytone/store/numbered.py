"""Confirmation numbers: another one where the one that was drawn is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random, SystemRandom
from typing import Final, TypeVar

from psycopg.errors import UniqueViolation

from paytone.rules import confirmation

TRIES: Final = 10

T = TypeVar("T")


async def numbered(
    store_under: Callable[[str], Awaitable[T]], *, unless: str, random: Random | None = None
) -> T:
    """
    What *store_under* gives, called with a new confirmation number until that is not taken.

    Args:
        unless: The constraint that says so.
        random: Where numbers come from; the system's if None.

    Raises:
        UniqueViolation: Of another constraint, or after ten numbers that were taken.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return await store_under(confirmation.new(random or SystemRandom()))
        except UniqueViolation as exc:
            if exc.diag.constraint_name != unless or not tries_left:
                raise
    raise AssertionError
