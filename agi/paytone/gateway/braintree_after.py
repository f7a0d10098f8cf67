"""After the sale, through Braintree's SDK: how a transaction stands, voids and refunds."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import braintree

from paytone.gateway import (
    Fate,
    GatewayRefused,
    NotFound,
    NotUndone,
    Standing,
    Stands,
    Undoing,
    Undone,
    Unknown,
    Unreached,
)
from paytone.gateway.braintree_fault import fault, is_not_found
from paytone.gateway.braintree_standing import standing_of
from paytone.rules.money import Money

log = logging.getLogger(__name__)

KEY_NOT_ALLOWED = "915231"
KEY_IN_DOUBT = {"915232", "915233", "915235"}
"""The key was used before, for a request whose end these do not tell."""


class AfterSale:
    """
    What `BraintreeGateway` does after the sale, one blocking request after the other.

    Where the merchant is not set up for idempotency keys, refunds are made without them.
    """

    def __init__(self, sdk: braintree.BraintreeGateway) -> None:
        self._sdk = sdk
        self._keyed = True

    def standing(self, transaction: str) -> Stands:
        """As `Gateway.standing`."""
        try:
            found = self._sdk.transaction.find(transaction)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return NotFound() if is_not_found(exc) else Unknown(type(exc).__name__)
        return standing_of(found)

    def void(self, transaction: str) -> Undoing:
        """As `Gateway.void`."""
        try:
            result = self._sdk.transaction.void(transaction)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return _undoing(exc)
        if result.is_success:
            return Undone(transaction)
        stands = self.standing(transaction)
        if isinstance(stands, Unknown):
            return stands
        if isinstance(stands, Standing) and stands.fate is Fate.VOIDED:
            return Undone(transaction)
        return NotUndone(" ".join(sorted(_codes(result))), "cannot be voided")

    def refund(self, transaction: str, amount: Money, reference: str) -> Undoing:
        """As `Gateway.refund`."""
        request = {"amount": amount.decimal, "order_id": reference}
        keyed = self._keyed
        try:
            result = self._refund(transaction, request, keyed=keyed)
            if keyed and KEY_NOT_ALLOWED in _codes(result):
                # Refused before anything was done.
                log.warning("Braintree takes no idempotency keys for this merchant")
                self._keyed = False
                result = self._refund(transaction, request, keyed=False)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return _undoing(exc)
        return _refunded(result, amount)

    def find_refund(self, transaction: str, reference: str) -> Stands:
        """As `Gateway.find_refund`; by the charge's own list, which unlike the index never lags."""
        try:
            charge = self._sdk.transaction.find(transaction)
            for name in charge.refund_ids or []:
                refund = self._sdk.transaction.find(name)
                if refund.order_id == reference:
                    return standing_of(refund)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return Unknown(type(exc).__name__)
        return NotFound()

    def between(self, since: datetime, until: datetime) -> list[Standing] | Unknown:
        """As `Gateway.between`."""
        search = braintree.TransactionSearch
        found: dict[str, Standing] = {}
        try:
            for when in (
                search.created_at,
                search.ach_return_responses_created_at,
                search.dispute_date,
            ):
                for transaction in self._sdk.transaction.search(when.between(since, until)).items:
                    stands = standing_of(transaction)
                    if isinstance(stands, Unknown):
                        return stands
                    found[stands.transaction] = stands
        except Exception as exc:  # noqa: BLE001 - whatever it is, the list is not known
            return Unknown(type(exc).__name__)
        return list(found.values())

    def _refund(self, transaction: str, request: dict[str, Any], *, keyed: bool) -> Any:
        extra = {"api_request_key": request["order_id"]} if keyed else {}
        return self._sdk.transaction.refund(transaction, request | extra)


def _codes(result: Any) -> set[str]:
    return set() if result.is_success else {error.code for error in result.errors.deep_errors}


def _refunded(result: Any, amount: Money) -> Undoing:
    if result.is_success:
        stands = standing_of(result.transaction)
        if isinstance(stands, Standing) and stands.amount == amount:
            return Undone(stands.transaction)
        return Unknown(f"refund {result.transaction.id} is not of {amount}")
    codes = _codes(result)
    if codes & KEY_IN_DOUBT:
        return Unknown(" ".join(sorted(codes)))
    if result.transaction is not None:
        stands = standing_of(result.transaction)
        return NotUndone(stands.code, stands.text) if isinstance(stands, Standing) else Unknown("?")
    return NotUndone(" ".join(sorted(codes)), "refused")


def _undoing(exc: Exception) -> NotUndone | Unreached | Unknown:
    if is_not_found(exc):
        return NotUndone("404", "Braintree holds no such transaction")
    what = fault(exc)
    return Unreached(str(what)) if isinstance(what, GatewayRefused) else what
