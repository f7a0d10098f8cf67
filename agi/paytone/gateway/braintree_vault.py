"""Braintree's vault, through its SDK: keeping cards and forgetting them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import braintree
from braintree.exceptions.not_found_error import NotFoundError

from paytone.gateway import (
    BankToKeep,
    CardToKeep,
    Forgetting,
    Forgotten,
    GatewayRefused,
    Keeping,
    Kept,
    NotKept,
    Refusal,
    Unknown,
    Unreached,
)
from paytone.gateway.braintree_bank import Banks
from paytone.gateway.braintree_fault import asked, is_not_found
from paytone.gateway.braintree_reply import REFUSALS, card_kind_of
from paytone.rules.card import Card

TAKEN_CUSTOMER, TAKEN_TOKEN = "91609", "91719"


class Vault:
    """What `BraintreeGateway` does in the vault, one blocking request after the other."""

    def __init__(
        self, sdk: braintree.BraintreeGateway, banks: Banks, merchant_account: str | None
    ) -> None:
        self._sdk = sdk
        self._banks = banks
        self._merchant_account = merchant_account

    def save_card(self, card: CardToKeep | Card, customer: str, token: str) -> Keeping:
        """As `Gateway.save_card`."""

        def created() -> Any:
            self._have_customer(customer)
            return self._sdk.credit_card.create(self._request(card, customer, token))

        result = asked(created)
        if isinstance(result, Unknown | Unreached):
            return result
        return self._kept(result, token)

    def save_bank(self, account: BankToKeep, customer: str, token: str) -> Keeping:
        """As `Gateway.save_bank`."""
        not_known = asked(partial(self._have_customer, customer))
        return not_known or self._banks.save(account, customer, token)

    def forget(self, token: str) -> Forgetting:
        """As `Gateway.forget`."""

        def deleted() -> Forgotten:
            with suppress(NotFoundError):
                self._sdk.payment_method.delete(token)
            return Forgotten()

        return asked(deleted)

    def _have_customer(self, customer: str) -> None:
        """Let Braintree know *customer*, by our id and nothing else."""
        try:
            self._sdk.customer.find(customer)
        except Exception as exc:
            if not is_not_found(exc):
                raise
            made = self._sdk.customer.create({"id": customer})
            if not made.is_success and TAKEN_CUSTOMER not in _codes(made):
                raise GatewayRefused("validation " + " ".join(sorted(_codes(made)))) from None

    def _request(self, card: CardToKeep | Card, customer: str, token: str) -> dict[str, object]:
        request: dict[str, object] = {
            "customer_id": customer,
            "token": token,
            "number": card.number.digits,
            "expiration_month": f"{card.expiry.month:02}",
            "expiration_year": str(card.expiry.year),
        }
        if card.postal_code:
            request["billing_address"] = {"postal_code": card.postal_code}
        if isinstance(card, Card):
            account = self._merchant_account
            options = {"verification_merchant_account_id": account} if account else {}
            if card.security_code is not None:
                request["cvv"] = card.security_code.digits
            request["options"] = {"verify_card": True, **options}
        return request

    def _kept(self, result: Any, token: str) -> Keeping:
        if result.is_success:
            return Kept(result.credit_card.token, card_kind_of(result.credit_card))
        if (verification := result.credit_card_verification) is not None:
            return _not_verified(verification)
        codes = _codes(result)
        if TAKEN_TOKEN in codes:
            # An earlier request of ours has kept it.
            return Kept(token, card_kind_of(self._sdk.payment_method.find(token)))
        mendable = sorted(codes & REFUSALS.keys())
        refusal = REFUSALS[mendable[0]] if mendable else Refusal.ISSUER
        return NotKept(refusal, " ".join(sorted(codes)), "not kept")


def _not_verified(verification: Any) -> NotKept:
    """The bank, or a rule of the merchant's, did not let the card pass."""
    code = str(
        verification.gateway_rejection_reason
        or verification.processor_response_code
        or verification.status
    )
    text = str(verification.processor_response_text or verification.status)
    return NotKept(REFUSALS.get(code, Refusal.ISSUER), code, text)


def _codes(result: Any) -> set[str]:
    return {error.code for error in result.errors.deep_errors}
