"""What paid for a transaction, as the gateway shows it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from functools import cache
from hashlib import sha256

from paytone.sandbox.sales.transactions import Instrument, Transaction
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.vault.numbers import Flags
from paytone.sandbox.wire import Value

_LOGOS = "https://assets.braintreegateway.com/payment_method_logo"


def global_id(kind: str, name: str) -> str:
    """The id that the other API knows the thing by: unpadded base64 of ``kind_name``."""
    return b64encode(f"{kind}_{name}".encode()).decode().rstrip("=")


def logo(face: CardFace) -> str:
    """Where the brand's picture is."""
    return f"{_LOGOS}/{face.brand.lower().replace(' ', '_')}.png?environment=sandbox"


@cache
def flag_fields(flags: Flags) -> dict[str, Value]:
    """The elements that say what is known of a card by its first digits."""
    return dict(asdict(flags))


def by_network_token(sale: Transaction) -> bool:
    """Whether a network's token of the card paid."""
    return sale.instrument.extra.get("is_network_tokenized") is True


def show_instrument(sale: Transaction) -> dict[str, Value]:
    """What paid: a card in its element, all else in one of its own beside an empty card."""
    instrument, other = sale.instrument, sale.instrument.other
    card = _card(instrument)
    if other is not None:
        card = dict.fromkeys(card)
    if "account_type" in sale.extra:
        card = {**card, "account_type": sale.extra["account_type"]}
    shown: dict[str, Value] = {"credit_card": card}
    if other is not None:
        shown[other.element] = dict(other.details)
    if by_network_token(sale):
        shown["network_token"] = card
    link = instrument.face.brand == "MasterCard" and sale.code == "1000"
    shown["mastercard_transaction_link_id"] = _link_id(sale) if link else None
    shown["payment_instrument_type"] = "credit_card" if other is None else other.type
    return shown


def _link_id(sale: Transaction) -> str:
    """The 22 letters by which Mastercard links this to later transactions."""
    return sha256(sale.id.encode()).hexdigest()[:22]


def _card(instrument: Instrument) -> dict[str, Value]:
    face, token = instrument.face, instrument.token
    return {
        "token": token,
        "bin": face.bin[:6],
        "bin_extended": face.bin,
        "last_4": face.last_four,
        "card_type": face.brand,
        "expiration_month": face.month,
        "expiration_year": face.year,
        "customer_location": "US",
        "cardholder_name": instrument.cardholder_name,
        "image_url": logo(face),
        **flag_fields(face.flags),
        "global_id": global_id("paymentmethod_cc", token) if token else None,
        "account_type": None,
        "unique_number_identifier": face.fingerprint,
        "venmo_sdk": False,
        "account_balance": None,
        "payment_account_reference": None,
        "is_network_tokenized": False,
        **instrument.extra,
    }
