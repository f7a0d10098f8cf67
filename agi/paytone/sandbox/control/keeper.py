"""Where the sandbox keeps its state, if it is not to end with the process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from paytone.sandbox.books import Books
from paytone.sandbox.control.faults import Faults


class Keeper(Protocol):
    """Keeps all merchants' books; called with one request worked on at a time."""

    def key(self) -> bytes:
        """The key of the fingerprints."""

    def ahead(self) -> timedelta:
        """How far the clock was moved."""

    def load(self, all_books: Mapping[str, Books]) -> bool:
        """Fill *all_books* with what is held, and watch them; whether anything was held."""

    def load_faults(self, faults: Faults) -> None:
        """Fill *faults*, which are empty, with what is held."""

    def save(self, all_books: Mapping[str, Books], ahead: timedelta, faults: Faults) -> None:
        """Keep what has changed since the last time, all of it or nothing."""

    def forget(self) -> None:
        """Hold nothing any more."""
