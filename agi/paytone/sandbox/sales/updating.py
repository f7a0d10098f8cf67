"""Changing what was submitted: amount, order id and descriptor."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import read_amount, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.sale import shown
from paytone.sandbox.sales.submitting import with_details
from paytone.sandbox.sales.transactions import Transaction


def update_details(request: Request) -> Answer:
    """The submitted transaction with another amount, order id or descriptor."""
    sale = request.books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    params, invalid = request.params("transaction"), Invalid()
    scope = invalid.at("transaction")
    changed = with_details(sale, params, scope)
    _check(request, sale, scope)
    amount = sale.amount
    if text(params, "amount") is not None:
        amount = read_amount(params, scope, zero="refused") or sale.amount
    if amount > sale.authorized:
        scope.add("amount", "91522")
    if invalid:
        return refusal(invalid, request.body)
    return shown(200, request.books.keep(replace(changed, amount=amount, updated=request.now)))


def _check(request: Request, sale: Transaction, invalid: Invalid) -> None:
    account = request.books.merchant.account(sale.account)
    if sale.status != "submitted_for_settlement":
        invalid.add("base", "915129")
    elif account is not None and "fixed-details" in account.features:
        invalid.add("base", "915130")
