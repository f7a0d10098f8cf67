"""What can be done to a transaction after the sale: submit, void, refund."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import read_amount, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.card_options import refunded_installments, with_installments
from paytone.sandbox.sales.outcomes import Checks
from paytone.sandbox.sales.request_keys import once
from paytone.sandbox.sales.responses import DECLINES, text_of, type_of
from paytone.sandbox.sales.sale import declined, shown
from paytone.sandbox.sales.submitting import submitted, with_details
from paytone.sandbox.sales.transactions import StatusEvent, Transaction
from paytone.sandbox.wallets.given_wallets import refunded_by

_SUBMITTED = "submitted_for_settlement"
_VOIDABLE = frozenset({"authorized", _SUBMITTED})
_REFUNDABLE = frozenset({"settling", "settled"})


def find(request: Request) -> Answer:
    """The transaction, or 404."""
    transaction = request.books.transactions.get(request.names[0])
    return shown(200, transaction) if transaction else MISSING


def void(request: Request) -> Answer:
    """Call off a transaction before it settles."""
    return once(request, "transaction", _void)


def submit(request: Request) -> Answer:
    """Send an authorized transaction for settlement, all of it or less."""
    return once(request, "transaction", _submit)


def submit_part(request: Request) -> Answer:
    """Settle part of an authorization as a transaction of its own."""
    return once(request, "transaction", _submit_part)


def refund(request: Request) -> Answer:
    """Give back a settled sale, all of it or less."""
    return once(request, "transaction", _refund)


def reverse(request: Request) -> Answer:
    """Void while that is possible, else refund in full."""
    transaction = request.books.transactions.get(request.names[0])
    voidable = transaction is not None and transaction.status in _VOIDABLE
    return once(request, "transaction", _void if voidable else _refund)


def not_allowed(request: Request, attribute: str, code: str) -> Answer:
    """The 422 answer to a change that the transaction does not bear."""
    invalid = Invalid()
    invalid.at("transaction").add(attribute, code)
    return refusal(invalid, request.body)


def _void(request: Request) -> Answer:
    sale = request.books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    if sale.status not in _VOIDABLE:
        return not_allowed(request, "base", "91504")
    return shown(200, request.books.keep(sale.moved("voided", request.now, user=request.user)))


def _submit(request: Request) -> Answer:
    sale = request.books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    if sale.status != "authorized":
        return not_allowed(request, "base", "91507")
    params, invalid = request.params("transaction"), Invalid()
    detailed = with_details(sale, params, invalid.at("transaction"))
    amount = _amount_or(request, sale.amount, invalid)
    if amount is None or invalid:
        return refusal(invalid, request.body)
    if amount > sale.amount:
        return not_allowed(request, "amount", "91522")
    sent = submitted(replace(detailed, amount=amount), request)
    sent = replace(sent, extra={**sent.extra, **with_installments(sent)})
    return shown(200, request.books.keep(sent))


def _submit_part(request: Request) -> Answer:
    books, now = request.books, request.now
    sale = books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    if sale.authorized_by is not None:
        return not_allowed(request, "base", "915103")
    if sale.status not in {"authorized", "settlement_pending"}:
        return not_allowed(request, "base", "91507")
    params, invalid = request.params("transaction"), Invalid()
    scope = invalid.at("transaction")
    detailed = with_details(sale, params, scope)
    amount = read_amount(params, scope, zero="refused")
    if amount is None or invalid:
        return refusal(invalid, request.body)
    taken = sum((books.transactions[name].amount for name in sale.partials), Decimal())
    if taken + amount > sale.amount:
        return not_allowed(request, "amount", "91522")
    child = submitted(_part(request, detailed, amount), request)
    parent = replace(sale, partials=(*sale.partials, child.id), updated=now)
    if sale.status == "authorized":
        parent = parent.moved("settlement_pending", now, user=request.user)
    books.keep(parent)
    return shown(201, books.keep(child))


def _part(request: Request, sale: Transaction, amount: Decimal) -> Transaction:
    """*amount* of *sale* as a transaction of its own, not yet submitted."""
    now = request.now
    return replace(
        sale, id=request.books.new_id(), amount=amount, requested=amount, created=now, updated=now,
        history=(), authorized_by=sale.id, partials=(),
    )  # fmt: skip


def _refund(request: Request) -> Answer:
    books = request.books
    sale = books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    left = sale.amount - _given_back(request, sale)
    if code := _unrefundable(sale, left):
        return not_allowed(request, "base", code)
    invalid = Invalid()
    amount = _amount_or(request, left, invalid)
    if amount is None:
        return refusal(invalid, request.body)
    if amount > left:
        return not_allowed(request, "amount", "91521")
    account = text(request.params("transaction"), "merchant_account_id") or sale.account
    if books.merchant.account(account) is None:
        return not_allowed(request, "merchant_account_id", "91513")
    child = books.keep(replace(_refund_of(request, sale, amount), account=account))
    if not child.approved:
        return declined(child, request)
    books.keep(replace(sale, refunds=(*sale.refunds, child.id), updated=request.now))
    return shown(201, child)


def _unrefundable(sale: Transaction, left: Decimal) -> str | None:
    """The code of the rule that *sale* cannot be refunded by, *left* being not yet given back."""
    if sale.type == "credit":
        return "91505"
    early = sale.status == _SUBMITTED and "installments" in sale.extra
    if sale.status not in _REFUNDABLE and not early:
        return "91506"
    return None if left > 0 else "91512"


def _given_back(request: Request, sale: Transaction) -> Decimal:
    refunds = (request.books.transactions[name] for name in sale.refunds)
    return sum((refund.amount for refund in refunds if refund.status != "voided"), Decimal())


def _refund_of(request: Request, sale: Transaction, amount: Decimal) -> Transaction:
    """The refund; the bank may decline softly, which is only noted, or hard, which ends it."""
    now, code = request.now, int(amount)
    asked = str(code) if code in DECLINES else None
    hard = asked is not None and type_of(asked) == "hard_declined"
    status = "processor_declined" if hard else _SUBMITTED
    return replace(
        sale, id=request.books.new_id(), type="credit", status=status,
        amount=amount, requested=amount, created=now, updated=now,
        order_id=text(request.params("transaction"), "order_id") or sale.order_id,
        checks=Checks("A", "A", "A"), code=asked if hard else "1002",
        additional=f"{asked} : {text_of(asked)}" if asked else None,
        history=(StatusEvent(now, status, amount, request.user),),
        refunded=sale.id, refunds=(), partials=(), authorization_code=None, batch=None,
        settlement_code=None, network_id=None, disputes=(),
        instrument=refunded_by(sale.instrument, request),
        extra=refunded_installments(sale, amount),
    )  # fmt: skip


def _amount_or(request: Request, otherwise: Decimal, invalid: Invalid) -> Decimal | None:
    params = request.params("transaction")
    if text(params, "amount") is None:
        return otherwise
    return read_amount(params, invalid.at("transaction"), zero="refused")
