"""Authorizing more or less than at first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import read_amount
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.responses import DECLINES, text_of, type_of
from paytone.sandbox.sales.sale import shown
from paytone.sandbox.sales.transaction_view import show
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Items, Value

_FINAL = frozenset({"recurring", "recurring_first", "installment", "installment_first"})


def adjust(request: Request) -> Answer:
    """
    The authorization over another amount.

    The bank answers by the new amount, as it does a sale; its answer is kept on the transaction.
    """
    books = request.books
    sale = books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    invalid = Invalid()
    scope = invalid.at("transaction")
    amount = read_amount(request.params("transaction"), scope, zero="refused")
    _check(request, sale, scope)
    if amount == sale.amount and not invalid:
        invalid.at("authorization_adjustment").add("base", "95606")
    if invalid or amount is None:
        return refusal(invalid, request.body, transaction=show(sale))
    code = str(int(amount)) if int(amount) in DECLINES else "1000"
    kept = books.keep(_adjusted(request, sale, amount, code))
    if code == "1000":
        return shown(200, kept)
    scope.add("base", "95602" if type_of(code) == "hard_declined" else "95603")
    return refusal(invalid, request.body, transaction=show(kept))


def _check(request: Request, sale: Transaction, invalid: Invalid) -> None:
    account = request.books.merchant.account(sale.account)
    if account is None or "adjusts" not in account.features:
        invalid.add("base", "915222")
    elif sale.status != "authorized":
        invalid.add("base", "915218")
    elif sale.source in _FINAL:
        invalid.add("base", "915219")


def _adjusted(request: Request, sale: Transaction, amount: Decimal, code: str) -> Transaction:
    good = code == "1000"
    adjustment: dict[str, Value] = {
        "timestamp": request.now,
        "amount": amount - sale.amount,
        "success": good,
        "processor_response_code": code,
        "processor_response_text": text_of(code),
        "processor_response_type": type_of(code),
    }
    earlier = sale.extra.get("authorization_adjustments")
    every = (*(earlier.values if isinstance(earlier, Items) else ()), adjustment)
    extra = {**sale.extra, "authorization_adjustments": Items("authorization_adjustment", every)}
    return replace(sale, amount=amount if good else sale.amount, extra=extra, updated=request.now)
