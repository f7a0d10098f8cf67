"""What a merchant prints for the customer: the receipt within a transaction paid by card."""

from __future__ import annotations

from paytone.sandbox.sales.instrument_view import global_id
from paytone.sandbox.sales.responses import text_of
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Value

MERCHANT: dict[str, Value] = dict.fromkeys(
    ("street_address", "locality", "region", "postal_code", "phone")
)
"""Where the merchant is, which the sandbox does not know."""
_NOTHING: dict[str, Value] = dict.fromkeys(
    (
        "account_balance", "merchant_identification_number", "merchant_name",
        "network_identification_code", "processing_mode", "terminal_identification_number",
    )
)  # fmt: skip


def show_receipt(sale: Transaction) -> dict[str, Value]:
    """The elements that a transaction has for printing; no receipt where no card paid."""
    if sale.instrument.other is not None:
        return {"merchant_address": MERCHANT}
    face = sale.instrument.face
    receipt: dict[str, Value] = {
        "id": sale.id,
        "global_id": global_id("transaction", sale.id),
        "amount": sale.amount,
        "currency_iso_code": sale.currency,
        "processor_response_code": sale.code or "",
        "processor_response_text": text_of(sale.code) if sale.code else "",
        "processor_authorization_code": sale.authorization_code,
        "type": sale.type,
        "card_last_4": face.last_four,
        "card_type": face.brand,
        "pin_verified": False,
        "merchant_address": MERCHANT,
        **_NOTHING,
    }
    return {"merchant_address": MERCHANT, "payment_receipt": receipt}
