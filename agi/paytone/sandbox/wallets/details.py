"""What is known of a wallet that pays: the content of its element in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from paytone.sandbox.books import Books
from paytone.sandbox.wire import Value

Details = dict[str, Value]
Maker = Callable[[Books, datetime], Details]
"""Makes the details for one use; ids of the wallet's own are made anew."""

_LOGOS = "https://assets.braintreegateway.com/payment_method_logo"


def _picture(name: str) -> str:
    return f"{_LOGOS}/{name}.png?environment=development"


def _expiry(now: datetime) -> Details:
    return {"expiration_month": "12", "expiration_year": str(now.year + 1)}


def paypal(*, agreement: bool) -> Maker:
    """A PayPal account; *agreement* if it may be charged again."""

    def details(books: Books, _: datetime) -> Details:
        made = [books.new_id(17).upper() for _ in range(6)]
        return {
            "token": None,
            "payer_email": "payer@example.com",
            "payer_id": f"PAYER-{made[0]}",
            "payer_first_name": "Pat",
            "payer_last_name": "Payer",
            "payer_status": "VERIFIED",
            "payment_id": f"PAY-{made[1]}",
            "authorization_id": f"AUTH-{made[2]}",
            "capture_id": f"CAPTURE-{made[3]}",
            "debug_id": f"DEBUG-{made[4]}",
            "image_url": _picture("paypal"),
            "seller_protection_status": "ELIGIBLE",
            "transaction_fee_amount": "0.01",
            "transaction_fee_currency_iso_code": "USD",
            "billing_agreement_id": f"B-{made[5]}" if agreement else None,
            "recipient_email": "test@paypal.com",
            "recipient_phone": {"country_code": "1", "national_number": "4082222222"},
            **dict.fromkeys(("refund_id", "custom_field", "description", "payee_id")),
            "payee_email": None,
            "tax_id": None,
            "tax_id_type": None,
        }

    return details


def apple_pay(brand: str, name: str, last_four: str, *, device: bool = True) -> Maker:
    """A card in Apple Pay; *device* unless it is a token of the merchant's."""

    def details(books: Books, now: datetime) -> Details:
        return {
            "token": None,
            "card_type": f"Apple Pay - {brand}",
            "payment_instrument_name": name,
            "source_description": name,
            "source_card_last4": name.rsplit(" ", maxsplit=1)[-1][-4:],
            "last_4": last_four,
            "bin": "401288" if brand == "Visa" else "371449",
            "cardholder_name": "Visa Apple Pay Cardholder",
            **_expiry(now),
            "image_url": _picture("apple_pay"),
            "is_device_token": device,
            "merchant_token_identifier": None if device else f"DNITHE{books.new_id(26)}".upper(),
            "payment_account_reference": None,
            "prepaid": "Unknown",
            "debit": "Unknown",
            "commercial": "Unknown",
        }

    return details


def google_pay(brand: str, bin_: str, last_four: str, *, token: bool) -> Maker:
    """A card in Google Pay; *token* if the network made a token of it."""

    def details(books: Books, now: datetime) -> Details:
        return {
            "token": None,
            "virtual_card_type": brand,
            "virtual_card_last_4": last_four,
            "source_card_type": brand,
            "source_card_last_4": last_four,
            "source_description": f"{brand} {last_four}",
            "bin": bin_,
            **_expiry(now),
            "google_transaction_id": f"google_transaction_id_{books.new_id(6)}",
            "image_url": _picture("android_pay_card"),
            "is_network_tokenized": token,
            "payment_account_reference": None,
            "prepaid": "Unknown",
            "debit": "Unknown",
            "commercial": "Unknown",
        }

    return details


def meta(holder: str, extra: Details) -> Maker:
    """A card in Meta's checkout."""

    def details(_: Books, now: datetime) -> Details:
        return {
            "bin": "401288",
            "last_4": "1881",
            "card_type": "Visa",
            "cardholder_name": holder,
            "container_id": "container123",
            "customer_location": "US",
            **_expiry(now),
            "image_url": _picture("visa"),
            **dict.fromkeys(("business", "consumer", "corporate", "purchase"), "Unknown"),
            **dict.fromkeys(("commercial", "debit", "healthcare", "payroll"), "Unknown"),
            "prepaid": "No",
            "prepaid_reloadable": "Unknown",
            **extra,
        }

    return details


def sepa(books: Books, _: datetime) -> Details:
    """A European account with a mandate."""
    return {
        "token": None,
        "global_id": books.new_id(16),
        "bank_reference_token": "a-fake-bank-reference-token",
        "mandate_type": "RECURRENT",
        "last_4": "1234",
        "merchant_or_partner_customer_id": "a-fake-mp-customer-id",
        "capture_id": books.new_id(16),
        "transaction_fee_amount": "0.01",
        "transaction_fee_currency_iso_code": "USD",
        **dict.fromkeys(("refund_id", "debug_id", "paypal_v2_order_id", "settlement_type")),
        "refund_from_transaction_fee_amount": None,
        "refund_from_transaction_fee_currency_iso_code": None,
    }


def local_payment(books: Books, _: datetime) -> Details:
    """A payment by a European bank's own way."""
    made = [books.new_id(17).upper() for _ in range(4)]
    return {
        "payment_id": f"PAY-{made[0]}",
        "payer_id": f"PAYER-{made[1]}",
        "funding_source": "ideal",
        "capture_id": made[2],
        "debug_id": made[3],
        "refund_id": None,
        "transaction_fee_amount": "0.01",
        "transaction_fee_currency_iso_code": "EUR",
        "refund_from_transaction_fee_amount": None,
        "refund_from_transaction_fee_currency_iso_code": None,
        "custom_field": None,
        "description": None,
    }


def venmo(_books: Books, _now: datetime) -> Details:
    """A Venmo account."""
    return {
        "token": None,
        "global_id": None,
        "username": "venmojoe",
        "venmo_user_id": "1234567891234567891",
        "image_url": _picture("venmo"),
        "source_description": "Venmo Account: venmojoe",
    }


def amex_checkout(_: Books, now: datetime) -> Details:
    """A card in American Express's checkout."""
    return {
        "token": None,
        "card_type": "American Express",
        "bin": "341111",
        "card_member_number": "0005",
        "card_member_expiry_date": f"12/{now.year % 100 + 1}",
        **_expiry(now),
        "image_url": _picture("american_express"),
        "source_description": "AmEx 0005",
    }
