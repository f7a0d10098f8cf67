"""A transaction as the gateway shows it: every element, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from paytone.sandbox.sales.instrument_view import by_network_token, global_id, show_instrument
from paytone.sandbox.sales.receipt import show_receipt
from paytone.sandbox.sales.responses import SETTLEMENT, text_of, type_of
from paytone.sandbox.sales.transactions import StatusEvent, Transaction
from paytone.sandbox.vault.addresses import COUNTRY_FIELDS, Address, show_phone
from paytone.sandbox.wire import Items, Value

_WEEK = timedelta(days=7)
_NAMES = ("first_name", "last_name", "company")
_PLACE = ("street_address", "extended_address", "locality", "region", "postal_code")
_ADDRESS = ("id", *_NAMES, *_PLACE, *COUNTRY_FIELDS)
_CUSTOMER = ("id", *_NAMES, "email", "website", "phone", "fax")
_RECURRING = frozenset({"recurring", "recurring_first"})

_LEVELS = (
    "channel", "purchase_order_number", "tax_amount", "discount_amount", "shipping_amount",
    "shipping_tax_amount", "surcharge_amount", "service_fee_amount", "ships_from_postal_code",
)  # fmt: skip
_NOTHING: dict[str, Value] = dict.fromkeys(
    (
        "installment_count", "response_emv_data", "acquirer_reference_number",
        "merchant_identification_number", "terminal_identification_number", "merchant_name",
        "debit_network", "processing_mode",
    )
)  # fmt: skip
_DISBURSEMENT: dict[str, Value] = dict.fromkeys(
    (
        "disbursement_date", "settlement_amount", "settlement_currency_iso_code",
        "settlement_currency_exchange_rate", "settlement_base_currency_exchange_rate",
        "funds_held", "success",
    )
)  # fmt: skip
_NO_SUBSCRIPTION: dict[str, Value] = {
    "plan_id": None,
    "subscription_id": None,
    "subscription": {"billing_period_end_date": None, "billing_period_start_date": None},
    "add_ons": Items("add_on"),
    "discounts": Items("discount"),
}


def show(sale: Transaction) -> dict[str, Value]:
    """The content of ``<transaction>``."""
    owner = sale.customer.get("id")
    return {
        **_head(sale),
        "customer": {
            **{name: sale.customer.get(name) for name in _CUSTOMER},
            "global_id": global_id("customer", owner) if owner else None,
            "international_phone": show_phone(sale.customer),
        },
        "billing": _address(sale.billing),
        **_relatives(sale),
        "shipping": _address(sale.shipping),
        "custom_fields": sale.custom_fields or "",
        **_responses(sale),
        **show_instrument(sale),
        "status_history": Items("status_event", tuple(map(_event, sale.history))),
        **_NO_SUBSCRIPTION,
        **_details(sale),
        **_settlement(sale),
        **_globals(sale),
        **_NOTHING,
        **show_receipt(sale),
        "pin_verified": False,
        **sale.extra,
    }


def _head(sale: Transaction) -> dict[str, Value]:
    return {
        "id": sale.id,
        "status": sale.status,
        "type": sale.type,
        "currency_iso_code": sale.currency,
        "amount": sale.amount,
        "amount_requested": sale.requested,
        "merchant_account_id": sale.account,
        "sub_merchant_account_id": None,
        "master_merchant_account_id": None,
        "order_id": sale.order_id,
        "created_at": sale.created,
        "updated_at": sale.updated,
    }


def _address(address: Address) -> dict[str, Value]:
    return {
        **{name: address.get(name) for name in _ADDRESS},
        "international_phone": show_phone(address),
    }


def _relatives(sale: Transaction) -> dict[str, Value]:
    return {
        "refund_id": sale.refunds[-1] if sale.refunds else None,
        "refund_ids": Items("item", sale.refunds),
        "refunded_transaction_id": sale.refunded,
        "partial_settlement_transaction_ids": Items("item", sale.partials),
        "authorized_transaction_id": sale.authorized_by,
        "settlement_batch_id": sale.batch,
    }


def _responses(sale: Transaction) -> dict[str, Value]:
    asked = sale.code is not None
    return {
        "account_funding_transaction": False,
        "avs_error_response_code": None,
        "avs_postal_code_response_code": sale.checks.postal_code,
        "avs_street_address_response_code": sale.checks.street,
        "cvv_response_code": sale.checks.cvv,
        "gateway_rejection_reason": sale.rejection,
        "processor_authorization_code": sale.authorization_code,
        "processor_response_code": sale.code or "",
        "processor_response_text": text_of(sale.code) if sale.code else "",
        "processor_response_type": type_of(sale.code) if sale.code else None,
        "additional_processor_response": sale.additional,
        "merchant_advice_code": _advice(sale)[0],
        "merchant_advice_code_text": _advice(sale)[1],
        "network_response_code": "XX" if asked else None,
        "network_response_text": "sample network response text" if asked else None,
        "network_transaction_id": sale.network_id,
        "retrieval_reference_number": "1234567" if asked else None,
        "authorization_expires_at": sale.created + _WEEK if sale.authorization_code else None,
        "voice_referral_number": None,
        "processed_with_network_token": by_network_token(sale),
        "retried": False,
        "sca_exemption_requested": sale.details.get("sca_exemption"),
    }


def _advice(sale: Transaction) -> tuple[str | None, str | None]:
    if sale.status == "processor_declined" and sale.instrument.face.brand == "MasterCard":
        return "01", "New account information available"
    return None, None


def _event(event: StatusEvent) -> dict[str, Value]:
    return {
        "timestamp": event.at,
        "status": event.status,
        "amount": event.amount,
        "user": event.user,
        "transaction_source": event.source,
    }


def _details(sale: Transaction) -> dict[str, Value]:
    details = sale.details
    return {
        "descriptor": {
            "name": details.get("descriptor_name"),
            "phone": details.get("descriptor_phone"),
            "url": details.get("descriptor_url"),
        },
        "recurring": sale.source in _RECURRING,
        **{name: details.get(name) for name in _LEVELS},
        "tax_exempt": details.get("tax_exempt") == "true",
        "escrow_status": None,
        "three_d_secure_info": None,
    }


def _settlement(sale: Transaction) -> dict[str, Value]:
    code = sale.settlement_code
    return {
        "disbursement_details": _DISBURSEMENT,
        "disputes": Items("dispute", tuple(show_dispute(each, sale) for each in sale.disputes)),
        "ach_return_responses": Items("ach_return_response"),
        "authorization_adjustments": Items("authorization_adjustment"),
        "processor_settlement_response_code": code or "",
        "processor_settlement_response_text": SETTLEMENT[code] if code else "",
        "retry_ids": Items("item"),
        "retry_global_ids": Items("item"),
        "retried_transaction_id": None,
        "retried_transaction_global_id": None,
        "installments": Items("installment"),
        "refunded_installments": Items("refunded_installment"),
    }


def show_dispute(dispute: Mapping[str, Value], sale: Transaction) -> dict[str, Value]:
    """The content of ``<dispute>``."""
    return {**dispute, "transaction": {"id": sale.id, "amount": sale.amount}}


def _globals(sale: Transaction) -> dict[str, Value]:
    kind = "refund" if sale.refunded else "transaction"
    parent = global_id("transaction", sale.refunded) if sale.refunded else None
    source = global_id("transaction", sale.authorized_by) if sale.authorized_by else None
    refunds = tuple(global_id("refund", name) for name in sale.refunds)
    partials = tuple(global_id("transaction", name) for name in sale.partials)
    return {
        "global_id": global_id(kind, sale.id),
        "refund_global_ids": Items("item", refunds),
        "refunded_transaction_global_id": parent,
        "partial_settlement_transaction_global_ids": Items("item", partials),
        "authorized_transaction_global_id": source,
    }
