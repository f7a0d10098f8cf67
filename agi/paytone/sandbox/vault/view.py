"""Customers and cards of the vault as the gateway shows them."""

from __future__ import annotations

from datetime import datetime

from paytone.sandbox.books import Books
from paytone.sandbox.sales.instrument_view import flag_fields, global_id, logo
from paytone.sandbox.vault.addresses import Address, show_address_fields, show_phone
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS, Customer, VaultedCard
from paytone.sandbox.vault.verification_view import verifications_of
from paytone.sandbox.wallets.kept_wallets import GOOGLE_PAY, KeptWallet, kept_id
from paytone.sandbox.wire import Items, Value

LOGOS = "https://assets.braintreegateway.com/payment_method_logo"
NOTHING = "customernoassociations"
_PLURALS = (
    "paypal_account", "apple_pay_card", "android_pay_card", "venmo_account", "us_bank_account",
    "amex_express_checkout_card", "visa_checkout_card", "masterpass_card", "samsung_pay_card",
    "sepa_debit_account",
)  # fmt: skip
"""The kinds of method that a customer is shown with."""


def show_customer(
    customer: Customer, books: Books, now: datetime, *, alone: bool = False
) -> dict[str, Value]:
    """The content of ``<customer>``, methods and addresses included unless *alone*."""
    shown: dict[str, Value] = {
        "id": customer.id,
        "merchant_id": books.merchant.id,
        **{name: customer.fields.get(name) for name in CUSTOMER_FIELDS},
        "international_phone": show_phone(customer.phone),
        "created_at": customer.created,
        "updated_at": customer.updated,
        "global_id": global_id("customer", customer.id),
    }
    if alone:
        empty: dict[str, Value] = {"credit_cards": Items("credit_card")}
        return {**shown, **empty, "addresses": Items("address"), "custom_fields": ""}
    cards = tuple(show_card(card, books, now) for card in books.cards_of(customer.id))
    addresses = tuple(show_address(each, customer) for each in customer.addresses)
    return {
        **shown,
        "custom_fields": customer.custom_fields or "",
        "credit_cards": Items("credit_card", cards),
        **_methods(customer, books, now),
        "addresses": Items("address", addresses),
    }


def _methods(customer: Customer, books: Books, now: datetime) -> dict[str, Value]:
    kept = books.methods_of(customer.id)
    found = {
        kind: tuple(each.shown(books, now) for each in kept if each.kind == kind)
        for kind in _PLURALS
    }
    return {f"{kind}s": Items(kind, shown) for kind, shown in found.items() if shown}


def show_wallet(kept: KeptWallet, books: Books, now: datetime) -> dict[str, Value]:
    """The content of a wallet's element."""
    wallet = kept.wallet
    shown: dict[str, Value] = {
        "token": kept.token,
        "customer_id": kept.customer_id,
        "customer_global_id": global_id("customer", kept.customer_id),
        "global_id": kept_id(kept.kind, kept.token),
        "default": kept.default,
        "image_url": f"{LOGOS}/{kept.kind}.png?environment=sandbox",
        "created_at": kept.created,
        "updated_at": kept.updated,
        "subscriptions": Items("subscription"),
        **wallet.details,
    }
    if wallet.face is None:
        return shown
    if wallet.billing is not None:
        shown["billing_address"] = show_address_fields(wallet.billing)
    numbers = _numbers(wallet.face, now)
    if kept.kind == GOOGLE_PAY:
        del numbers["card_type"], numbers["last_4"]  # said by its virtual_card elements
    return {
        "is_network_tokenized": False,
        **numbers,
        **shown,
        "cardholder_name": wallet.cardholder_name,
        "customer_location": "US",
        "verifications": verifications_of(kept.token, books),
    }


def _numbers(face: CardFace, now: datetime) -> dict[str, Value]:
    """What a card and a card behind a wallet have in common."""
    return {
        "bin": face.bin[:6],
        "card_type": face.brand,
        **flag_fields(face.flags),
        "expiration_month": face.month,
        "expiration_year": face.year,
        "expired": is_expired(face, now),
        "last_4": face.last_four,
        "unique_number_identifier": face.fingerprint,
    }


def is_expired(face: CardFace, now: datetime) -> bool:
    """Whether the card's last month is over."""
    return (int(face.year), int(face.month)) < (now.year, now.month)


def show_card(card: VaultedCard, books: Books, now: datetime) -> dict[str, Value]:
    """The content of a vaulted ``<credit-card>``."""
    return {
        **_billing(card),
        **_numbers(card.face, now),
        "cardholder_name": card.cardholder_name,
        "created_at": card.created,
        "customer_id": card.customer_id,
        "customer_global_id": global_id("customer", card.customer_id),
        "customer_location": "US",
        "default": card.default,
        "global_id": global_id("paymentmethod_cc", card.token),
        "image_url": logo(card.face),
        "subscriptions": Items("subscription"),
        "token": card.token,
        "updated_at": card.updated,
        "venmo_sdk": False,
        "verifications": verifications_of(card.token, books),
        "is_network_tokenized": card.network_tokenized,
    }


def _billing(card: VaultedCard) -> dict[str, Value]:
    """The billing address, which is not mentioned at all where there is none."""
    if card.billing is None:
        return {}
    address = {
        "id": card.billing["id"],
        "customer_id": card.customer_id,
        **show_address_fields(card.billing),
        "created_at": card.created,
        "updated_at": card.updated,
    }
    return {"billing_address": address}


def show_address(address: Address, customer: Customer) -> dict[str, Value]:
    """The content of ``<address>``."""
    return {
        "id": address["id"],
        "customer_id": customer.id,
        **show_address_fields(address),
        "created_at": customer.created,
        "updated_at": customer.updated,
    }
