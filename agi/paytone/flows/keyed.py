"""What a caller has keyed so far, as others may be told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Final

Note = Callable[[str, str], None]
"""Takes what was keyed at a step once it is complete and right, masked."""

FIRST: Final = frozenset({"payment-method", "card-number", "bank-routing-number"})
"""Steps at which a caller begins anew."""


def nowhere(step: str, masked: str) -> None:
    """Note nothing."""


class Keyed:
    """What was keyed since the caller last began: masks, and of a number the last four."""

    def __init__(self) -> None:
        self._masked: dict[str, str] = {}

    def note(self, step: str, masked: str) -> None:
        """Have *masked* as what was keyed at *step*."""
        self._masked[step] = masked

    def asked(self, step: str) -> None:
        """Forget what was keyed at *step* and after it: they are asked again."""
        kept = {} if step in FIRST else self._masked
        self._masked = {each: kept[each] for each in takewhile(lambda name: name != step, kept)}

    def so_far(self) -> Mapping[str, str]:
        """In the order in which it was keyed."""
        return dict(self._masked)
