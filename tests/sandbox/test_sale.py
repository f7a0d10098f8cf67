"""Sales: the sandbox's own cards, amounts, CVVs and addresses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import MERCHANTS, Merchant
from paytone.sandbox.sales.responses import DECLINES
from paytone.sandbox.vault.numbers import NONCES, NUMBERS
from tests.sandbox.conftest import VISA, codes, order, settings

BY_ID = {one.id: one for one in MERCHANTS}


def test_a_telephone_sale_is_approved_and_submitted(sdk: Any) -> None:
    result = sdk.transaction.sale(order(order_id="pay-1"))

    sale = result.transaction
    assert result.is_success
    assert "submitted_for_settlement" == sale.status
    assert Decimal("112.40") == sale.amount
    assert "pay-1" == sale.order_id
    assert ("1000", "Approved", "approved") == (
        sale.processor_response_code,
        sale.processor_response_text,
        sale.processor_response_type,
    )
    assert ["authorized", "submitted_for_settlement"] == [e.status for e in sale.status_history]
    assert ("411111", "1111", "Visa", "09/2030") == (
        sale.credit_card_details.bin,
        sale.credit_card_details.last_4,
        sale.credit_card_details.card_type,
        sale.credit_card_details.expiration_date,
    )
    assert "USD" == sale.currency_iso_code
    assert "paytone_usd" == sale.merchant_account_id
    assert 15 == len(sale.network_transaction_id)


def test_an_amount_is_shown_to_the_cent(sdk: Any) -> None:
    assert "100.00" == str(sdk.transaction.sale(order("100")).transaction.amount)


@pytest.mark.parametrize("number", [each for each in NUMBERS if NUMBERS[each].brand != "Elo"])
def test_every_published_number_is_taken(sdk: Any, number: str) -> None:
    card = {"number": number, "expiration_date": "05/2031"}

    result = sdk.transaction.sale(order(credit_card=card))

    assert result.is_success
    assert number[-4:] == result.transaction.credit_card_details.last_4
    assert NUMBERS[number].brand == result.transaction.credit_card_details.card_type


def test_a_debit_card_says_so(sdk: Any) -> None:
    card = {"number": "4117101010101010", "expiration_date": "05/2031"}

    details = sdk.transaction.sale(order(credit_card=card)).transaction.credit_card_details

    assert ("Yes", "Unknown") == (details.debit, details.prepaid)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param("4111111111111112", "81715", id="wrong check digit"),
        pytest.param("4242424242424242", "81717", id="good but not published"),
        pytest.param("41111111111", "81716", id="eleven digits"),
        pytest.param("41111111111111111111", "81716", id="twenty digits"),
        pytest.param("4111x11111111111", "81715", id="a letter in it"),
        pytest.param("", "81714", id="none"),
    ],
)
def test_any_other_number_is_refused(sdk: Any, number: str, code: str) -> None:
    card = {"number": number, "expiration_date": "05/2031"}

    result = sdk.transaction.sale(order(credit_card=card))

    assert [("number", code)] == codes(result)
    assert result.transaction is None


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        pytest.param({"expiration_date": "13/2030"}, ("expiration_date", "81710"), id="month 13"),
        pytest.param({"expiration_date": "0930"}, ("expiration_date", "81710"), id="no slash"),
        pytest.param({}, ("expiration_date", "81709"), id="none"),
        pytest.param(
            {"expiration_month": "13", "expiration_year": "2030"},
            ("expiration_month", "81712"),
            id="month field",
        ),
        pytest.param(
            {"expiration_month": "09", "expiration_year": "203"},
            ("expiration_year", "81713"),
            id="year field",
        ),
    ],
)
def test_an_expiry_that_cannot_be_is_refused(
    sdk: Any, expiry: dict[str, str], expected: tuple[str, str]
) -> None:
    result = sdk.transaction.sale(order(credit_card={"number": VISA, **expiry}))

    assert [expected] == codes(result)


def test_a_past_expiry_is_taken_as_the_real_one_takes_it(sdk: Any) -> None:
    card = {"number": VISA, "expiration_date": "05/2009"}

    assert sdk.transaction.sale(order(credit_card=card)).is_success


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        pytest.param(None, "81502", id="none"),
        pytest.param("12.345", "81503", id="third decimal"),
        pytest.param("twelve", "81503", id="words"),
        pytest.param("-1.00", "81501", id="negative"),
        pytest.param("0.00", "81531", id="zero"),
        pytest.param("99999999999.00", "81528", id="eleven digits"),
        pytest.param("9" * 400, "81528", id="four hundred digits"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(sdk: Any, amount: str | None, code: str) -> None:
    assert [("amount", code)] == codes(sdk.transaction.sale(order(amount=amount)))


@pytest.mark.parametrize("code", DECLINES)
def test_every_decline_code_comes_by_its_amount(sdk: Any, code: int) -> None:
    result = sdk.transaction.sale(order(f"{code}.00"))

    sale = result.transaction
    assert not result.is_success
    assert not codes(result)
    assert "processor_declined" == sale.status
    assert (str(code), DECLINES[code]) == (
        sale.processor_response_code,
        sale.processor_response_text,
    )
    assert DECLINES[code] == result.message
    assert f"{code} : {DECLINES[code]}" == sale.additional_processor_response


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        pytest.param("2001.00", "soft_declined", id="insufficient funds"),
        pytest.param("2046.50", "soft_declined", id="declined"),
        pytest.param("2750.00", "soft_declined", id="a code without a name"),
        pytest.param("2004.00", "hard_declined", id="expired card"),
        pytest.param("2010.00", "hard_declined", id="cvv"),
        pytest.param("2047.00", "hard_declined", id="pick up card"),
    ],
)
def test_declines_are_soft_or_hard(sdk: Any, amount: str, kind: str) -> None:
    assert kind == sdk.transaction.sale(order(amount)).transaction.processor_response_type


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ("1999.99", "submitted_for_settlement"),
        ("2000.00", "processor_declined"),
        ("2999.99", "processor_declined"),
        ("3000.00", "failed"),
        ("3000.99", "failed"),
        ("3001.00", "submitted_for_settlement"),
        ("5001.00", "gateway_rejected"),
        ("5002.00", "submitted_for_settlement"),
    ],
)
def test_the_amount_decides(sdk: Any, amount: str, status: str) -> None:
    assert status == sdk.transaction.sale(order(amount)).transaction.status


def test_a_partial_authorization_is_marked(sdk: Any) -> None:
    result = sdk.transaction.sale(order("1004.00", accept_partial_authorization=True))

    assert result.transaction.partially_authorized


@pytest.mark.parametrize(
    ("cvv", "code"), [("987", "M"), ("200", "N"), ("201", "U"), ("301", "S"), (None, "I")]
)
def test_the_cvv_is_answered(sdk: Any, cvv: str | None, code: str) -> None:
    card = {"number": VISA, "expiration_date": "05/2031", "cvv": cvv}

    assert code == sdk.transaction.sale(order(credit_card=card)).transaction.cvv_response_code


@pytest.mark.parametrize(
    ("postal_code", "code"), [("60622", "M"), ("20000", "N"), ("20001", "U"), (None, "I")]
)
def test_the_postal_code_is_answered(sdk: Any, postal_code: str | None, code: str) -> None:
    sale = sdk.transaction.sale(order(billing={"postal_code": postal_code})).transaction

    assert code == sale.avs_postal_code_response_code


@pytest.mark.parametrize(
    ("postal_code", "cvv", "reason"),
    [("20000", "123", "avs"), ("60622", "200", "cvv"), ("20000", "200", "avs_and_cvv")],
)
def test_a_merchants_rules_reject_what_the_bank_approved(
    merchant: Callable[[Merchant], Any], postal_code: str, cvv: str, reason: str
) -> None:
    sdk = merchant(BY_ID["processing_rules_merchant_id"])
    card = {"number": VISA, "expiration_date": "05/2031", "cvv": cvv}

    result = sdk.transaction.sale(order(credit_card=card, billing={"postal_code": postal_code}))

    assert ("gateway_rejected", reason, "1000") == (
        result.transaction.status,
        result.transaction.gateway_rejection_reason,
        result.transaction.processor_response_code,
    )
    assert f"Gateway Rejected: {reason}" == result.message


def test_a_fraud_number_is_rejected_where_there_are_fraud_tools(
    merchant: Callable[[Merchant], Any], sdk: Any
) -> None:
    card = {"number": "4000111111111511", "expiration_date": "05/2031"}
    watchful = merchant(BY_ID["advanced_fraud_integration_merchant_id"])

    rejected = watchful.transaction.sale(order(credit_card=card)).transaction

    assert ("gateway_rejected", "fraud") == (rejected.status, rejected.gateway_rejection_reason)
    assert sdk.transaction.sale(order(credit_card=card)).is_success


@pytest.mark.parametrize("nonce", sorted(NONCES.keys() - {"fake-luhn-invalid-nonce"}))
def test_every_test_nonce_pays(sdk: Any, nonce: str) -> None:
    sale = order(payment_method_nonce=nonce)
    del sale["credit_card"]

    result = sdk.transaction.sale(sale)

    assert NONCES[nonce][-4:] == result.transaction.credit_card_details.last_4


@pytest.mark.parametrize(
    ("nonce", "code"),
    [
        ("fake-consumed-nonce", "91564"),
        ("no-such-nonce", "91565"),
        ("fake-luhn-invalid-nonce", "81715"),
    ],
)
def test_a_bad_nonce_is_refused(sdk: Any, nonce: str, code: str) -> None:
    sale = order(payment_method_nonce=nonce)
    del sale["credit_card"]

    assert [code] == [found for _, found in codes(sdk.transaction.sale(sale))]


@pytest.mark.parametrize(
    ("moto", "expected"),
    [
        ("refused-by-account", ("merchant_account_id", "91558")),
        ("refused-by-processor", ("transaction_source", "915195")),
    ],
)
def test_a_merchant_without_moto_takes_no_telephone_orders(
    sandbox: Sandbox, sdk: Any, moto: str, expected: tuple[str, str]
) -> None:
    with settings(sandbox, moto=moto):
        result = sdk.transaction.sale(order())
        plain = sdk.transaction.sale(order("5.00", transaction_source=None))

    assert [expected] == codes(result)
    assert plain.is_success


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"transaction_source": "pigeon"}, ("transaction_source", "915133"), id="source"
        ),
        pytest.param({"order_id": "x" * 256}, ("order_id", "91501"), id="order id"),
        pytest.param({"merchant_account_id": "nobody"}, ("merchant_account_id", "91513"), id="ma"),
        pytest.param({"custom_fields": {"shoe": "9"}}, ("custom_fields", "91526"), id="custom"),
        pytest.param({"customer_id": "nobody"}, ("customer_id", "91510"), id="customer"),
        pytest.param({"credit_card": {}}, ("base", "91508"), id="nothing to pay with"),
        pytest.param({"descriptor": {"name": "SPECTRUM"}}, ("name", "92201"), id="descriptor"),
        pytest.param(
            {"billing": {"postal_code": "6062?"}}, ("postal_code", "81813"), id="postal code"
        ),
        pytest.param(
            {"credit_card": {"number": VISA, "expiration_date": "09/2030", "cvv": "12"}},
            ("cvv", "81707"),
            id="cvv",
        ),
    ],
)
def test_what_is_not_valid_is_refused(
    sdk: Any, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert [expected] == codes(sdk.transaction.sale(order(**changes)))


def test_errors_stand_in_the_scope_of_what_they_are_about(sdk: Any) -> None:
    result = sdk.transaction.sale(order("0.00", credit_card={"number": "4111111111111112"}))

    transaction = result.errors.for_object("transaction")
    assert ["81531"] == [error.code for error in transaction.on("amount")]
    assert ["81715"] == [error.code for error in transaction.for_object("credit_card").on("number")]
    assert (
        "Amount must be greater than zero.\n"
        "Credit card number is invalid.\n"
        "Expiration date is required."
    ) == result.message


def test_the_request_is_echoed_without_card_data(sdk: Any) -> None:
    result = sdk.transaction.sale(order("-1"))

    echoed = result.params["transaction"]
    assert {"expiration_date": "09/2030"} == echoed["credit_card"]
    assert ("-1", "sale") == (echoed["amount"], echoed["type"])


def test_a_sale_in_another_merchant_account(sdk: Any, sandbox: Sandbox) -> None:
    sale = sdk.transaction.sale(order(merchant_account_id="paytone_second_usd")).transaction

    assert "paytone_second_usd" == sale.merchant_account_id


def test_recurring_sources_are_marked(sdk: Any) -> None:
    sale = sdk.transaction.sale(order(transaction_source="recurring_first")).transaction

    assert sale.recurring
    assert not sdk.transaction.sale(order("5.00")).transaction.recurring


def test_registered_custom_fields_are_kept(sandbox: Sandbox, sdk: Any) -> None:
    with settings(sandbox, custom_fields=("account",)):
        sale = sdk.transaction.sale(order(custom_fields={"account": "4412"})).transaction

    assert {"account": "4412"} == sale.custom_fields
