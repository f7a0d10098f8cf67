"""Wallets, nonces and verifications of the vault, and finding what is in it."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import date
from typing import Any

import pytest
from braintree import CreditCardVerificationSearch, CustomerSearch
from braintree.exceptions.not_found_error import NotFoundError

from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import CVV, VISA, codes
from tests.sandbox.test_secrets import AMEX, SHOWN, strings_within

CARD = {"number": VISA, "expiration_date": "09/2030", "cvv": CVV, "cardholder_name": "Ann Bee"}
AGREED = "fake-paypal-billing-agreement-nonce"
CLIENT = "/merchants/paytone_merchant_id/client_api/v1/payment_methods/credit_cards"


def tokenize(sandbox: Sandbox, sdk: Any, card: dict[str, Any], owner: str | None = None) -> Any:
    """Status and content of what a browser is answered that asks for a nonce."""
    wanted = {"customer_id": owner} if owner else {}
    token = json.loads(b64decode(sdk.client_token.generate(wanted)))
    said = {"credit_card": card, "authorizationFingerprint": token["authorizationFingerprint"]}
    answer = sandbox.handle("POST", CLIENT, {}, json.dumps(said).encode())
    return answer.status, json.loads(answer.body)


def browser_card(**changes: Any) -> dict[str, Any]:
    return {"number": VISA, "expirationMonth": "09", "expirationYear": "2030", **changes}


def test_a_wallet_is_found_renamed_and_deleted(sdk: Any) -> None:
    owner = sdk.customer.create({"payment_method_nonce": AGREED}).customer
    kept = owner.paypal_accounts[0]

    assert kept.default
    assert "jane.doe@paypal.com" == sdk.payment_method.find(kept.token).email
    sdk.payment_method.update(kept.token, {"token": "mine"})
    assert sdk.paypal_account.find("mine").billing_agreement_id
    assert sdk.payment_method.delete("mine").is_success
    with pytest.raises(NotFoundError):
        sdk.payment_method.find("mine")


def test_one_default_among_cards_and_wallets(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": dict(CARD)}).customer
    wallet = {"payment_method_nonce": AGREED, "options": {"make_default": True}}

    kept = sdk.payment_method.create({"customer_id": owner.id, **wallet}).payment_method

    assert kept.default
    assert not sdk.customer.find(owner.id).credit_cards[0].default
    sdk.payment_method.delete(kept.token)
    assert sdk.customer.find(owner.id).credit_cards[0].default


def test_a_wallets_token_is_not_given_twice(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": {**CARD, "token": "taken"}}).customer

    result = sdk.payment_method.create(
        {"customer_id": owner.id, "payment_method_nonce": AGREED, "token": "taken"}
    )

    assert [("token", "92906")] == codes(result)


def test_a_nonce_from_a_browser_is_kept_once(sandbox: Sandbox, sdk: Any) -> None:
    owner = sdk.customer.create({}).customer
    status, said = tokenize(sandbox, sdk, browser_card())
    wanted = {
        "customer_id": owner.id, "payment_method_nonce": said["creditCards"][0]["nonce"],
    }  # fmt: skip

    assert 201 == status
    assert "1111" == sdk.payment_method.create(wanted).payment_method.last_4
    assert [("payment_method_nonce", "93107")] == codes(sdk.payment_method.create(wanted))


def test_a_browsers_card_goes_to_the_tokens_customer(sandbox: Sandbox, sdk: Any) -> None:
    owner = sdk.customer.create({}).customer

    _, said = tokenize(sandbox, sdk, browser_card(), owner.id)

    card = sdk.credit_card.from_nonce(said["creditCards"][0]["nonce"])
    assert [card.token] == [each.token for each in sdk.customer.find(owner.id).credit_cards]


def test_a_browsers_bad_card_is_refused_at_once_or_when_used(sandbox: Sandbox, sdk: Any) -> None:
    owner = sdk.customer.create({}).customer
    bad = browser_card(number="4111111111111112")
    later = {**bad, "options": {"validate": False}}

    assert 422 == tokenize(sandbox, sdk, bad)[0]
    status, said = tokenize(sandbox, sdk, later)

    assert 202 == status
    nonce = said["creditCards"][0]["nonce"]
    wanted = {"customer_id": owner.id, "payment_method_nonce": nonce}
    assert [("number", "81715")] == codes(sdk.payment_method.create(wanted))


@pytest.mark.parametrize("forged", ["", "x|merchant_id=paytone_merchant_id"])
def test_a_forged_client_token_is_refused(sandbox: Sandbox, forged: str) -> None:
    said = json.dumps({"credit_card": browser_card(), "authorizationFingerprint": forged})

    assert 401 == sandbox.handle("POST", CLIENT, {}, said.encode()).status


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_a_browsers_nonsense_is_a_bad_request(sandbox: Sandbox, body: bytes) -> None:
    assert 400 == sandbox.handle("POST", CLIENT, {}, body).status


def test_a_verified_card_shows_its_verification(sdk: Any) -> None:
    check = {"verify_card": True, "verification_amount": "1.02"}

    owner = sdk.customer.create({"credit_card": {**CARD, "options": check}}).customer

    verification = owner.credit_cards[0].verification
    assert ("verified", "M") == (verification.status, verification.cvv_response_code)
    found = sdk.verification.search(
        CreditCardVerificationSearch.payment_method_token == owner.credit_cards[0].token
    )
    assert [verification.id] == [each.id for each in found.items]


def test_a_customer_whose_card_fails_is_not_kept(sdk: Any) -> None:
    bad = {**CARD, "number": "4000111111111115", "options": {"verify_card": True}}

    result = sdk.customer.create({"id": "refused", "credit_card": bad})

    assert "2000" == result.credit_card_verification.processor_response_code
    with pytest.raises(NotFoundError):
        sdk.customer.find("refused")


def test_customers_are_found_by_what_they_have(sdk: Any) -> None:
    ann = sdk.customer.create({"first_name": "Ann", "credit_card": dict(CARD)}).customer
    sdk.customer.create({"first_name": "Bob"})

    for criterion in (
        CustomerSearch.first_name.starts_with("an"),
        CustomerSearch.credit_card_number.ends_with("1111"),
        CustomerSearch.payment_method_token == ann.credit_cards[0].token,
        CustomerSearch.cardholder_name == "Ann Bee",
    ):
        assert [ann.id] == [found.id for found in sdk.customer.search(criterion).items]


def test_a_card_renamed_through_its_customer_is_there_once(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": {**CARD, "token": "old"}}).customer
    change = {"token": "newer", "options": {"update_existing_token": "old"}}

    changed = sdk.customer.update(owner.id, {"credit_card": change}).customer

    assert [("newer", True)] == [(card.token, card.default) for card in changed.credit_cards]


def test_anothers_method_is_not_made_the_default(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": dict(CARD)}).customer
    other = sdk.customer.create({"credit_card": dict(CARD)}).customer
    second = sdk.credit_card.create({"customer_id": other.id, **CARD}).credit_card

    sdk.customer.update(owner.id, {"default_payment_method_token": second.token})

    assert not sdk.credit_card.find(second.token).default


def test_expired_and_expiring_cards(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": {**CARD, "expiration_date": "02/2026"}}).customer
    sdk.credit_card.create({"customer_id": owner.id, **CARD, "expiration_date": "03/2026"})

    first, last = date(2026, 3, 1), date(2026, 4, 30)
    assert ["02/2026"] == [card.expiration_date for card in sdk.credit_card.expired().items]
    expiring = sdk.credit_card.expiring_between(first, last)
    assert ["03/2026"] == [card.expiration_date for card in expiring.items]


def test_a_nonce_made_from_the_vault_is_looked_into(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": dict(CARD)}).customer

    made = sdk.payment_method_nonce.create(owner.credit_cards[0].token).payment_method_nonce

    assert "411111" == sdk.payment_method_nonce.find(made.nonce).details["bin"]


def test_a_browsers_number_and_cvv_are_not_kept(sandbox: Sandbox, sdk: Any) -> None:
    tokenize(sandbox, sdk, browser_card(number=AMEX, cvv="7351"))
    tokenize(sandbox, sdk, browser_card(number=AMEX, options={"validate": False}))

    assert [] == [text for text in strings_within(sandbox) if SHOWN.search(text)]


def test_a_kept_wallet_has_the_same_global_id_in_a_sale(sdk: Any) -> None:
    owner = sdk.customer.create({"payment_method_nonce": "fake-venmo-account-nonce"}).customer
    kept = owner.payment_methods[0]

    paid = sdk.transaction.sale({"amount": "10.00", "payment_method_token": kept.token}).transaction

    assert f"paymentmethod_venmo_{kept.token}" == decoded(kept.global_id)
    assert kept.global_id == paid.venmo_account_details.global_id


def decoded(text: str) -> str:
    return b64decode(text + "=" * (-len(text) % 4)).decode()
