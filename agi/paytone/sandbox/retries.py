"""Second tries: what was declined with a network's token is tried once more with its number."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.request import Request
from paytone.sandbox.transactions import Transaction
from paytone.sandbox.wire import Items


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
        extra={**sale.extra, "retried_transaction_id": sale.id},
    )
    books.keep(again)
    return replace(first, extra={**first.extra, "retry_ids": Items("item", (again.id,))})
