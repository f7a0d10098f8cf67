"""The published test nonces of wallets, and what each stands for in the vault."""

from __future__ import annotations

from datetime import datetime

from paytone.sandbox.vault.addresses import EMPTY
from paytone.sandbox.vault.cards import Fingerprint, face_of
from paytone.sandbox.wallets.kept_wallets import APPLE_PAY, GOOGLE_PAY, PAYPAL, Wallet
from paytone.sandbox.wire import Value

Details = dict[str, Value]

VISA, MASTERCARD = "4012888888881881", "5555555555554444"
AMEX, DISCOVER = "378282246310005", "6011111111111117"

PAYPAL_ONCE = "fake-paypal-one-time-nonce"
ABSTRACT = "fake-abstract-transactable-nonce"

_PAYER: Details = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane.doe@paypal.com",
    "payer_id": "FAKE_PAYER_ID",
    "country_code": "US",
}


def paypal(email: str, agreement: str | None = "B_FAKE_ID") -> Wallet:
    """A PayPal account with that *email*, and the billing agreement that lets it be charged."""
    details: Details = {
        "email": email,
        "billing_agreement_id": agreement,
        "payer_id": _PAYER["payer_id"],
        "payer_info": {**_PAYER, "email": email},
        "funding_source_description": "Visa ending in 1234",
        "edit_paypal_vault_id": None,
        "is_channel_initiated": False,
        "limited_use_order_id": None,
        "revoked_at": None,
    }
    return Wallet(PAYPAL, details)


def apple(brand: str, source: str, merchant_token: str | None = None) -> Details:
    """The elements of a card behind Apple Pay; *merchant_token* if it is no device's."""
    return {
        "card_type": f"Apple Pay - {brand}",
        "payment_instrument_name": source,
        "source_description": source,
        "source_card_last4": source.rsplit(" ", maxsplit=1)[-1][-4:],
        "is_device_token": merchant_token is None,
        "merchant_token_identifier": merchant_token,
    }


def google(
    brand: str, last_four: str, source: str, *, network: bool = False,
    transaction: str | None = "google_transaction_id",
) -> Details:  # fmt: skip
    """The elements of a card behind Google Pay; *network* if the bank made its number."""
    return {
        "virtual_card_type": brand,
        "virtual_card_last_4": last_four,
        "source_card_type": brand,
        "source_card_last_4": source,
        "source_description": f"{brand} {source}",
        "google_transaction_id": transaction,
        "is_network_tokenized": network,
    }


_AMEX_CHECKOUT: Details = {
    "card_type": "American Express",
    "card_member_number": "1234",
    "card_member_expiry_date": "12/30",
    "source_description": "AmEx 1234",
}
_VENMO: Details = {
    "username": "venmojoe",
    "venmo_user_id": "1234567891234567891",
    "source_description": "Venmo Account: venmojoe",
    "last_two": "99",
}
_SEPA: Details = {
    "bank_reference_token": "a-fake-bank-reference-token",
    "mandate_type": "RECURRENT",
    "last_4": "1234",
    "merchant_or_partner_customer_id": "a-fake-mp-customer-id",
}
_MPAN = "DNITHE302308980427388297"

_WITH_CARD: dict[str, tuple[str, str, Details]] = {
    "fake-apple-pay-visa-nonce": (APPLE_PAY, VISA, apple("Visa", "Visa 8886")),
    "fake-apple-pay-mastercard-nonce": (
        APPLE_PAY, MASTERCARD, apple("MasterCard", "MasterCard 0017")
    ),
    "fake-apple-pay-amex-nonce": (APPLE_PAY, AMEX, apple("American Express", "AmEx 41002")),
    "fake-apple-pay-mpan-nonce": (APPLE_PAY, VISA, apple("Visa", "Visa 2006", _MPAN)),
    "fake-android-pay-nonce": (GOOGLE_PAY, VISA, google("Visa", "1881", "1111")),
    "fake-android-pay-visa-nonce": (GOOGLE_PAY, VISA, google("Visa", "1881", "1111")),
    "fake-android-pay-mastercard-nonce": (
        GOOGLE_PAY, MASTERCARD, google("MasterCard", "4444", "0005", network=True)
    ),
    "fake-android-pay-amex-nonce": (
        GOOGLE_PAY, AMEX, google("American Express", "0005", "0005", network=True)
    ),
    "fake-android-pay-discover-nonce": (GOOGLE_PAY, DISCOVER, google("Discover", "1117", "1111")),
    "fake-amex-express-checkout-nonce": ("amex_express_checkout_card", AMEX, _AMEX_CHECKOUT),
    "fake-meta-checkout-card-nonce": ("meta_checkout_card", VISA, {"card_type": "Visa"}),
    "fake-meta-checkout-token-nonce": ("meta_checkout_token", VISA, {"card_type": "Visa"}),
    "tokensam_fake_visa": ("samsung_pay_card", VISA, {"card_type": "Visa"}),
    "tokensam_fake_mastercard": ("samsung_pay_card", MASTERCARD, {"card_type": "MasterCard"}),
    "tokensam_fake_american_express": (
        "samsung_pay_card", AMEX, {"card_type": "American Express"}
    ),
    **{
        f"fake-{old}-{name}-nonce": (f"{old.replace('-', '_')}_card", number, {"card_type": brand})
        for old in ("masterpass", "visa-checkout")
        for name, number, brand in (
            ("visa", VISA, "Visa"), ("mastercard", MASTERCARD, "MasterCard"),
            ("amex", AMEX, "American Express"), ("discover", DISCOVER, "Discover"),
        )
    },
}  # fmt: skip

_PLAIN: dict[str, Wallet] = {
    "fake-paypal-billing-agreement-nonce": paypal("jane.doe@paypal.com"),
    "fake-paypal-future-nonce": paypal("payer@example.com"),
    "fake-paypal-future-refresh-token-nonce": paypal("payer@example.com"),
    "fake-google-pay-paypal-nonce": paypal("jane.doe@paypal.com"),
    PAYPAL_ONCE: paypal("jane.doe@paypal.com", None),
    "fake-venmo-account-nonce": Wallet("venmo_account", _VENMO),
    "fake-token-issuance-error-venmo-account-nonce": Wallet("venmo_account", _VENMO),
    "fake-sepa-direct-debit-nonce": Wallet("sepa_debit_account", _SEPA),
    ABSTRACT: Wallet("abstract_payment_method", {}),
}

_HOLDERS = {
    "meta_checkout_card": "Meta Checkout Card Cardholder",
    "meta_checkout_token": "Meta Checkout Token Cardholder",
    "masterpass_card": "Masterpass Cardholder",
    "visa_checkout_card": "Visa Checkout Cardholder",
}


def wallet_of(nonce: str, fingerprint: Fingerprint, now: datetime) -> Wallet | None:
    """What the published *nonce* stands for; None for one that is no wallet's."""
    if nonce not in _WITH_CARD:
        return _PLAIN.get(nonce)
    kind, number, details = _WITH_CARD[nonce]
    face = face_of(number, "12", str(now.year + 1), fingerprint)
    billing = {**EMPTY, "postal_code": "60601"} if kind.startswith(("master", "visa")) else None
    return Wallet(kind, details, face, _HOLDERS.get(kind), billing)
