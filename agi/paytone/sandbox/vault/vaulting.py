"""Keeping what paid for an approved sale, and its addresses, in the vault."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.draft import Draft
from paytone.sandbox.sales.transactions import Instrument, Transaction
from paytone.sandbox.vault.addresses import EMPTY, PHONE_FIELDS, Address
from paytone.sandbox.vault.keeping import address_id, keep
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS, Customer, VaultedCard


def vault_sale(request: Request, sale: Transaction, draft: Draft) -> Transaction:
    """*sale* with the token and customer that what paid for it now has in the vault."""
    if sale.instrument.token is not None or not _keepable(draft):
        return sale
    customer = _customer(request, draft)
    kept = _kept(request, draft, customer)
    billing = kept.default_billing or sale.billing
    shipping = sale.shipping
    if draft.vault_shipping and shipping != EMPTY:
        shipping = _address(request, customer.id, shipping)
    face = request.books.customers[customer.id].face()
    return replace(sale, instrument=kept, customer=face, billing=billing, shipping=shipping)


def _keepable(draft: Draft) -> bool:
    return draft.means.instrument.other is None or draft.means.payable is not None


def _kept(request: Request, draft: Draft, customer: Customer) -> Instrument:
    """What paid, with its token; what it shows beside stays as it was in the sale."""
    paid = draft.means.instrument
    wanted = text(part(request.params("transaction"), "credit_card"), "token")
    if draft.means.payable is None or paid.other is None:
        return _kept_card(request, draft, customer, wanted)
    kept = draft.means.payable.keep(request, customer.id, wanted)
    other = replace(paid.other, details={**paid.other.details, "token": kept.token})
    return replace(kept, other=other, by_nonce=True)


def _kept_card(
    request: Request, draft: Draft, customer: Customer, wanted: str | None
) -> Instrument:
    paid = draft.means.instrument
    made = VaultedCard(
        token=wanted or request.books.new_id(),
        face=paid.face,
        customer_id=customer.id,
        cardholder_name=paid.cardholder_name,
        billing=draft.billing if draft.vault_billing and draft.billing != EMPTY else None,
        default=False,
        created=request.now,
        updated=request.now,
    )
    kept = keep(request, made, customer.id).instrument()
    return replace(kept, by_nonce=paid.by_nonce, extra=paid.extra)


def _address(request: Request, customer_id: str, address: Address) -> Address:
    customer = request.books.customers[customer_id]
    made = {**address, "id": address_id(request.books, customer.addresses)}
    kept = replace(customer, addresses=(*customer.addresses, made))
    request.books.customers[customer_id] = kept
    return made


def _customer(request: Request, draft: Draft) -> Customer:
    """The customer named in the sale, made if there is none yet."""
    books = request.books
    wanted = draft.customer.get("id")
    if wanted and wanted in books.customers:
        return books.customers[wanted]
    fields = {name: draft.customer.get(name) for name in CUSTOMER_FIELDS}
    phone = {name: draft.customer.get(name) for name in PHONE_FIELDS}
    made = wanted or books.new_customer_id()
    customer = Customer(made, fields, {}, request.now, request.now, phone=phone)
    books.customers[customer.id] = customer
    return customer
