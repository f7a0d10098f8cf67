"""Debits that a bank sends back: why, and what that makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from paytone.sandbox.bank.accounts import KIND
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Items, Value

REASONS = {
    "R01": "Insufficient Funds",
    "R02": "Account Closed",
    "R03": "No Account/Unable to Locate Account",
    "R04": "Invalid Account Number",
    "R05": "Unauthorized Debit to Consumer Account",
    "R06": "Returned at the Request of the Originating Bank",
    "R07": "Authorization Revoked by Customer",
    "R08": "Payment Stopped",
    "R09": "Uncollected Funds",
    "R10": "Customer Advises Not Authorized",
    "R11": "Customer Advises Entry Not in Accordance with the Terms of the Authorization",
    "R12": "Account Sold to Another Bank",
    "R13": "Invalid ACH Routing Number",
    "R14": "Representative Payee Deceased",
    "R15": "Account Holder Deceased",
    "R16": "Account Frozen",
    "R17": "File Record Edit Criteria",
    "R20": "Non-Transaction Account",
    "R21": "Invalid Company Identification",
    "R22": "Invalid Individual ID Number",
    "R23": "Credit Entry Refused by Receiver",
    "R24": "Duplicate Entry",
    "R28": "Routing Number Check Digit Error",
    "R29": "Corporate Customer Advises Not Authorized",
    "R31": "Permissible Return Entry",
    "RJCT": "Rejected",
}
"""Why a bank sends a debit back, by Nacha's return reason codes; RJCT is the processor's own."""


def is_debit(sale: Transaction) -> bool:
    """Whether *sale* is paid by bank account."""
    return sale.instrument.other is not None and sale.instrument.other.type == KIND


def returned(sale: Transaction, code: str, at: datetime, reason: str | None) -> Transaction:
    """*sale*, sent back by the bank with a return *code*; *reason* only where it was rejected."""
    moved = sale.moved("settlement_declined", at, user=None, source="")
    response: dict[str, Value] = {"reason_code": code, "created_at": at}
    extra: dict[str, Value] = {
        "ach_return_code": code,
        "ach_reject_reason": reason if code == "RJCT" else None,
        "ach_return_responses": Items("ach_return_response", (response,)),
    }
    return replace(moved, settlement_code="4001", extra={**moved.extra, **extra})
