"""Webhooks: what a merchant is told, signed, and when it is to be sent. No I/O."""

from __future__ import annotations

import hashlib
import hmac
from base64 import encodebytes
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from paytone.sandbox.sales.returns import is_debit
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Value, write

if TYPE_CHECKING:
    from paytone.sandbox.books import Books
    from paytone.sandbox.merchants import Key

KINDS = {
    "settled": "transaction_settled",
    "settlement_declined": "transaction_settlement_declined",
}
"""What a debit's status is told as; cards are told of by no webhook."""
TRIES = 4
"""At once and then hourly for three hours, as the public sandbox does."""


@dataclass(frozen=True, slots=True)
class Hook:
    """
    Where a merchant is told.

    Args:
        proof: ``waiting`` for the answer to the challenge, ``passed``, or why it failed.
        spread_s: Each notification is held back for a random time up to this, so that they
            arrive out of order.
        copies: How often each is sent.
        retry_s: How long after a failure it is tried again.
    """

    url: str
    proof: str = "waiting"
    spread_s: float = 0.0
    copies: int = 1
    retry_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification; *answers* are the statuses, or errors, of each try so far."""

    id: str
    kind: str
    subject: str
    payload: str
    made: datetime
    due: datetime
    answers: tuple[str, ...] = ()
    state: str = "waiting"


def signed(key: Key, content: str) -> str:
    """The signature of *content*, by *key*."""
    secret = hashlib.sha1(key.private.encode()).digest()  # noqa: S324 - the gateway's own way
    made = hmac.new(secret, content.encode(), hashlib.sha1).hexdigest()
    return f"{key.public}|{made}"


def tell_change(books: Books, earlier: Transaction | None, sale: Transaction) -> None:
    """Tell the merchant what is new about *sale*, if that is told and there is a hook."""
    if books.hook is None:
        return
    from paytone.sandbox.sales.transaction_view import show, show_dispute

    if earlier is None:
        for dispute in sale.disputes:
            content: dict[str, Value] = {"dispute": show_dispute(dispute, sale)}
            tell(books, "dispute_opened", sale.id, content, sale.created)
        return
    kind = KINDS.get(sale.status)
    if kind is not None and is_debit(sale) and earlier.status != sale.status:
        tell(books, kind, sale.id, {"transaction": show(sale)}, sale.updated)


def tell_check(books: Books, now: datetime) -> None:
    """Send the notification that says only that notifications come through."""
    tell(books, "check", "", {"check": True}, now)


def tell(books: Books, kind: str, subject: str, content: dict[str, Value], now: datetime) -> None:
    """Put a notification into the outbox, as often as the hook wants it."""
    hook = books.hook
    if hook is None:
        return
    said = {"timestamp": now, "kind": kind, "subject": content}
    payload = encodebytes(write("notification", said)).decode()
    for _ in range(hook.copies):
        due = now + timedelta(seconds=books.dice.random() * hook.spread_s)
        made = Notice(books.new_id(), kind, subject, payload, now, due)
        books.notices[made.id] = made


def due_now(books: Books, now: datetime) -> list[Notice]:
    """What is to be sent by *now*, that due first first."""
    if books.hook is None or books.hook.proof != "passed":
        return []
    waiting = (each for each in books.notices.values() if each.state == "waiting")
    return sorted((each for each in waiting if each.due <= now), key=lambda each: each.due)


def answered(books: Books, name: str, answer: str, now: datetime) -> None:
    """Note what a try came to: a 2xx status delivers, anything else is tried again for a while."""
    notice, hook = books.notices.get(name), books.hook
    if notice is None or hook is None:
        return
    tries = (*notice.answers, answer)
    state = "delivered" if answer.startswith("2") else "waiting"
    if state == "waiting" and len(tries) >= TRIES:
        state = "given up"
    due = now + timedelta(seconds=hook.retry_s)
    books.notices[name] = replace(notice, answers=tries, state=state, due=due)


def proven(books: Books, key: Key, challenge: str, answer: str) -> None:
    """Note the answer to the *challenge*: the address is told nothing before it passes."""
    if books.hook is not None:
        good = hmac.compare_digest(answer.strip().encode(), signed(key, challenge).encode())
        proof = "passed" if good else "failed: the challenge was not answered as it should be"
        books.hook = replace(books.hook, proof=proof)
