"""Submitting for settlement: with other details, and at once where a wallet settles by itself."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.descriptors import read_descriptor
from paytone.sandbox.sales.industry import check_industry
from paytone.sandbox.sales.levels import check_terms, read_levels
from paytone.sandbox.sales.line_items import read_line_items
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Params

_SUBMITTED = "submitted_for_settlement"
_AT_ONCE = frozenset({"paypal_account", "local_payment", "sepa_debit_account"})


def submitted(sale: Transaction, request: Request) -> Transaction:
    """*sale* submitted for settlement; settling already if its wallet does that."""
    moved = sale.moved(_SUBMITTED, request.now, user=request.user)
    other = sale.instrument.other
    if other is None or other.type not in _AT_ONCE:
        return moved
    return moved.moved("settling", request.now, user=None, source="")


def with_details(sale: Transaction, params: Params, invalid: Invalid) -> Transaction:
    """*sale* with the details in *params* in place of its own; faults are told to *invalid*."""
    check_terms(params, invalid)
    check_industry(params, invalid)
    details = read_levels(params, invalid) | read_descriptor(params, invalid)
    items = read_line_items(params, invalid)
    return replace(
        sale,
        order_id=text(params, "order_id") or sale.order_id,
        details={**sale.details, **details},
        items=items or sale.items,
    )
