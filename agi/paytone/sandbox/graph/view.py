"""Bank accounts, verifications and transactions as GraphQL shows them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from paytone.sandbox.bank.accounts import BankAccount, BankFace, checks_of, is_verified
from paytone.sandbox.bank.checks import BankCheck
from paytone.sandbox.books import Books
from paytone.sandbox.sales.instrument_view import global_id
from paytone.sandbox.sales.responses import text_of
from paytone.sandbox.sales.transactions import Instrument, StatusEvent, Transaction

Fields = dict[str, Any]

_LAST = frozenset(
    {
        "settled", "settlement_declined", "voided", "failed", "gateway_rejected",
        "processor_declined",
    }
)  # fmt: skip


def account_details(face: BankFace, *, verified: bool) -> Fields:
    """``UsBankAccountDetails`` of *face*."""
    mandate = face.mandate
    return {
        "__typename": "UsBankAccountDetails",
        "accountholderName": face.holder,
        "accountType": face.account_type.upper(),
        "achMandate": mandate and {"acceptanceText": mandate[0], "acceptedAt": _moment(mandate[1])},
        "bankName": face.bank_name,
        "last4": face.last_four,
        "ownershipType": face.ownership.upper(),
        "routingNumber": face.routing_number,
        "verified": verified,
    }


def single_use(nonce: str, face: BankFace, now: datetime) -> Fields:
    """``PaymentMethod`` of an account that was only tokenized."""
    return {
        "__typename": "PaymentMethod",
        "id": nonce,
        "legacyId": nonce,
        "usage": "SINGLE_USE",
        "createdAt": _moment(now),
        "details": account_details(face, verified=False),
    }


def kept_account(account: BankAccount, books: Books) -> Fields:
    """``PaymentMethod`` of an account in the vault."""
    checks = [
        {"cursor": check.id, "node": verification(check)}
        for check in checks_of(account.token, books)
    ]
    return {
        "__typename": "PaymentMethod",
        "id": global_id("paymentmethod_usb", account.token),
        "legacyId": account.token,
        "usage": "MULTI_USE",
        "createdAt": _moment(account.created),
        "customer": _customer(account.customer_id),
        "details": account_details(account.face, verified=is_verified(account.token, books)),
        "verifications": {"edges": checks},
    }


def verification(check: BankCheck) -> Fields:
    """``Verification`` of *check*, its account left out."""
    return {
        "__typename": "Verification",
        "id": global_id("usbankaccountverification", check.id),
        "legacyId": check.id,
        "status": check.status.upper(),
        "verificationMethod": check.method.upper(),
        "merchantAccountId": check.account,
        "processorResponse": _response(check.code, check.additional)
        if check.status != "pending"
        else None,
        "createdAt": _moment(check.created),
    }


def transaction(sale: Transaction, books: Books) -> Fields:
    """``Transaction`` of *sale*."""
    token = sale.instrument.token
    account = books.methods.get(token or "")
    return {
        "__typename": "Transaction",
        "id": global_id("transaction", sale.id),
        "legacyId": sale.id,
        "createdAt": _moment(sale.created),
        "amount": _amount(sale.amount, sale.currency),
        "orderId": sale.order_id,
        "merchantAccountId": sale.account,
        "status": sale.status.upper(),
        "statusHistory": [_event(event, sale.currency) for event in reversed(sale.history)],
        "paymentMethodSnapshot": _snapshot(sale.instrument),
        "paymentMethod": kept_account(account, books) if isinstance(account, BankAccount) else None,
        "customer": _customer(sale.customer.get("id")),
        "processorResponse": _response(sale.code, sale.additional) if sale.code else None,
        "standardEntryClassCode": sale.extra.get("sec_code"),
    }


def _snapshot(instrument: Instrument) -> Fields:
    other = instrument.other
    if other is None:
        face = instrument.face
        return {
            "__typename": "CreditCardDetails",
            "brandCode": face.brand.upper().replace(" ", "_"),
            "last4": face.last_four,
            "bin": face.bin[:6],
        }
    shown: Fields = dict(other.details)
    mandate = shown.get("ach_mandate")
    return {
        "__typename": "UsBankAccountDetails",
        "accountholderName": shown.get("account_holder_name"),
        "accountType": str(shown.get("account_type")).upper(),
        "achMandate": mandate
        and {"acceptanceText": mandate["text"], "acceptedAt": _moment(mandate["accepted_at"])},
        "bankName": shown.get("bank_name"),
        "last4": shown.get("last_4"),
        "ownershipType": str(shown.get("ownership_type")).upper(),
        "routingNumber": shown.get("routing_number"),
    }


def _event(event: StatusEvent, currency: str) -> Fields:
    return {
        "status": event.status.upper(),
        "timestamp": _moment(event.at),
        "amount": _amount(event.amount, currency),
        "terminal": event.status in _LAST,
    }


def _amount(amount: Decimal, currency: str) -> Fields:
    return {"value": str(amount), "currencyCode": currency, "currencyIsoCode": currency}


def _customer(customer_id: str | None) -> Fields | None:
    if customer_id is None:
        return None
    return {
        "__typename": "Customer",
        "id": global_id("customer", customer_id),
        "legacyId": customer_id,
    }


def _response(code: str, additional: str | None) -> Fields:
    return {"legacyCode": code, "message": text_of(code), "additionalInformation": additional}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
