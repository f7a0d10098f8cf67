"""Bank accounts through Braintree's GraphQL and vault: tokenized, verified, charged with TEL."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import Any, Final

import braintree

from paytone.gateway import (
    Approved,
    BankToKeep,
    Declined,
    GatewayRefused,
    Keeping,
    Kept,
    Mandate,
    NotKept,
    Outcome,
    Refusal,
    Unknown,
    Unreached,
    Vaulted,
)
from paytone.gateway.braintree_fault import asked, is_not_found
from paytone.gateway.braintree_reply import NOT_TAKEN, TAKEN
from paytone.rules.bank import Ownership
from paytone.rules.money import Money

TOKENIZE: Final = """
mutation ($input: TokenizeUsBankAccountInput!) {
  tokenizeUsBankAccount(input: $input) { paymentMethod { id } }
}
"""
CHARGE: Final = """
mutation ($input: ChargeUsBankAccountInput!) {
  chargeUsBankAccount(input: $input) {
    transaction {
      legacyId
      status
      amount { value currencyCode }
      processorResponse { legacyCode message }
    }
  }
}
"""
SEC_CODE: Final = "TEL"
"""Authorised by telephone, whether for one debit or for those that follow by a schedule (Nacha)."""

NETWORK_CHECK: Final = "network_check"
NOT_VERIFIED: Final = "not-verified"
NO_SUCH_ACCOUNT: Final = "2061"
"""The one answer that says of the numbers themselves that they are wrong."""


class Banks:
    """
    What `BraintreeGateway` does with bank accounts, one blocking request after the other.

    Args:
        merchant_account: Braintree's id of it; None for the default one.
    """

    def __init__(self, sdk: braintree.BraintreeGateway, merchant_account: str | None) -> None:
        self._sdk = sdk
        self._merchant_account = merchant_account

    def save(self, account: BankToKeep, customer: str, token: str) -> Keeping:
        """As `Gateway.save_bank`; Braintree must know *customer*."""

        def kept() -> Keeping:
            nonce = self._nonce(account)
            if isinstance(nonce, NotKept):
                return nonce
            vaulting = self._vaulting(nonce, customer, token)
            return self._kept(self._sdk.payment_method.create(vaulting))

        return asked(kept)

    def charge(self, amount: Money, source: Vaulted, reference: str) -> Outcome:
        """As `Gateway.charge`, for a bank account."""
        try:
            account = self._sdk.payment_method.find(source.token)
        except Exception as exc:  # noqa: BLE001 - nothing was asked for yet
            if is_not_found(exc):
                return Declined(None, Refusal.GONE, hard=True, code="404", text="not in the vault")
            return Unreached(type(exc).__name__)
        request = self._request(amount, account.global_id, reference, source.mandate)
        answer = asked(partial(self._sdk.graphql_client.query, CHARGE, {"input": request}))
        return answer if isinstance(answer, Unknown | Unreached) else _outcome(answer, amount)

    def _nonce(self, account: BankToKeep) -> str | NotKept:
        answer = self._sdk.graphql_client.query(TOKENIZE, {"input": _tokenizing(account)})
        if answer.get("errors"):
            return NotKept(Refusal.NUMBER, "tokenize", _first_message(answer))
        return str(answer["data"]["tokenizeUsBankAccount"]["paymentMethod"]["id"])

    def _vaulting(self, nonce: str, customer: str, token: str) -> dict[str, object]:
        options = {"us_bank_account_verification_method": NETWORK_CHECK}
        if self._merchant_account:
            options["verification_merchant_account_id"] = self._merchant_account
        return {
            "customer_id": customer,
            "token": token,
            "payment_method_nonce": nonce,
            "options": options,
        }

    def _kept(self, result: Any) -> Keeping:
        if not result.is_success:
            codes = sorted(error.code for error in result.errors.deep_errors)
            return NotKept(Refusal.NUMBER, " ".join(codes), "not kept")
        account = result.payment_method
        if account.verified:
            return Kept(account.token)
        check = account.verifications[0] if account.verifications else None
        code = str(getattr(check, "processor_response_code", None) or NOT_VERIFIED)
        text = str(getattr(check, "processor_response_text", None) or "not verified")
        self._sdk.payment_method.delete(account.token)
        known = code == NO_SUCH_ACCOUNT
        return NotKept(Refusal.NUMBER if known else Refusal.NOT_VERIFIED, code, text)

    def _request(
        self, amount: Money, account: str, reference: str, mandate: Mandate | None
    ) -> dict[str, object]:
        transaction = {"amount": str(amount.decimal), "orderId": reference}
        if self._merchant_account:
            transaction["merchantAccountId"] = self._merchant_account
        options = {"standardEntryClassCode": SEC_CODE}
        if mandate:
            moment = mandate.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            options |= {"achMandate": mandate.text, "achMandateAcceptedAt": moment}
        return {"paymentMethodId": account, "transaction": transaction, "options": options}


def _tokenizing(account: BankToKeep) -> dict[str, object]:
    keyed = account.account
    given: dict[str, object] = {
        "routingNumber": keyed.bank.routing,
        "accountNumber": str.__str__(keyed.number.digits),
        "accountType": keyed.account_type.name,
        "achMandate": account.mandate,
    }
    if keyed.ownership is Ownership.BUSINESS:
        return {"usBankAccount": given | {"businessOwner": {"businessName": account.holder}}}
    first, _, last = account.holder.rpartition(" ")
    owner = {"firstName": first or last, "lastName": last}
    return {"usBankAccount": given | {"individualOwner": owner}}


def _outcome(answer: Any, amount: Money) -> Outcome:
    if errors := answer.get("errors"):
        codes = {str(each.get("extensions", {}).get("legacyCode")) for each in errors}
        if "915172" in codes:
            return Declined(
                None, Refusal.NOT_VERIFIED, hard=True, code="915172", text="not verified"
            )
        raise GatewayRefused("validation " + " ".join(sorted(codes)))
    sale = answer["data"]["chargeUsBankAccount"]["transaction"]
    status = str(sale["status"]).lower()
    charged = f"{sale['amount']['value']} {sale['amount']['currencyCode']}"
    if status in TAKEN:
        if charged != f"{amount.decimal} {amount.currency}":
            return Unknown(f"{sale['legacyId']} is for {charged}, not {amount}")
        return Approved(str(sale["legacyId"]), amount)
    if status not in NOT_TAKEN:
        return Unknown(f"status {status}")
    said = sale.get("processorResponse") or {}
    code = str(said.get("legacyCode") or status)
    refusal = Refusal.FUNDS if code == "2001" else Refusal.ISSUER
    return Declined(
        str(sale["legacyId"]), refusal, hard=False, code=code, text=str(said.get("message") or "")
    )


def _first_message(answer: Any) -> str:
    """What is wrong, for the record; Braintree's messages quote no numbers."""
    errors = answer["errors"]
    path = errors[0].get("extensions", {}).get("inputPath") or ["?"]
    return f"refused: {path[-1]}"
