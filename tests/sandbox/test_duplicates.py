"""Duplicate checking and idempotency keys."""

from __future__ import annotations

from typing import Any

import pytest

from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import Clock, codes, order, settings


def test_the_same_sale_within_the_window_is_a_duplicate(sdk: Any, clock: Clock) -> None:
    first = sdk.transaction.sale(order(order_id="pay-1"))
    clock.move(29)

    second = sdk.transaction.sale(order(order_id="pay-1"))

    assert first.is_success
    assert ("gateway_rejected", "duplicate") == (
        second.transaction.status,
        second.transaction.gateway_rejection_reason,
    )
    assert "Gateway Rejected: duplicate" == second.message


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"order_id": "pay-2"}, id="another order"),
        pytest.param({"amount": "112.41"}, id="another amount"),
        pytest.param(
            {"credit_card": {"number": "4012888888881881", "expiration_date": "09/2030"}},
            id="another card",
        ),
        pytest.param(
            {"credit_card": {"number": "4111111111111111", "expiration_date": "10/2030"}},
            id="another expiry",
        ),
    ],
)
def test_a_sale_that_differs_is_no_duplicate(sdk: Any, changes: dict[str, Any]) -> None:
    sdk.transaction.sale(order(order_id="pay-1"))

    assert sdk.transaction.sale(order(**{"order_id": "pay-1", **changes})).is_success


def test_after_the_window_it_is_a_new_sale(sdk: Any, clock: Clock) -> None:
    sdk.transaction.sale(order())
    clock.move(30)

    assert sdk.transaction.sale(order()).is_success


def test_the_window_is_the_merchants_choice(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    with settings(sandbox, duplicate_window_s=0.0):
        assert sdk.transaction.sale(order()).is_success
        assert sdk.transaction.sale(order()).is_success
    with settings(sandbox, duplicate_window_s=600.0):
        clock.move(599)
        assert not sdk.transaction.sale(order()).is_success


def test_a_declined_sale_is_not_duplicated(sdk: Any) -> None:
    sdk.transaction.sale(order("2001.00"))

    assert "processor_declined" == sdk.transaction.sale(order("2001.00")).transaction.status


def test_a_voided_sale_still_counts(sdk: Any) -> None:
    sdk.transaction.void(sdk.transaction.sale(order()).transaction.id)

    assert "duplicate" == sdk.transaction.sale(order()).transaction.gateway_rejection_reason


def test_the_same_request_with_the_same_key_is_one_sale(sandbox: Sandbox, sdk: Any) -> None:
    sale = order(order_id="pay-1", api_request_key="pay-1")

    first, second = sdk.transaction.sale(dict(sale)), sdk.transaction.sale(dict(sale))

    assert second.is_success
    assert first.transaction.id == second.transaction.id
    assert 1 == len(sandbox.books_of().transactions)


def test_a_key_is_for_one_request(sdk: Any) -> None:
    sdk.transaction.sale(order(api_request_key="pay-1"))

    another = sdk.transaction.sale(order("5.00", api_request_key="pay-1"))

    assert [("api_request_key", "915232")] == codes(another)


def test_a_key_of_a_failed_request_is_used_up(sdk: Any) -> None:
    sale = order("2001.00", api_request_key="pay-1")

    first, second = sdk.transaction.sale(dict(sale)), sdk.transaction.sale(dict(sale))

    assert "processor_declined" == first.transaction.status
    assert [("api_request_key", "915234")] == codes(second)


def test_whether_a_refused_request_uses_its_key_up_is_a_setting(sandbox: Sandbox, sdk: Any) -> None:
    for use_up, mended in ((True, False), (False, True)):
        with settings(sandbox, refusals_use_keys=use_up):
            key = f"pay-{use_up}"
            sdk.transaction.sale(order(transaction_source="pigeon", api_request_key=key))

            result = sdk.transaction.sale(order(api_request_key=key))

            assert mended == result.is_success


def test_a_key_may_be_too_long_or_not_allowed(sandbox: Sandbox, sdk: Any) -> None:
    long = sdk.transaction.sale(order(api_request_key="x" * 256))
    with settings(sandbox, request_keys=False):
        barred = sdk.transaction.sale(order(api_request_key="pay-1"))

    assert [("api_request_key", "915230")] == codes(long)
    assert [("api_request_key", "915231")] == codes(barred)
    assert not sandbox.books_of().transactions


def test_voids_and_refunds_take_keys_too(sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction
    sdk.testing.settle_transaction(sale.id)
    refund = {"amount": "10.00", "api_request_key": "back-1"}

    first, second = (sdk.transaction.refund(sale.id, dict(refund)) for _ in range(2))

    assert first.transaction.id == second.transaction.id
    assert [first.transaction.id] == sdk.transaction.find(sale.id).refund_ids


def test_a_key_is_for_one_transaction(sdk: Any) -> None:
    first, second = (sdk.transaction.sale(order(amount)).transaction for amount in ("5", "6"))
    sdk.transaction.void(first.id, {"api_request_key": "off-1"})

    result = sdk.transaction.void(second.id, {"api_request_key": "off-1"})

    assert [("api_request_key", "915232")] == codes(result)


def test_a_card_declined_too_often_in_a_day_is_rejected(
    sandbox: Sandbox, sdk: Any, clock: Clock
) -> None:
    other = {"number": "4012888888881881", "expiration_date": "09/2030"}
    with settings(sandbox, declines_allowed=2):
        for _ in range(2):
            assert "processor_declined" == sdk.transaction.sale(order("2001.00")).transaction.status

        third = sdk.transaction.sale(order("5.00")).transaction
        by_another = sdk.transaction.sale(order("5.00", credit_card=other))
        clock.move(86_400)
        next_day = sdk.transaction.sale(order("5.00"))

    assert "excessive_retry" == third.gateway_rejection_reason
    assert by_another.is_success
    assert next_day.is_success
