"""Duplicate checking: the same money from the same card for the same order, twice in short time."""

from __future__ import annotations

from decimal import Decimal

from paytone.sandbox.request import Request
from paytone.sandbox.sales.draft import Draft
from paytone.sandbox.sales.transactions import Instrument, Transaction

_COUNTED = frozenset({"authorized", "submitted_for_settlement", "settling", "settled", "voided"})


def is_duplicate(request: Request, draft: Draft) -> bool:
    """Whether a sale like *draft* was made within the merchant's window."""
    books = request.books
    means = draft.means
    likeness = _likeness(draft.type, draft.amount, draft.order_id, means.instrument)
    alike = books.alike.get(likeness)
    if alike is None:
        return False
    earlier = books.transactions[alike]
    age = (request.now - earlier.created).total_seconds()
    return age < books.settings.duplicate_window_s and earlier.status in _COUNTED


def remember(request: Request, sale: Transaction) -> None:
    """Let *sale*, which was approved, make duplicates of those like it."""
    likeness = _likeness(sale.type, sale.requested, sale.order_id, sale.instrument)
    request.books.alike[likeness] = sale.id


def _likeness(
    kind: str, amount: Decimal, order_id: str | None, instrument: Instrument
) -> tuple[str, ...]:
    face = instrument.face
    who = face.fingerprint or f"{instrument.token} {instrument.other}"
    return kind, str(amount), order_id or "", who, face.expiration
