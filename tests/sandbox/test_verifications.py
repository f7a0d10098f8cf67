"""Cards verified by themselves, cards that devices hold, and nonces of what is in the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from braintree import CreditCardVerificationSearch as Search
from braintree.exceptions.not_found_error import NotFoundError
from braintree.us_bank_account_verification_search import (
    UsBankAccountVerificationSearch as BankSearch,
)

from paytone.sandbox.merchants import MERCHANTS, Merchant
from tests.sandbox.conftest import CVV, START, VISA, Fields, codes, order
from tests.sandbox.test_bank_accounts import BAD, GOOD, vaulted

DECLINES, FAILS = "4000111111111115", "3566002020360505"
HIPER = "6370950000000005"


def card(number: str = VISA, **more: Any) -> Fields:
    return {"number": number, "expiration_date": "09/2030", "cvv": CVV, **more}


@pytest.fixture
def theirs(merchant: Callable[[Merchant], Any]) -> Any:
    return merchant(next(each for each in MERCHANTS if each.published))


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        (VISA, "verified", "1000"),
        (DECLINES, "processor_declined", "2000"),
        (FAILS, "failed", "3000"),
    ],
)
def test_a_card_is_verified_by_its_number(sdk: Any, number: str, status: str, code: str) -> None:
    result = sdk.verification.create({"credit_card": card(number), "options": {"amount": "5.00"}})

    made = result.verification if result.is_success else result.credit_card_verification
    assert (status, code, "5.00") == (made.status, made.processor_response_code, str(made.amount))
    assert number[-4:] == sdk.verification.find(made.id).credit_card["last_4"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"amount": "-1"}, ("amount", "94201")),
        ({"amount": "x"}, ("amount", "94202")),
        ({"merchant_account_id": "none"}, ("merchant_account_id", "94204")),
        ({"account_type": "wrong"}, ("account_type", "942184")),
        ({"account_type": "debit"}, ("account_type", "942185")),
    ],
)
def test_options_that_cannot_be_are_refused(
    sdk: Any, options: Fields, wanted: tuple[str, str]
) -> None:
    result = sdk.verification.create({"credit_card": card(), "options": options})

    assert [wanted] == codes(result)


def test_an_unknown_verification_is_not_found(sdk: Any) -> None:
    with pytest.raises(NotFoundError):
        sdk.verification.find("nosuch")


def test_verifications_are_found_by_what_they_say(sdk: Any) -> None:
    good = sdk.verification.create({"credit_card": card(cardholder_name="Ada Moss")}).verification
    sdk.verification.create({"credit_card": card(DECLINES)})

    for criterion in (
        Search.status.in_list(["verified"]),
        Search.credit_card_number.starts_with("411111"),
        Search.credit_card_cardholder_name == "Ada Moss",
        Search.id == good.id,
    ):
        assert [good.id] == [each.id for each in sdk.verification.search(criterion).items]
    today = START.replace(microsecond=0)
    assert 2 == sdk.verification.search(Search.created_at.between(today, today)).maximum_size


def test_bank_verifications_are_found_by_what_they_say(sdk: Any) -> None:
    good = vaulted(sdk, GOOD)["verification"]["legacyId"]
    vaulted(sdk, BAD)

    for criterion in (
        BankSearch.status.in_list(["verified"]),
        BankSearch.account_number.ends_with("0000"),
        BankSearch.id == good,
    ):
        found = sdk.us_bank_account_verification.search(criterion)
        assert [good] == [each.id for each in found.items]
    both = BankSearch.routing_number == "021000021"
    assert 2 == sdk.us_bank_account_verification.search(both).maximum_size


@pytest.mark.parametrize(
    ("kind", "submit", "wanted"),
    [
        ("debit", True, []),
        ("debit", False, [("account_type", "915186")]),
        ("credit", False, []),
        ("cash", True, [("account_type", "915184")]),
    ],
)
def test_a_card_that_can_be_debited_or_credited(
    theirs: Any, kind: str, submit: bool, wanted: list[tuple[str, str]]
) -> None:
    options = {"submit_for_settlement": submit, "credit_card": {"account_type": kind}}

    result = theirs.transaction.sale(
        {
            "amount": "10.00", "merchant_account_id": "hiper_brl",
            "credit_card": card(HIPER), "options": options,
        }
    )  # fmt: skip

    assert wanted == ([] if result.is_success else codes(result))


@pytest.mark.parametrize(
    ("device", "details"),
    [("apple_pay_card", "apple_pay_details"), ("android_pay_card", "android_pay_card_details")],
)
def test_a_card_that_a_device_holds_pays(sdk: Any, device: str, details: str) -> None:
    held = {"number": VISA, "cryptogram": "c", "expiration_month": "05", "expiration_year": "2031"}

    sale = sdk.transaction.sale({"amount": "10.00", device: held}).transaction

    shown = getattr(sale, details)
    assert ("411111", "1111", "05") == (shown.bin, shown.last_4, shown.expiration_month)


def test_a_paypal_payment_with_its_words_pays(sdk: Any) -> None:
    said = {"payment_id": "PAY-1", "payer_id": "PAYER-1"}
    words = {"options": {"paypal": {"description": "Water bill", "custom_field": "march"}}}

    sale = sdk.transaction.sale({"amount": "10.00", "paypal_account": said, **words}).transaction

    assert ("PAY-1", "PAYER-1", "Water bill", "march") == (
        sale.paypal_details.payment_id, sale.paypal_details.payer_id,
        sale.paypal_details.description, sale.paypal_details.custom_field,
    )  # fmt: skip


def test_a_network_token_needs_its_cryptogram(sdk: Any) -> None:
    token = {"ecommerce_indicator": "05", "token_requestor_id": "1"}

    bare = sdk.transaction.sale(order(credit_card=card(network_tokenization_attributes=token)))
    whole = sdk.transaction.sale(
        order(credit_card=card(network_tokenization_attributes={**token, "cryptogram": "c"}))
    )

    assert [("network_tokenization_attributes", "81762")] == codes(bare)
    assert whole.transaction.processed_with_network_token


def test_an_address_of_the_vault_is_billed_by_its_id(sdk: Any) -> None:
    owner = sdk.customer.create({"credit_card": card()}).customer
    made = sdk.address.create({"customer_id": owner.id, "postal_code": "10001"}).address
    sale = {"amount": "10.00", "customer_id": owner.id}

    billed = sdk.transaction.sale({**sale, "billing_address_id": made.id}).transaction
    unknown = sdk.transaction.sale({**sale, "shipping_address_id": "zz"})

    assert "10001" == billed.billing_details.postal_code
    assert [("shipping_address_id", "91581")] == codes(unknown)


@pytest.mark.parametrize(
    ("account", "token", "law"),
    [
        ("sandbox_credit_card", "network_tokenized_credit_card", "unregulated"),
        ("european_three_d_secure_merchant_account", "european_visa_credit", "psd2"),
        ("india_three_d_secure_merchant_account", "india_visa_credit", "rbi"),
    ],
)
def test_a_nonce_tells_which_law_asks_for_the_holder(
    theirs: Any, account: str, token: str, law: str
) -> None:
    asked = {
        "merchant_account_id": account, "authentication_insight": True,
        "authentication_insight_options": {"amount": "3000"},
    }  # fmt: skip

    made = theirs.payment_method_nonce.create(token, {"payment_method_nonce": asked})

    insight = made.payment_method_nonce.authentication_insight
    assert law == insight["regulation_environment"]
    assert ("sca_required" if law == "rbi" else "sca_optional") == insight["sca_indicator"]


def test_a_wallets_nonce_is_looked_into(sdk: Any) -> None:
    owner = sdk.customer.create({"payment_method_nonce": "fake-venmo-account-nonce"}).customer

    made = sdk.payment_method_nonce.create(owner.payment_methods[0].token).payment_method_nonce

    assert "venmojoe" == sdk.payment_method_nonce.find(made.nonce).details["username"]
    with pytest.raises(NotFoundError):
        sdk.payment_method_nonce.create("nosuch")
