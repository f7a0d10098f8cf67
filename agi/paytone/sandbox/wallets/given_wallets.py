"""Wallets that the merchant describes: deciphered device cards, PayPal payments and their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.transactions import Instrument, Other
from paytone.sandbox.vault.numbers import NUMBERS
from paytone.sandbox.wallets.known import WALLETS, apple, google, paypal
from paytone.sandbox.wire import Params, Value

_DEVICE_NUMBERS = {"370295001292109": "American Express"}
"""Published numbers of cards as they are in a telephone."""

_WORDS = ("payee_id", "payee_email", "custom_field", "description", "recipient_email")


def read_wallet(request: Request, params: Params) -> Instrument | None:
    """The wallet that *params* describe without a nonce, if they do."""
    if device := _device_card(request, params):
        return Instrument(other=device)
    account = part(params, "paypal_account")
    payment, payer = text(account, "payment_id"), text(account, "payer_id")
    if payment is None or payer is None:
        return None
    other = paypal(once=True).other(request.books, request.now)
    return Instrument(other=_with(other, {"payment_id": payment, "payer_id": payer}))


def worded(instrument: Instrument, params: Params) -> Instrument:
    """*instrument* with the payee and the words that a PayPal sale gives it."""
    other = instrument.other
    if other is None or other.element != "paypal":
        return instrument
    options = part(params, "options")
    said: dict[str, Value] = {}
    for given in (part(params, "paypal_account"), options, part(options, "paypal")):
        said |= {name: text(given, name) for name in _WORDS if text(given, name)}
    return replace(instrument, other=_with(other, said))


def completed(instrument: Instrument, request: Request) -> Instrument:
    """*instrument* with the ids that its wallet gives every single sale."""
    other = instrument.other
    wallet = next((each for each in WALLETS.values() if other and each.type == other.type), None)
    if other is None or wallet is None:
        return instrument
    fresh = wallet.other(request.books, request.now)
    known = {name: value for name, value in other.details.items() if value is not None}
    return replace(instrument, other=_with(fresh, known))


def refunded_by(instrument: Instrument, request: Request) -> Instrument:
    """*instrument* as a refund shows it: with an id and a fee of the refund's own."""
    other = instrument.other
    if other is None or "refund_id" not in other.details:
        return instrument
    fee: dict[str, Value] = {
        "refund_id": request.books.new_id(17).upper(),
        "refund_from_transaction_fee_amount": other.details.get("transaction_fee_amount"),
        "refund_from_transaction_fee_currency_iso_code": other.details.get(
            "transaction_fee_currency_iso_code"
        ),
    }
    return replace(instrument, other=_with(other, fee))


def _device_card(request: Request, params: Params) -> Other | None:
    for name in ("apple_pay_card", "android_pay_card"):
        card = part(params, name)
        number = text(card, "number") or ""
        brand = _DEVICE_NUMBERS.get(number) or (
            NUMBERS[number].brand if number in NUMBERS else None
        )
        if brand is not None:
            return _shown(request, name, brand, number, card)
    return None


def _shown(request: Request, name: str, brand: str, number: str, card: Params) -> Other:
    last_four, bin_ = number[-4:], number[:6]
    if name == "apple_pay_card":
        wallet = apple(brand, f"{brand} {last_four}", last_four)
    else:
        wallet = google(brand, bin_, last_four, token=True)
    given = {
        "bin": bin_,
        "cardholder_name": text(card, "cardholder_name"),
        "expiration_month": text(card, "expiration_month"),
        "expiration_year": text(card, "expiration_year"),
        "google_transaction_id": text(card, "google_transaction_id"),
        "source_card_last_4": text(card, "source_card_last_four"),
        "source_card_type": text(card, "source_card_type"),
    }
    known = {key: value for key, value in given.items() if value is not None}
    return _with(wallet.other(request.books, request.now), known)


def _with(other: Other, details: Mapping[str, Value]) -> Other:
    return replace(other, details={**other.details, **details})
