"""What pays and is no card, by its test nonce: PayPal, Apple Pay, Google Pay, Venmo and others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paytone.sandbox.books import Books
from paytone.sandbox.sales.transactions import Other
from paytone.sandbox.wallets import details as of


@dataclass(frozen=True, slots=True)
class Wallet:
    """
    A wallet, as one test nonce has it.

    Args:
        type: As ``payment_instrument_type`` says it.
        element: The element of a transaction that holds its details.
        search: What searches call the type.
        once: Pays once and is not kept in the vault.
        rejection: The gateway's reason to refuse it.
    """

    type: str
    element: str
    search: str
    details: of.Maker
    once: bool = False
    rejection: str | None = None

    def other(self, books: Books, now: datetime) -> Other:
        """It, to pay with."""
        return Other(self.type, self.element, self.search, self.details(books, now))


def paypal(*, agreement: bool = False, once: bool = False) -> Wallet:
    """A PayPal account."""
    details = of.paypal(agreement=agreement)
    return Wallet("paypal_account", "paypal", "PayPalDetail", details, once)


def apple(brand: str, name: str, last_four: str, *, device: bool = True) -> Wallet:
    """A card in Apple Pay."""
    details = of.apple_pay(brand, name, last_four, device=device)
    return Wallet("apple_pay_card", "apple_pay", "ApplePayDetail", details)


def google(brand: str, bin_: str, last_four: str, *, token: bool) -> Wallet:
    """A card in Google Pay."""
    details = of.google_pay(brand, bin_, last_four, token=token)
    return Wallet("android_pay_card", "android_pay_card", "AndroidPayDetail", details)


def _meta(kind: str) -> Wallet:
    token = kind == "token"
    holder = f"Meta Checkout {kind.title()} Cardholder"
    extra: of.Details = {"is_network_tokenized": token}
    if token:
        extra |= {"cryptogram": "AlhlvxmN2ZKuAAESNFZ4GoABFA==", "ecommerce_indicator": "07"}
    element = f"meta_checkout_{kind}"
    return Wallet(element, element, "MetaCheckout", of.meta(holder, extra), once=True)


def _venmo(rejection: str | None = None) -> Wallet:
    return Wallet(
        "venmo_account", "venmo_account", "VenmoAccountDetail", of.venmo, rejection=rejection
    )


_SEPA = Wallet("sepa_debit_account", "sepa_debit_account_detail", "SEPADebitAccount", of.sepa)
_LOCAL = Wallet("local_payment", "local_payment", "LocalPaymentDetail", of.local_payment, once=True)
_AMEX = Wallet(
    "amex_express_checkout_card", "amex_express_checkout_card", "AmexExpressCheckoutDetail",
    of.amex_checkout,
)  # fmt: skip

WALLETS: dict[str, Wallet] = {
    "fake-paypal-one-time-nonce": paypal(once=True),
    "fake-paypal-billing-agreement-nonce": paypal(agreement=True),
    "fake-paypal-future-nonce": paypal(agreement=True),
    "fake-paypal-future-refresh-token-nonce": paypal(agreement=True),
    "fake-apple-pay-visa-nonce": apple("Visa", "Visa 8886", "8886"),
    "fake-apple-pay-mastercard-nonce": apple("MasterCard", "MasterCard 0017", "0017"),
    "fake-apple-pay-amex-nonce": apple("American Express", "AmEx 41002", "1002"),
    "fake-apple-pay-mpan-nonce": apple("Visa", "Visa 2006", "2006", device=False),
    "fake-android-pay-nonce": google("Discover", "601111", "1117", token=False),
    "fake-android-pay-visa-nonce": google("Visa", "401288", "1881", token=False),
    "fake-android-pay-mastercard-nonce": google("MasterCard", "555555", "4444", token=True),
    "fake-android-pay-amex-nonce": google("American Express", "378282", "0005", token=True),
    "fake-android-pay-discover-nonce": google("Discover", "601111", "1117", token=False),
    "fake-amex-express-checkout-nonce": _AMEX,
    "fake-venmo-account-nonce": _venmo(),
    "fake-token-issuance-error-venmo-account-nonce": _venmo("token_issuance"),
    "fake-sepa-direct-debit-nonce": _SEPA,
    "fake-local-payment-method-nonce": _LOCAL,
    "fake-meta-checkout-card-nonce": _meta("card"),
    "fake-meta-checkout-token-nonce": _meta("token"),
}
"""The test nonces of what is no card; each may be used again and again."""
