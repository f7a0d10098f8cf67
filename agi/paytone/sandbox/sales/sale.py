"""Sales and credits: a request checked, judged and written down."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.ach import debited
from paytone.sandbox.sales.card_options import with_installments
from paytone.sandbox.sales.draft import Draft, read_draft
from paytone.sandbox.sales.duplicates import is_duplicate, remember
from paytone.sandbox.sales.outcomes import Verdict, judge
from paytone.sandbox.sales.request_keys import once
from paytone.sandbox.sales.responses import text_of
from paytone.sandbox.sales.retries import retried, tried_too_often
from paytone.sandbox.sales.reviews import disputes_of, review_of
from paytone.sandbox.sales.submitting import submitted
from paytone.sandbox.sales.transaction_view import show
from paytone.sandbox.sales.transactions import StatusEvent, Transaction
from paytone.sandbox.vault.nonces import use
from paytone.sandbox.vault.vaulting import vault_sale
from paytone.sandbox.wire import write


def create(request: Request) -> Answer:
    """A sale or a credit: 201 approved, 422 declined or not valid."""
    return once(request, "transaction", _create)


def shown(status: int, transaction: Transaction) -> Answer:
    """An answer with the whole transaction."""
    return Answer(status, write("transaction", show(transaction)))


def declined(transaction: Transaction, request: Request) -> Answer:
    """The 422 answer for a transaction that came to nothing."""
    if transaction.rejection:
        message = f"Gateway Rejected: {transaction.rejection}"
    else:
        message = text_of(transaction.code or "")
    return refusal(Invalid(), request.body, message, transaction=show(transaction))


def complete(request: Request, draft: Draft) -> Answer:
    """What becomes of *draft*: written down, and answered."""
    verdict = _verdict(request, draft)
    sale = retried(request, _written(request, draft, verdict))
    if not sale.approved:
        return declined(request.books.keep(sale), request)
    remember(request, sale)
    sale = debited(request, sale)
    if draft.vault:
        sale = vault_sale(request, sale, draft)
    use(request, text(request.params("transaction"), "payment_method_nonce") or "")
    sale = replace(sale, extra={**sale.extra, **with_installments(sale)})
    if sale.status == "authorized":
        request.books.authorized.append((sale.created, sale.id))
    return shown(201, request.books.keep(sale))


def _create(request: Request) -> Answer:
    invalid = Invalid()
    draft = read_draft(request, invalid.at("transaction"))
    return refusal(invalid, request.body) if draft is None else complete(request, draft)


def _verdict(request: Request, draft: Draft) -> Verdict:
    if draft.rejection:
        return Verdict("gateway_rejected", None, draft.amount, draft.checks, draft.rejection)
    if draft.type == "credit":
        return Verdict("submitted_for_settlement", "1002", draft.amount, draft.checks)
    if is_duplicate(request, draft):
        return Verdict("gateway_rejected", None, draft.amount, draft.checks, "duplicate")
    if tried_too_often(request, draft.means.instrument.face):
        return Verdict("gateway_rejected", None, draft.amount, draft.checks, "excessive_retry")
    face, settings = draft.means.instrument.face, request.books.settings
    return judge(draft.amount, face, draft.checks, settings, partial=draft.partial)


def _written(request: Request, draft: Draft, verdict: Verdict) -> Transaction:
    books, now, instrument = request.books, request.now, draft.means.instrument
    authorized = verdict.status == "authorized"
    event = StatusEvent(now, verdict.status, verdict.amount, request.user)
    transaction = Transaction(
        id=books.new_id(),
        type=draft.type,
        status=verdict.status,
        amount=verdict.amount,
        requested=draft.amount,
        account=draft.account.id,
        currency=draft.account.currency,
        order_id=draft.order_id,
        created=now,
        updated=now,
        instrument=instrument,
        customer=draft.customer,
        billing=draft.billing,
        shipping=draft.shipping,
        checks=verdict.checks,
        code=verdict.code,
        rejection=verdict.rejection,
        source=draft.source,
        custom_fields=draft.custom_fields,
        details=draft.details,
        history=(event,),
        additional=_additional(verdict),
        authorization_code=books.new_id(6).upper() if authorized else None,
        network_id=f"0{now:%Y%m%d%H%M%S}" if verdict.code else None,
        items=draft.items,
        disputes=disputes_of(request, instrument.face.trait, verdict.amount),
        extra={**draft.extra, **review_of(request, instrument)},
    )
    return submitted(transaction, request) if authorized and draft.submit else transaction


def _additional(verdict: Verdict) -> str | None:
    """The bank's own words, which repeat the processor's on a decline."""
    if verdict.status != "processor_declined" or not verdict.code:
        return None
    return f"{verdict.code} : {text_of(verdict.code)}"
