"""Wallets in the vault: PayPal and Venmo accounts, cards behind Apple Pay and Google Pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from paytone.sandbox.sales.instrument_view import global_id
from paytone.sandbox.sales.transactions import Instrument, Other
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.wire import Value

if TYPE_CHECKING:
    from paytone.sandbox.books import Books
    from paytone.sandbox.invalid import Invalid
    from paytone.sandbox.merchants import MerchantAccount
    from paytone.sandbox.request import Request

PAYPAL: Final = "paypal_account"
APPLE_PAY: Final = "apple_pay_card"
GOOGLE_PAY: Final = "android_pay_card"

_IN_A_SALE = {
    PAYPAL: ("paypal", "PayPalDetail"),
    APPLE_PAY: ("apple_pay", "ApplePayDetail"),
    GOOGLE_PAY: ("android_pay_card", "AndroidPayDetail"),
    "venmo_account": ("venmo_account", "VenmoAccountDetail"),
    "sepa_debit_account": ("sepa_debit_account_detail", "SEPADebitAccount"),
    "amex_express_checkout_card": ("amex_express_checkout_card", "AmexExpressCheckoutDetail"),
    "masterpass_card": ("masterpass_card", "MasterpassCardDetail"),
    "visa_checkout_card": ("visa_checkout_card", "VisaCheckoutCardDetail"),
    "samsung_pay_card": ("samsung_pay_card", "SamsungPayCardDetail"),
}
"""The element of a transaction that shows each kind, and what searches call it."""

_SORTS = {PAYPAL: "pp", "venmo_account": "venmo"}

_PAYS_AS = {"jane.doe@paypal.com": "payer@example.com"}
"""The published PayPal account, which a sale shows by another address than the vault does."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """
    What is known of a wallet.

    Args:
        kind: The element that shows it in the vault: ``paypal_account`` …
        details: Its own elements.
        face: The card behind it, if there is one.
    """

    kind: str
    details: Mapping[str, Value]
    face: CardFace | None = None
    cardholder_name: str | None = None
    billing: Address | None = None

    def instrument(self, token: str | None, customer_id: str | None) -> Instrument:
        """It, to pay with."""
        element, search = _IN_A_SALE.get(self.kind, (self.kind, self.kind))
        details = {**self.details, **_card(self), "token": token}
        if token is not None:
            details["global_id"] = kept_id(self.kind, token)
        if self.kind == PAYPAL:
            email = str(self.details.get("email"))
            details["payer_email"] = _PAYS_AS.get(email, email)
        return Instrument(
            cardholder_name=self.cardholder_name, token=token, customer_id=customer_id,
            other=Other(self.kind, element, search, details), by_nonce=token is None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptWallet:
    """A wallet in the vault."""

    token: str
    wallet: Wallet
    customer_id: str
    default: bool
    created: datetime
    updated: datetime

    @property
    def kind(self) -> str:
        return self.wallet.kind

    def instrument(self, cvv: str = "I") -> Instrument:  # noqa: ARG002 - no wallet has one
        """It, to pay with."""
        return self.wallet.instrument(self.token, self.customer_id)

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:
        """Every account takes it."""

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:  # noqa: ARG002
        """It, as it is: it is in the vault already."""
        return self.instrument()

    def moved(self, *, token: str, default: bool) -> KeptWallet:
        """It, under that token and default or not."""
        return replace(self, token=token, default=default)

    def shown(self, books: Books, now: datetime) -> dict[str, Value]:
        """The content of its element."""
        from paytone.sandbox.vault.view import show_wallet

        return show_wallet(self, books, now)


def vault(
    request: Request, wallet: Wallet, customer_id: str, token: str | None, *, default: bool = False
) -> KeptWallet:
    """*wallet* kept as that customer's."""
    books, now = request.books, request.now
    made = KeptWallet(token or books.new_id(), wallet, customer_id, default, now, now)
    books.keep_method(made)
    return made


def kept_id(kind: str, token: str) -> str:
    """The id that the other API knows a wallet in the vault by."""
    sort = _SORTS.get(kind)
    return global_id(f"paymentmethod_{sort}" if sort else "paymentmethod", token)


def _card(wallet: Wallet) -> dict[str, Value]:
    face = wallet.face
    if face is None:
        return {}
    shown: dict[str, Value] = {
        "bin": face.bin[:6],
        "last_4": face.last_four,
        "expiration_month": face.month,
        "expiration_year": face.year,
        "cardholder_name": wallet.cardholder_name,
    }
    if wallet.kind == GOOGLE_PAY:
        del shown["last_4"]  # said by its virtual_card elements
    return shown
