"""Sales by bank account: taken at once, settled days later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from paytone.sandbox.bank.accounts import KIND
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.returns import is_debit
from paytone.sandbox.sales.transactions import Instrument, Transaction
from paytone.sandbox.wire import Params, Value


def debited(request: Request, sale: Transaction) -> Transaction:
    """*sale*, if approved and by bank account, as such sales begin: 4002, settlement pending."""
    if not is_debit(sale) or not sale.approved:
        return sale
    params = request.params("transaction")
    options = part(part(params, "options"), KIND)
    submitted = sale
    if sale.status != "submitted_for_settlement":
        submitted = sale.moved("submitted_for_settlement", request.now, user=request.user)
    pending = submitted.moved("settlement_pending", request.now, user=None, source="")
    return replace(
        pending,
        code="4002",
        settlement_code="4002",
        authorization_code=None,
        network_id=None,
        instrument=_with_mandate(pending, part(params, KIND), request.now),
        extra={**pending.extra, **_details(options)},
    )


def _details(options: Params) -> dict[str, Value]:
    kind = text(options, "ach_type") or "standard"
    nothing = dict.fromkeys(("ach_return_code", "ach_reject_reason", "upcoming_retry_date"))
    sec_code = text(options, "sec_code") or "WEB"
    return {"ach_type": kind, "requested_ach_type": kind, "sec_code": sec_code, **nothing}


def _with_mandate(sale: Transaction, given: Params, now: datetime) -> Instrument:
    text_given = text(given, "ach_mandate_text")
    instrument = sale.instrument
    if text_given is None or instrument.other is None:
        return instrument
    mandate = {"text": text_given, "accepted_at": _moment(given, now)}
    other = replace(instrument.other, details={**instrument.other.details, "ach_mandate": mandate})
    return replace(instrument, other=other)


def _moment(given: Params, now: datetime) -> datetime:
    """When the customer agreed; now for what cannot be read as a time."""
    said = given.get("ach_mandate_accepted_at")
    if isinstance(said, datetime):
        return said
    try:
        read = datetime.fromisoformat(str(said))
    except ValueError:
        return now
    return read if read.tzinfo else read.replace(tzinfo=UTC)
