"""Selling the same once more: a new sale with an earlier one's card and addresses."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import flag, part, read_amount, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.draft import Draft
from paytone.sandbox.sales.paying import Means
from paytone.sandbox.sales.sale import complete
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Params


def clone(request: Request) -> Answer:
    """A sale like the given one, over another amount; 404 where there is none."""
    earlier = request.books.transactions.get(request.names[0])
    if earlier is None:
        return MISSING
    body = part(request.body, "transaction_clone")
    invalid = Invalid()
    scope = invalid.at("transaction")
    _check(earlier, body, scope)
    draft = _draft(request, earlier, body, scope)
    return refusal(invalid, request.body) if invalid or draft is None else complete(request, draft)


def _check(earlier: Transaction, params: Params, invalid: Invalid) -> None:
    if earlier.type == "credit":
        invalid.add("base", "91543")
    elif not earlier.approved:
        invalid.add("base", "91542")
    elif earlier.instrument.other is not None:
        invalid.add("base", "91573")
    elif earlier.instrument.token is not None:
        invalid.add("base", "91540")
    elif text(part(params, "options"), "submit_for_settlement") is None:
        invalid.at("options").add("submit_for_settlement", "91544")


def _draft(
    request: Request, earlier: Transaction, params: Params, invalid: Invalid
) -> Draft | None:
    amount = read_amount(params, invalid, zero="refused")
    account = request.books.merchant.account(earlier.account)
    if amount is None or account is None:
        return None
    details = dict(earlier.details)
    if text(params, "channel") is not None:
        details["channel"] = text(params, "channel")
    instrument = replace(earlier.instrument, cvv="I")
    return Draft(
        type=earlier.type, amount=amount, account=account, order_id=earlier.order_id,
        means=Means(instrument), customer=earlier.customer, billing=earlier.billing,
        shipping=earlier.shipping, checks=replace(earlier.checks, cvv="I"), source=None,
        custom_fields=earlier.custom_fields, details=details, items=earlier.items, extra={},
        rejection=None, submit=flag(part(params, "options"), "submit_for_settlement"),
        partial=False, vault=False, vault_billing=False, vault_shipping=False,
    )  # fmt: skip
