"""The testing gateway: settlement made to happen, or not to."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.changes import not_allowed
from paytone.sandbox.sales.sale import shown

_OPEN = frozenset({"submitted_for_settlement", "settling", "settlement_pending"})


def settle(request: Request) -> Answer:
    """Settle a submitted transaction at once."""
    return _settled(request, "settled", "4000")


def confirm(request: Request) -> Answer:
    """The processor's word that a settlement is under way."""
    return _settled(request, "settlement_confirmed", "4000")


def decline(request: Request) -> Answer:
    """Make the settlement fail, as a bank does days later."""
    return _settled(request, "settlement_declined", "4001")


def pending(request: Request) -> Answer:
    """Leave the settlement open, as the slow ways of paying do."""
    return _settled(request, "settlement_pending", "4002")


def _settled(request: Request, status: str, code: str) -> Answer:
    books = request.books
    sale = books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    if sale.status not in _OPEN:
        return not_allowed(request, "base", "91575")
    moved = sale.moved(status, request.now, user=None, source="")
    if status == "settled":
        batch = f"{request.now:%Y-%m-%d}_{sale.account}_{books.new_id()}"
        return shown(200, books.keep(replace(moved, batch=batch, settlement_code=code)))
    return shown(200, books.keep(replace(moved, settlement_code=code)))
