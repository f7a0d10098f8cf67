"""Customers: made, found, changed and deleted, with the methods that come along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Payable
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import part, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.vault.addresses import Address, read_phone
from paytone.sandbox.vault.card_work import GivenCard, card_in, keep_given
from paytone.sandbox.vault.customer_fields import read_custom_fields, read_fields, read_id
from paytone.sandbox.vault.keeping import forget
from paytone.sandbox.vault.kept import Customer
from paytone.sandbox.vault.nonces import CardNonce, WalletNonce, nonce_named, use
from paytone.sandbox.vault.view import NOTHING, show_customer
from paytone.sandbox.wallets.work import (
    GivenWallet,
    keep_wallet,
    raw_wallet_in,
    scope_of,
    wallet_in,
)
from paytone.sandbox.wire import Params, write


@dataclass(frozen=True, slots=True)
class Given:
    """The method that comes with a customer, if one does; *nonce* is what it came by."""

    card: GivenCard | None = None
    wallet: GivenWallet | None = None
    other: Payable | None = None
    nonce: str | None = None


def create(request: Request) -> Answer:
    """A new customer, with a method where one is given."""
    params, books, now = request.params("customer"), request.books, request.now
    invalid = Invalid()
    scope = invalid.at("customer")
    fields = read_fields(params, scope)
    custom = read_custom_fields(request, params, scope)
    wanted = read_id(request, params, scope)
    phone = read_phone(params)
    given = _given(request, params, invalid)
    if invalid:
        return refusal(invalid, request.body)
    customer = Customer(wanted or books.new_customer_id(), fields, custom, now, now, phone=phone)
    books.customers[customer.id] = customer
    if (refused := _keep(request, given, customer)) is not None:
        forget(books, customer.id)
        return refused
    return _shown(201, request, customer.id)


def find(request: Request) -> Answer:
    """The customer with methods and addresses, or without for that filter; or 404."""
    if request.names[0] not in request.books.customers:
        return MISSING
    return _shown(200, request, request.names[0])


def update(request: Request) -> Answer:
    """The customer with the given fields changed; a given method is added or changed."""
    params, books = request.params("customer"), request.books
    customer = books.customers.get(request.names[0])
    if customer is None:
        return MISSING
    invalid = Invalid()
    scope = invalid.at("customer")
    changed = _changed(request, params, customer, scope)
    default = text(params, "default_payment_method_token")
    given = _given(request, params, invalid, customer)
    if invalid:
        return refusal(invalid, request.body)
    if (refused := _keep(request, given, customer)) is not None:
        return refused
    addresses = books.customers[customer.id].addresses
    books.customers[customer.id] = replace(changed, addresses=addresses)
    if default is not None and _owns(request, customer.id, default):
        books.make_default(default)
    return _shown(200, request, customer.id)


def _owns(request: Request, customer_id: str, token: str) -> bool:
    kept = request.books.cards.get(token) or request.books.methods.get(token)
    return kept is not None and kept.customer_id == customer_id


def delete(request: Request) -> Answer:
    """The customer and all methods of theirs gone, or 404."""
    if request.names[0] not in request.books.customers:
        return MISSING
    forget(request.books, request.names[0])
    return Answer(200)


def _changed(request: Request, params: Params, customer: Customer, scope: Invalid) -> Customer:
    fields = read_fields(params, scope)
    custom = read_custom_fields(request, params, scope)
    named = {name: value for name, value in fields.items() if name in params}
    phone: Address = read_phone(params) if "international_phone" in params else customer.phone
    return replace(
        customer, fields={**customer.fields, **named}, phone=phone,
        custom_fields={**customer.custom_fields, **custom}, updated=request.now,
    )  # fmt: skip


def _given(
    request: Request, params: Params, invalid: Invalid, customer: Customer | None = None
) -> Given:
    """The method in *params*: behind a nonce, a device's card, or a card's number."""
    card = part(params, "credit_card")
    name = text(params, "payment_method_nonce") or text(card, "payment_method_nonce")
    payable = nonce_named(request, name) if name else None
    if isinstance(payable, WalletNonce):
        scope = _wallet_scope(payable, invalid)
        options = part(params, "apple_pay_card") or card
        return Given(wallet=wallet_in(request, payable, options, scope), nonce=name)
    if payable is not None and not isinstance(payable, CardNonce):
        return Given(other=payable, nonce=name)
    if raw := raw_wallet_in(request, params, invalid):
        return Given(wallet=raw)
    if not card and name is None:
        return Given()
    owner = {"customer_id": customer.id} if customer else {}
    behind = {"payment_method_nonce": name} if name else {}
    scope = invalid.at("customer").at("credit_card")
    return Given(_card(request, {**card, **owner, **behind}, scope, customer))


def _wallet_scope(nonce: WalletNonce, invalid: Invalid) -> Invalid:
    scope = scope_of(nonce.wallet.kind)
    return invalid.at(scope) if scope == "apple_pay" else invalid.at("customer").at(scope)


def _card(
    request: Request, card: Params, scope: Invalid, customer: Customer | None
) -> GivenCard | None:
    existing = text(part(card, "options"), "update_existing_token")
    if existing is None:
        return card_in(request, card, scope)
    kept = request.books.cards.get(existing)
    if customer is None or kept is None or kept.customer_id != customer.id:
        scope.at("options").add("update_existing_token", "91723")
        return None
    return card_in(request, card, scope, kept)


def _keep(request: Request, given: Given, customer: Customer) -> Answer | None:
    """Keep the method; the 422 answer if its verification failed."""
    if given.nonce is not None:
        use(request, given.nonce)
    kept: object = None
    if given.card is not None:
        kept = keep_given(request, given.card, customer.id, customer.face())
    elif given.wallet is not None:
        kept = keep_wallet(request, given.wallet, customer.id, customer.face())
    elif given.other is not None:
        given.other.keep(request, customer.id, None)
    return kept if isinstance(kept, Answer) else None


def _shown(status: int, request: Request, customer_id: str) -> Answer:
    customer = request.books.customers[customer_id]
    alone = f"association_filter_id={NOTHING}" in request.query.split("&")
    shown = show_customer(customer, request.books, request.now, alone=alone)
    return Answer(status, write("customer", shown))
