"""The merchant of the SDK's published tests: what it has from the start, and what is so only there.

Whatever those tests presuppose without saying it is data here, in `published.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from braintree import TransactionSearch as Search
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.request_timeout_error import RequestTimeoutError

from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import MERCHANTS, Merchant
from tests.sandbox.conftest import START, codes

PUBLISHED = next(each for each in MERCHANTS if each.published)
ELO, DISPUTED, VISA = "5066991111111118", "4023898493988028", "4111111111111111"
TOKENIZED = "network_tokenized_credit_card"


@pytest.fixture
def theirs(merchant: Callable[[Merchant], Any]) -> Any:
    return merchant(PUBLISHED)


def card(number: str = VISA) -> dict[str, str]:
    return {"number": number, "expiration_date": "09/2030"}


def ids(collection: Any) -> set[str]:
    return {sale.id for sale in collection.items}


def test_only_that_merchant_has_the_published_records(theirs: Any, sdk: Any) -> None:
    assert Decimal("100.00") == theirs.transaction.find("deposittransaction").amount
    with pytest.raises(NotFoundError):
        sdk.transaction.find("deposittransaction")


@pytest.mark.parametrize(
    "name", ["deposittransaction", "aft_txn", "apple_pay_transaction", "paypal_here_sale_id"]
)
def test_a_published_record_outlives_a_reset(sandbox: Sandbox, theirs: Any, name: str) -> None:
    sandbox.reset()

    assert "settled" == theirs.transaction.find(name).status


def test_debits_sent_back_are_found_by_their_reason(theirs: Any) -> None:
    search = theirs.transaction.search
    today = (START - timedelta(days=1), START + timedelta(days=1))

    assert 2 == search(Search.reason_code.in_list(["R01"])).maximum_size
    assert {"ach_txn_ret3"} == ids(search(Search.reason_code.in_list(["RJCT"])))
    assert 6 == search(Search.ach_return_responses_created_at.between(*today)).maximum_size
    assert "2026-03-03" == (
        theirs.transaction.find("first_attempted_ach_transaction").upcoming_retry_date
    )


def test_a_disbursement_is_found_by_its_day(theirs: Any) -> None:
    found = theirs.transaction.find("deposittransaction")
    day = found.disbursement_details.disbursement_date

    by_day = theirs.transaction.search(Search.disbursement_date == day)

    assert {"deposittransaction"} == ids(by_day)


def test_an_authorization_that_ran_out_is_found(theirs: Any) -> None:
    at = START.replace(microsecond=0)

    found = theirs.transaction.search(Search.authorization_expired_at.between(at, at))

    assert ["authorization_expired"] == [sale.status for sale in found.items]


def test_the_disputed_card_brings_a_dispute(theirs: Any) -> None:
    sale = theirs.transaction.sale({"amount": "10.00", "credit_card": card(DISPUTED)}).transaction

    found = theirs.transaction.search(Search.dispute_date == START)

    assert {sale.id} == ids(found)
    assert ["open"] == [dispute.status for dispute in sale.disputes]


def test_a_decline_by_network_token_is_tried_again_by_number(theirs: Any) -> None:
    wanted = {"amount": "2000.00", "payment_method_token": TOKENIZED}

    first = theirs.transaction.sale(wanted).transaction

    again = theirs.transaction.find(first.retry_ids[0])
    assert first.retried
    assert (first.id, "processor_declined") == (again.retried_transaction_id, again.status)


def test_an_approval_by_network_token_says_so(theirs: Any) -> None:
    paid = {"amount": "10.00", "payment_method_token": TOKENIZED}

    assert theirs.transaction.sale(paid).transaction.processed_with_network_token


@pytest.mark.parametrize(
    ("account", "refused"),
    [(None, [("number", "81703")]), ("adyen_ma", [])],
    ids=["american", "brazilian"],
)
def test_elo_cards_are_for_some_accounts(
    theirs: Any, account: str | None, refused: list[tuple[str, str]]
) -> None:
    sale = {"amount": "10.00", "credit_card": card(ELO)}

    result = theirs.transaction.sale({**sale, "merchant_account_id": account})

    assert refused == ([] if result.is_success else codes(result))


def test_what_is_paid_in_parts_is_refunded_in_parts_before_it_settles(theirs: Any) -> None:
    sale = theirs.transaction.sale(
        {
            "amount": "100.00", "merchant_account_id": "card_processor_brl", "credit_card": card(),
            "installments": {"count": 4}, "options": {"submit_for_settlement": True},
        }
    ).transaction  # fmt: skip

    refund = theirs.transaction.refund(sale.id, "20.00").transaction

    back = [part["adjustments"][0]["amount"] for part in refund.refunded_installments]
    assert ["-5.00"] * 4 == back


@pytest.mark.parametrize("own", [True, False], ids=["of-the-nonce", "of-another"])
def test_an_authentication_must_be_that_of_the_nonce(theirs: Any, own: bool) -> None:
    path = f"{theirs.config.base_merchant_path()}/three_d_secure/create_nonce/"
    made = theirs.config.http().post(
        f"{path}three_d_secure_merchant_account", {"credit_card": card()}
    )["payment_method_nonce"]
    other = theirs.testing.create_3ds_verification("three_d_secure_merchant_account", card())
    name = "three_d_secure_authentication_id"

    result = theirs.transaction.sale(
        {
            "amount": "10.00",
            "payment_method_nonce": made["nonce"],
            name: made["three_d_secure_info"][name] if own else other,
        }
    )

    refused = [] if own else [(name, "915198")]
    assert refused == ([] if result.is_success else codes(result))


def test_a_search_that_takes_too_long_answers_408(theirs: Any) -> None:
    with pytest.raises(RequestTimeoutError):
        theirs.transaction.search(Search.amount.between("-1", "5"))


@pytest.mark.parametrize(
    ("nonce", "details", "last_four"),
    [
        ("fake-android-pay-visa-nonce", "android_pay_card_details", "1881"),
        ("fake-meta-checkout-card-nonce", "meta_checkout_card_details", "1881"),
        ("fake-meta-checkout-token-nonce", "meta_checkout_token_details", "1881"),
    ],
)
def test_the_sdk_reads_what_paid(theirs: Any, nonce: str, details: str, last_four: str) -> None:
    sale = theirs.transaction.sale({"amount": "10.00", "payment_method_nonce": nonce}).transaction

    assert last_four == getattr(sale, details).last_4


def test_the_sdk_reads_a_kept_google_card_that_paid(theirs: Any) -> None:
    owner = theirs.customer.create({"payment_method_nonce": "fake-android-pay-visa-nonce"}).customer

    paid = theirs.transaction.sale(
        {"amount": "10.00", "payment_method_token": owner.payment_methods[0].token}
    ).transaction

    assert "Visa" == paid.android_pay_card_details.card_type


def test_a_sale_shows_the_published_paypal_account_by_its_other_address(theirs: Any) -> None:
    owner = theirs.customer.create(
        {"payment_method_nonce": "fake-paypal-billing-agreement-nonce"}
    ).customer

    paid = theirs.transaction.sale({"amount": "10.00", "customer_id": owner.id}).transaction

    assert "payer@example.com" == paid.paypal_details.payer_email
