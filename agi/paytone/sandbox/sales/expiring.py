"""Authorizations that run out: a week after the sale, unless they were submitted or voided."""

from __future__ import annotations

from datetime import datetime

from paytone.sandbox.books import Books
from paytone.sandbox.request import WEEK


def expire(books: Books, now: datetime) -> None:
    """Let authorizations older than a week be expired; cheap when none is."""
    while books.authorized and books.authorized[0][0] + WEEK <= now:
        _, name = books.authorized.popleft()
        sale = books.transactions[name]
        if sale.status == "authorized":
            moved = sale.moved("authorization_expired", now, user=None, source="")
            books.keep(moved)
