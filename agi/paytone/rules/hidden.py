"""Numbers that neither print nor format nor pickle."""

from __future__ import annotations

from paytone.rules.digits import Digits


class Hidden:
    """Digits to be worked with in this process, and shown nowhere."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = Digits(digits)

    @property
    def digits(self) -> Digits:
        return self._digits

    @property
    def masked(self) -> str:
        """An ``x`` for each digit."""
        return "x" * len(self._digits)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._digits == self._digits

    def __hash__(self) -> int:
        return hash((type(self), self._digits))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError(f"{type(self).__name__} does not leave its process")


class Numbered(Hidden):
    """A number that hides itself. Only `last_four` may be shown."""

    __slots__ = ()

    @property
    def last_four(self) -> str:
        return self._digits[-4:]

    @property
    def masked(self) -> str:
        """An ``x`` for each digit but the last four; for these too where there are no others."""
        hidden = len(self._digits) - 4
        return "x" * hidden + self.last_four if hidden > 0 else super().masked
