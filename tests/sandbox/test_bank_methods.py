"""Bank accounts in the vault by the XML API, and what GraphQL can ask of them beside charging."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from braintree.exceptions.not_found_error import NotFoundError

from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import Fields, codes
from tests.sandbox.test_bank_accounts import TOKENIZE, account, ask, nonce, vaulted

NETWORK, MICRO = "network_check", "micro_transfers"

VERIFY = """
mutation Verify($input: VerifyUsBankAccountInput!) {
  verifyUsBankAccount(input: $input) { verification { status verificationMethod } }
}
"""
NODE = """
query Node($id: ID!) {
  node(id: $id) { __typename ... on PaymentMethod { legacyId } ... on Transaction { status } }
}
"""
LOGIN = """
mutation Login($input: TokenizeUsBankLoginInput!) {
  tokenizeUsBankLogin(input: $input) { paymentMethod { id } }
}
"""


def created(sdk: Any, **wanted: Any) -> Any:
    """The result of vaulting an account for a new customer."""
    owner = sdk.customer.create({}).customer
    said = {"customer_id": owner.id, "payment_method_nonce": nonce(sdk), **wanted}
    return sdk.payment_method.create(said)


def by(method: str) -> Fields:
    return {"options": {"us_bank_account_verification_method": method}}


def test_an_account_is_vaulted_verified_and_found(sdk: Any) -> None:
    kept = created(sdk, token="checking", **by(NETWORK)).payment_method

    found = sdk.us_bank_account.find("checking")
    assert ("checking", "0000", True, True) == (
        kept.token,
        found.last_4,
        found.verified,
        kept.default,
    )
    [check] = found.verifications
    assert ("verified", NETWORK) == (check.status, check.verification_method)
    assert check.id == sdk.us_bank_account_verification.find(check.id).id


def test_an_account_is_renamed_with_its_verifications(sdk: Any) -> None:
    old = created(sdk, **by(NETWORK)).payment_method

    renamed = sdk.payment_method.update(old.token, {"token": "newer"}).payment_method

    assert ("newer", True) == (renamed.token, renamed.verified)
    with pytest.raises(NotFoundError):
        sdk.payment_method.find(old.token)


def test_an_account_is_verified_later(sdk: Any) -> None:
    kept = created(sdk).payment_method

    checked = sdk.payment_method.update(kept.token, by(NETWORK)).payment_method

    assert (False, True) == (kept.verified, checked.verified)


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ({"customer_id": "nobody"}, [("customer_id", "93105")]),
        (by("telepathy"), [("us_bank_account_verification_method", "93121")]),
        (
            {"options": {"verification_merchant_account_id": "none"}},
            [("verification_merchant_account_id", "91728")],
        ),
    ],
    ids=["no such customer", "no such method", "no such merchant account"],
)
def test_what_cannot_be_vaulted(sdk: Any, wanted: Fields, refused: list[tuple[str, str]]) -> None:
    assert refused == codes(created(sdk, **wanted))


def test_a_token_is_not_given_twice(sdk: Any) -> None:
    created(sdk, token="mine")

    assert [("token", "91719")] == codes(created(sdk, token="mine"))
    other = created(sdk).payment_method
    assert [("token", "91719")] == codes(sdk.payment_method.update(other.token, {"token": "mine"}))


def test_small_credits_are_confirmed_by_the_xml_api(sdk: Any) -> None:
    kept = created(sdk, **by(MICRO)).payment_method
    [check] = kept.verifications
    confirm = sdk.us_bank_account_verification.confirm_micro_transfer_amounts

    assert [("base", "96106")] == codes(confirm(check.id, ["x", "y"]))
    assert [("base", "96103")] == codes(confirm(check.id, [1, 2]))
    assert "verified" == confirm(check.id, [17, 29]).us_bank_account_verification.status
    assert [("base", "96101")] == codes(confirm(check.id, [17, 29]))
    with pytest.raises(NotFoundError):
        confirm("nosuch", [17, 29])


def test_only_micro_transfers_are_confirmed(sdk: Any) -> None:
    [check] = created(sdk, **by(NETWORK)).payment_method.verifications

    result = sdk.us_bank_account_verification.confirm_micro_transfer_amounts(check.id, [17, 29])

    assert [("base", "96102")] == codes(result)


def test_an_account_in_the_vault_is_verified_by_graphql(sdk: Any) -> None:
    kept = vaulted(sdk, method="MICRO_TRANSFERS")["paymentMethod"]["id"]

    said = ask(sdk, VERIFY, {"paymentMethodId": kept, "verificationMethod": "NETWORK_CHECK"})

    assert {"status": "VERIFIED", "verificationMethod": "NETWORK_CHECK"} == (
        said["data"]["verifyUsBankAccount"]["verification"]
    )


def test_a_thing_is_found_by_its_global_id(sdk: Any) -> None:
    kept = vaulted(sdk)["paymentMethod"]

    found = sdk.graphql_client.query(NODE, {"id": kept["id"]})["data"]["node"]

    assert {"__typename": "PaymentMethod", "legacyId": kept["legacyId"]} == found
    with pytest.raises(NotFoundError):
        sdk.graphql_client.query(NODE, {"id": "nosuch"})


def test_an_account_that_its_bank_vouched_for_is_verified(sdk: Any) -> None:
    login = {"publicToken": "good", "accountType": "CHECKING", "achMandate": "I agree."}
    owner = {"businessOwner": {"businessName": "Water Works"}}
    answer = ask(sdk, LOGIN, {"usBankLogin": {**login, **owner}})
    given = answer["data"]["tokenizeUsBankLogin"]["paymentMethod"]["id"]

    kept = created(sdk, payment_method_nonce=given).payment_method

    assert ("business", True) == (kept.ownership_type, kept.verified)


def test_a_client_token_may_tokenize_and_no_more(sandbox: Sandbox, sdk: Any) -> None:
    token = json.loads(b64decode(sdk.client_token.generate()))["braintree_api"]["access_token"]
    bearer = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def asked(document: str, given: Fields) -> Any:
        body = json.dumps({"query": document, "variables": {"input": given}}).encode()
        return json.loads(sandbox.handle("POST", "/graphql", bearer, body).body)

    made = asked(TOKENIZE, account())["data"]["tokenizeUsBankAccount"]["paymentMethod"]["id"]
    refused = asked(VERIFY, {"paymentMethodId": made})

    assert made.startswith("tokenusbankacct")
    assert ["AUTHORIZATION"] == [each["extensions"]["errorClass"] for each in refused["errors"]]
