"""One request, read: what every piece of work is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Books
from paytone.sandbox.params import part
from paytone.sandbox.vault.cards import Fingerprint
from paytone.sandbox.wire import Params

Work = Callable[["Request"], Answer]


@dataclass(frozen=True, slots=True)
class Request:
    """
    A request from a merchant whose keys were good.

    Args:
        names: The variable parts of the path, in order: ids and tokens.
        query: The query string, undecoded.
        body: The whole document, its root element's name first.
        user: The public key that asks.
        host: Where the client believes the gateway to be: its ``Host`` header.
        lag_s: How old a transaction must be for this search to know it; a fault sets it.
    """

    method: str
    path: str
    kind: str
    names: tuple[str, ...]
    query: str
    body: Params
    books: Books
    fingerprint: Fingerprint
    user: str
    now: datetime
    host: str = "127.0.0.1"
    lag_s: float = 0.0

    def params(self, root: str) -> Params:
        """The fields in the root element *root*; empty for another root or no body."""
        return part(self.body, root)


MISSING = Answer(404)
"""What is asked for does not exist; the gateway says so without a body."""

WEEK = timedelta(days=7)
