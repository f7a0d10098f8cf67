"""After the sale: find, submit, void, settle, refund."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from braintree.exceptions.not_found_error import NotFoundError

from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import Clock, codes, order


def settled(sdk: Any, amount: str = "112.40") -> Any:
    sale = sdk.transaction.sale(order(amount)).transaction
    return sdk.testing.settle_transaction(sale.id).transaction


def authorized(sdk: Any, amount: str = "112.40") -> Any:
    return sdk.transaction.sale(order(amount, options={})).transaction


def test_a_sale_is_found_by_its_id(sdk: Any) -> None:
    sale = sdk.transaction.sale(order(order_id="pay-1")).transaction

    found = sdk.transaction.find(sale.id)

    assert (sale.id, "pay-1", sale.amount) == (found.id, found.order_id, found.amount)


def test_an_unknown_id_is_not_found(sdk: Any) -> None:
    with pytest.raises(NotFoundError):
        sdk.transaction.find("nosuch1")


def test_a_declined_sale_is_found_too(sdk: Any) -> None:
    sale = sdk.transaction.sale(order("2001.00")).transaction

    assert "processor_declined" == sdk.transaction.find(sale.id).status


def test_an_authorization_is_submitted_later_for_less(sdk: Any, clock: Clock) -> None:
    sale = authorized(sdk)
    clock.move(60)

    submitted = sdk.transaction.submit_for_settlement(sale.id, "100.00").transaction

    assert ("authorized", "submitted_for_settlement") == (sale.status, submitted.status)
    assert Decimal("100.00") == submitted.amount
    first, second = (event.timestamp for event in submitted.status_history)
    assert 60 == (second - first).total_seconds()


def test_more_than_was_authorized_is_not_settled(sdk: Any) -> None:
    sale = authorized(sdk)

    assert [("amount", "91522")] == codes(sdk.transaction.submit_for_settlement(sale.id, "200.00"))


def test_what_was_submitted_is_not_submitted_again(sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction

    assert [("base", "91507")] == codes(sdk.transaction.submit_for_settlement(sale.id))


def test_parts_of_an_authorization_settle_by_themselves(sdk: Any) -> None:
    sale = authorized(sdk, "100.00")

    part = sdk.transaction.submit_for_partial_settlement(sale.id, "60.00").transaction
    too_much = sdk.transaction.submit_for_partial_settlement(sale.id, "60.00")
    of_a_part = sdk.transaction.submit_for_partial_settlement(part.id, "10.00")

    assert (sale.id, Decimal("60.00")) == (part.authorized_transaction_id, part.amount)
    assert [part.id] == sdk.transaction.find(sale.id).partial_settlement_transaction_ids
    assert [("amount", "91522")] == codes(too_much)
    assert [("base", "915103")] == codes(of_a_part)


def test_a_sale_is_voided_before_it_settles(sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction

    assert "voided" == sdk.transaction.void(sale.id).transaction.status
    assert [("base", "91504")] == codes(sdk.transaction.void(sale.id))


def test_a_settled_sale_is_not_voided(sdk: Any) -> None:
    assert [("base", "91504")] == codes(sdk.transaction.void(settled(sdk).id))


@pytest.mark.parametrize(
    ("move", "status", "code"),
    [
        ("settle_transaction", "settled", "4000"),
        ("settlement_confirm_transaction", "settlement_confirmed", "4000"),
        ("settlement_decline_transaction", "settlement_declined", "4001"),
        ("settlement_pending_transaction", "settlement_pending", "4002"),
    ],
)
def test_the_testing_gateway_moves_settlement(sdk: Any, move: str, status: str, code: str) -> None:
    sale = sdk.transaction.sale(order()).transaction

    moved = getattr(sdk.testing, move)(sale.id).transaction

    assert (status, code) == (moved.status, moved.processor_settlement_response_code)
    assert status == sdk.transaction.find(sale.id).status_history[-1].status


def test_settling_needs_a_submitted_sale(sdk: Any) -> None:
    assert [("base", "91575")] == codes(sdk.testing.settle_transaction(authorized(sdk).id))


def test_a_settled_sale_has_its_batch(sdk: Any) -> None:
    assert settled(sdk).settlement_batch_id.startswith("2026-03-02_paytone_usd_")


def test_a_settled_sale_is_refunded_in_full(sdk: Any) -> None:
    sale = settled(sdk)

    refund = sdk.transaction.refund(sale.id).transaction

    assert ("credit", "submitted_for_settlement", sale.amount, sale.id) == (
        refund.type,
        refund.status,
        refund.amount,
        refund.refunded_transaction_id,
    )
    assert "1002" == refund.processor_response_code
    assert [refund.id] == sdk.transaction.find(sale.id).refund_ids
    assert [("base", "91512")] == codes(sdk.transaction.refund(sale.id))


def test_a_sale_is_refunded_bit_by_bit(sdk: Any) -> None:
    sale = settled(sdk, "100.00")

    assert sdk.transaction.refund(sale.id, "60.00").is_success
    assert [("amount", "91521")] == codes(sdk.transaction.refund(sale.id, "60.00"))
    assert sdk.transaction.refund(sale.id, "40.00").is_success
    assert 2 == len(sdk.transaction.find(sale.id).refund_ids)


def test_an_unsettled_sale_and_a_refund_are_not_refunded(sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction
    refund = sdk.transaction.refund(settled(sdk, "9.00").id).transaction

    assert [("base", "91506")] == codes(sdk.transaction.refund(sale.id))
    assert [("base", "91505")] == codes(sdk.transaction.refund(refund.id))


def test_the_bank_may_decline_a_refund(sdk: Any) -> None:
    sale = settled(sdk, "4500.00")

    soft = sdk.transaction.refund(sale.id, "2046.00")
    hard = sdk.transaction.refund(sale.id, "2004.00")

    assert soft.is_success
    assert "2046 : Declined" == soft.transaction.additional_processor_response
    assert "processor_declined" == hard.transaction.status
    assert [soft.transaction.id] == sdk.transaction.find(sale.id).refund_ids


def test_reverse_voids_or_refunds(sdk: Any) -> None:
    fresh = sdk.transaction.sale(order()).transaction
    old = settled(sdk, "9.00")

    assert "voided" == sdk.transaction.reverse(fresh.id).transaction.status
    assert "credit" == sdk.transaction.reverse(old.id).transaction.type


def test_reset_forgets_everything(sandbox: Sandbox, sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction

    sandbox.reset()

    with pytest.raises(NotFoundError):
        sdk.transaction.find(sale.id)
