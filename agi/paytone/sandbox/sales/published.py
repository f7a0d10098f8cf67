"""The transactions that the SDK's published tests look for, each as a sale of long ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from paytone.sandbox.bank.accounts import fake_face
from paytone.sandbox.books import Books
from paytone.sandbox.sales.outcomes import Checks
from paytone.sandbox.sales.responses import text_of, type_of
from paytone.sandbox.sales.returns import returned
from paytone.sandbox.sales.transactions import Instrument, Other, StatusEvent, Transaction
from paytone.sandbox.vault.addresses import EMPTY
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS
from paytone.sandbox.wallets.known import WALLETS
from paytone.sandbox.wire import Items, Value

Shown = Mapping[str, Value]

_DISBURSED: Shown = {
    "disbursement_date": date(2013, 4, 10),
    "settlement_amount": "100.00",
    "settlement_currency_iso_code": "USD",
    "settlement_currency_exchange_rate": "1",
    "settlement_base_currency_exchange_rate": "1",
    "funds_held": False,
    "success": True,
}
_SECURED: Shown = {
    "enrolled": "Y",
    "status": "authenticate_successful",
    "liability_shifted": True,
    "liability_shift_possible": True,
    "cavv": "somebase64value",
    "xid": "xidvalue",
    "ds_transaction_id": "dstxnid",
    "eci_flag": "07",
    "three_d_secure_version": "1.0.2",
}
_BY_CARD: dict[str, dict[str, Value]] = {
    "deposittransaction": {"disbursement_details": _DISBURSED},
    "transactionwithacquirerreferencenumber": {"acquirer_reference_number": "123456789 091019"},
    "aft_txn": {"account_funding_transaction": True},
    "contact_visa_transaction": {"store_id": "store-id"},
    "threedsecuredtransaction": {"three_d_secure_info": _SECURED},
}
"""By card and settled: what each shows beside the usual."""

_ADJUSTED = {
    "authadjustmenttransaction": "1000",
    "authadjustmenttransactionsoftdeclined": "3000",
    "authadjustmenttransactionharddeclined": "2015",
}
"""With an adjustment, and what the bank said to it."""

_BY_WALLET = {
    "apple_pay_transaction": "fake-apple-pay-visa-nonce",
    "android_pay_card_transaction": "fake-android-pay-visa-nonce",
    "android_pay_network_token_transaction": "fake-android-pay-mastercard-nonce",
}
_HERE: Shown = {
    "authorization_id": "AUTH-HERE", "capture_id": "CAPTURE-HERE", "invoice_id": "INVOICE-HERE",
    "last_4": "1111", "payment_type": "card", "payment_id": "PAY-HERE", "refund_id": "REFUND-HERE",
    "transaction_fee_amount": "0.01", "transaction_fee_currency_iso_code": "USD",
}  # fmt: skip
_AT_A_COUNTER = ("paypal_here_auth_capture_id", "paypal_here_sale_id", "paypal_here_refund_id")

_PACES = {
    "sameday_ach_sameday_requested": ("same_day", "same_day"),
    "standard_ach_sameday_requested": ("standard", "same_day"),
    "standard_ach_standard_requested": ("standard", "standard"),
}
"""Debits by how fast they went, and how fast they were to go."""

_RETURNED = {
    "first_attempted_ach_transaction": "R01",
    "ach_txn_ret1": "R01",
    "ach_txn_ret2": "R02",
    "ach_txn_ret3": "RJCT",
    "ach_txn_ret4": "R03",
    "ach_txn_ret5": "R10",
}
_REJECTED = "Bank accounts located outside of the U.S. are not supported"


def published(books: Books, face: CardFace, now: datetime) -> Iterator[Transaction]:
    """The records, *face* being the card that paid where one did; returns are of *now*."""
    paid = _sale(books, face, now - timedelta(days=30))
    for name, shown in _BY_CARD.items():
        yield replace(paid, id=name, extra=shown)
    for name, code in _ADJUSTED.items():
        yield replace(paid, id=name, extra=_adjustment(code, paid.created))
    yield from _ended(paid, now)
    always_alike = replace(books, dice=Random(0))  # noqa: S311 - ids, no secrets
    yield from _by_wallet(always_alike, paid)
    yield from _by_bank(paid, now)
    yield from _disputed(replace(paid, amount=Decimal("1000.00")))


def _sale(books: Books, face: CardFace, at: datetime) -> Transaction:
    """A settled sale by card, without an id."""
    account, amount = books.merchant.accounts[0], Decimal("100.00")
    return Transaction(
        id="", type="sale", status="settled", amount=amount, requested=amount,
        account=account.id, currency=account.currency, order_id=None, created=at, updated=at,
        instrument=Instrument(face),
        customer={"id": None, **dict.fromkeys(CUSTOMER_FIELDS)}, billing=EMPTY, shipping=EMPTY,
        checks=Checks(), code="1000", rejection=None, source=None, custom_fields={}, details={},
        history=(_event("authorized", at, amount), _event("settled", at, amount)),
        authorization_code="PUBLSH", settlement_code="4000",
    )  # fmt: skip


def _event(status: str, at: datetime, amount: Decimal) -> StatusEvent:
    return StatusEvent(at, status, amount, None, "")


def _adjustment(code: str, at: datetime) -> dict[str, Value]:
    """Twenty less was asked for, and the bank said *code*."""
    adjustment: Shown = {
        "timestamp": at,
        "amount": "-20.00",
        "success": code == "1000",
        "processor_response_code": code,
        "processor_response_text": text_of(code),
        "processor_response_type": type_of(code),
    }
    return {"authorization_adjustments": Items("authorization_adjustment", (adjustment,))}


def _ended(paid: Transaction, now: datetime) -> Iterator[Transaction]:
    """Those in statuses that few come into."""
    confirmed = replace(paid, id="settlement_confirmed_txn", history=paid.history[:1])
    yield confirmed.moved("settlement_confirmed", paid.created, user=None, source="")
    expired = replace(paid, id="authorization_expired_txn", history=paid.history[:1])
    yield replace(expired, settlement_code=None).moved(
        "authorization_expired", now, user=None, source=""
    )


def _by_wallet(books: Books, paid: Transaction) -> Iterator[Transaction]:
    for name, nonce in _BY_WALLET.items():
        other = WALLETS[nonce].other(books, paid.created)
        yield replace(paid, id=name, instrument=Instrument(other=other))
    fee: dict[str, Value] = {
        "refund_from_transaction_fee_amount": "0.01",
        "refund_from_transaction_fee_currency_iso_code": "USD",
    }
    account = WALLETS["fake-paypal-one-time-nonce"].other(books, paid.created)
    account = replace(account, details={**account.details, **fee})
    yield replace(paid, id="settledtransaction", instrument=Instrument(other=account))
    for name in _AT_A_COUNTER:
        here: Shown = {
            **_HERE,
            "transaction_initiation_date": paid.created,
            "transaction_updated_date": paid.updated,
        }
        other = Other("paypal_here", "paypal_here", "PayPalHereDetail", here)
        yield replace(paid, id=name, instrument=Instrument(other=other))


def _by_bank(paid: Transaction, now: datetime) -> Iterator[Transaction]:
    debit = replace(
        paid,
        account="us_bank_merchant_account",
        instrument=fake_face(paid.created).instrument(None, None),
    )
    for name, (pace, wanted) in _PACES.items():
        yield replace(debit, id=name, extra={"ach_type": pace, "requested_ach_type": wanted})
    for name, code in _RETURNED.items():
        sent_back = returned(replace(debit, id=name), code, now, _REJECTED)
        extra = dict(sent_back.extra)
        if name == "first_attempted_ach_transaction":
            extra["upcoming_retry_date"] = f"{now + timedelta(days=1):%Y-%m-%d}"
        yield replace(sent_back, extra=extra)


def _disputed(paid: Transaction) -> Iterator[Transaction]:
    won: Shown = {
        "id": "disputewon", "amount": "250.00", "currency_iso_code": "USD", "status": "won",
        "reason": "fraud", "kind": "chargeback", "received_date": date(2014, 3, 1),
        "reply_by_date": date(2014, 3, 21), "date_opened": date(2014, 3, 1),
        "date_won": date(2014, 3, 7),
    }  # fmt: skip
    asked: Shown = {
        "id": "retrieval", "amount": "1000.00", "currency_iso_code": "USD", "status": "open",
        "reason": "retrieval", "kind": "retrieval", "received_date": date(2014, 3, 1),
        "reply_by_date": date(2014, 3, 21), "date_opened": date(2014, 3, 1), "date_won": None,
    }  # fmt: skip
    yield replace(paid, id="disputedtransaction", disputes=(won,))
    yield replace(paid, id="retrievaltransaction", disputes=(asked,))
