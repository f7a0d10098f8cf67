"""A sale made again, changed, adjusted, or left until it runs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from braintree.exceptions.not_found_error import NotFoundError

from paytone.sandbox.merchants import MERCHANTS, Merchant
from tests.sandbox.conftest import Clock, Fields, codes, order

SUBMIT = {"submit_for_settlement": True}
ADJUSTS = "fake_first_data_merchant_account"
DAY = 86_400


@pytest.fixture
def theirs(merchant: Callable[[Merchant], Any]) -> Any:
    """The merchant whose accounts differ in what their processors can do."""
    return merchant(next(each for each in MERCHANTS if each.published))


def authorized(sdk: Any, **changes: Any) -> Any:
    return sdk.transaction.sale(order(options={}, **changes)).transaction


def test_a_sale_is_made_again_for_another_amount(sdk: Any) -> None:
    first = sdk.transaction.sale(order(order_id="7", channel="line")).transaction

    again = sdk.transaction.clone_transaction(first.id, {"amount": "5.00", "options": SUBMIT})

    made = again.transaction
    assert ("5.00", "7", "line", "submitted_for_settlement") == (
        str(made.amount), made.order_id, made.channel, made.status,
    )  # fmt: skip
    assert first.id != made.id
    assert "1111" == made.credit_card_details.last_4
    assert "60622" == made.billing_details.postal_code
    assert "I" == made.cvv_response_code


@pytest.mark.parametrize(
    ("sale", "wanted"),
    [
        ({"amount": "2001.00"}, "91542"),
        ({"options": {**SUBMIT, "store_in_vault": True}}, "91540"),
        ({"credit_card": {}, "payment_method_nonce": "fake-paypal-one-time-nonce"}, "91573"),
    ],
    ids=["declined", "vaulted", "PayPal"],
)
def test_what_cannot_be_made_again(sdk: Any, sale: Fields, wanted: str) -> None:
    first = sdk.transaction.sale(order(**sale)).transaction

    again = sdk.transaction.clone_transaction(first.id, {"amount": "5.00", "options": SUBMIT})

    assert [("base", wanted)] == codes(again)


def test_a_credit_is_not_made_again(sdk: Any) -> None:
    card = {"number": "4111111111111111", "expiration_date": "09/2030"}
    credit = sdk.transaction.credit({"amount": "5.00", "credit_card": card}).transaction

    again = sdk.transaction.clone_transaction(credit.id, {"amount": "5.00", "options": SUBMIT})

    assert [("base", "91543")] == codes(again)


def test_a_submitted_sale_is_changed(sdk: Any) -> None:
    sale = sdk.transaction.sale(order()).transaction
    change = {"amount": "100.00", "order_id": "late", "descriptor": {"name": "abc*water"}}

    changed = sdk.transaction.update_details(sale.id, change).transaction

    assert ("100.00", "late", "abc*water") == (
        str(changed.amount), changed.order_id, changed.descriptor.name,
    )  # fmt: skip
    assert "late" == sdk.transaction.find(sale.id).order_id


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"amount": "112.41"}, [("amount", "91522")]),
        ({"amount": "0"}, [("amount", "81531")]),
        ({"descriptor": {"name": "water"}}, [("name", "92201")]),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    sdk: Any, change: Fields, wanted: list[tuple[str, str]]
) -> None:
    sale = sdk.transaction.sale(order()).transaction

    assert wanted == codes(sdk.transaction.update_details(sale.id, change))
    assert "112.40" == str(sdk.transaction.find(sale.id).amount)


def test_only_what_was_submitted_is_changed(sdk: Any, theirs: Any) -> None:
    fixed = theirs.transaction.sale(order(merchant_account_id="fake_amex_direct_usd")).transaction

    unsent = sdk.transaction.update_details(authorized(sdk).id, {"order_id": "x"})

    assert [("base", "915129")] == codes(unsent)
    assert [("base", "915130")] == codes(
        theirs.transaction.update_details(fixed.id, {"order_id": "x"})
    )
    with pytest.raises(NotFoundError):
        sdk.transaction.update_details("nosuch", {"order_id": "x"})


def test_an_authorization_is_adjusted(theirs: Any) -> None:
    sale = authorized(theirs, merchant_account_id=ADJUSTS)

    adjusted = theirs.transaction.adjust_authorization(sale.id, "120.00").transaction

    [step] = adjusted.authorization_adjustments
    assert ("120.00", "7.60", True) == (str(adjusted.amount), str(step.amount), step.success)


@pytest.mark.parametrize(
    ("amount", "wanted", "said"),
    [
        ("2004.00", "95602", "hard_declined"),
        ("2001.00", "95603", "soft_declined"),
        ("112.40", "95606", None),
    ],
    ids=["declined for good", "declined for now", "no change"],
)
def test_an_adjustment_that_fails_leaves_the_amount(
    theirs: Any, amount: str, wanted: str, said: str | None
) -> None:
    sale = authorized(theirs, merchant_account_id=ADJUSTS)

    result = theirs.transaction.adjust_authorization(sale.id, amount)

    found = theirs.transaction.find(sale.id)
    steps = [step.processor_response_type for step in found.authorization_adjustments]
    assert [("base", wanted)] == codes(result)
    assert ("112.40", [said] if said else []) == (str(found.amount), steps)


def test_some_processors_adjust_nothing_and_none_what_was_submitted(theirs: Any) -> None:
    unable = authorized(theirs)
    sent = theirs.transaction.sale(order(merchant_account_id=ADJUSTS)).transaction

    assert [("base", "915222")] == codes(theirs.transaction.adjust_authorization(unable.id, "5.00"))
    assert [("base", "915218")] == codes(theirs.transaction.adjust_authorization(sent.id, "5.00"))


def test_an_authorization_runs_out_after_a_week(sdk: Any, clock: Clock) -> None:
    left, sent = authorized(sdk), sdk.transaction.sale(order("1.00")).transaction

    clock.move(7 * DAY - 1)
    before = sdk.transaction.find(left.id).status
    clock.move(1)

    assert ("authorized", "authorization_expired") == (before, sdk.transaction.find(left.id).status)
    assert "settled" == sdk.transaction.find(sent.id).status
    assert [("base", "91507")] == codes(sdk.transaction.submit_for_settlement(left.id))
