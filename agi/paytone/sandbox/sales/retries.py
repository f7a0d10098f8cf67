"""Second tries: by the network's number after its token, and too many of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from paytone.sandbox.request import Request
from paytone.sandbox.sales.instrument_view import global_id
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.wire import Items

_DAY = timedelta(days=1)


def tried_too_often(request: Request, face: CardFace) -> bool:
    """Whether that card was declined as often within a day as the merchant's settings allow."""
    allowed, since = request.books.settings.declines_allowed, request.now - _DAY
    if not allowed or not face.fingerprint:
        return False
    for sale in reversed(request.books.transactions.values()):
        if sale.created <= since or not allowed:
            break
        same = sale.instrument.face.fingerprint == face.fingerprint
        allowed -= same and sale.status == "processor_declined"
    return not allowed


def retried(request: Request, sale: Transaction) -> Transaction:
    """*sale*, tried again if it was declined with a network token; the second try is written."""
    token = sale.instrument.extra.get("is_network_tokenized") is True
    if not token or sale.status != "processor_declined":
        return sale
    books = request.books
    plain = replace(sale.instrument, extra={})
    first = replace(sale, extra={**sale.extra, "retried": True})
    again = replace(
        sale,
        id=books.new_id(),
        instrument=plain,
        extra={
            **sale.extra,
            "retried_transaction_id": sale.id,
            "retried_transaction_global_id": global_id("transaction", sale.id),
        },
    )
    books.keep(again)
    named = {
        "retry_ids": Items("item", (again.id,)),
        "retry_global_ids": Items("item", (global_id("transaction", again.id),)),
    }
    return replace(first, extra={**first.extra, **named})
