"""What callers keyed, as text that does not print itself."""

from __future__ import annotations

from typing import final


@final
class Digits(str):
    """
    Digits to work with: text like any other, but its ``repr`` hides it.

    That is what tracebacks with locals, debuggers and containers print. What is cut out of it is
    plain text again; what is added to it stays hidden.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<Digits>"

    def __add__(self, other: str) -> Digits:
        return Digits(str.__add__(self, other))
