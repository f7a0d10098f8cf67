"""Searching transactions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from braintree import CreditCardVerificationSearch, CustomerSearch
from braintree import TransactionSearch as Search
from braintree.exceptions.request_timeout_error import RequestTimeoutError
from braintree.search import Search as Nodes
from braintree.us_bank_account_verification_search import UsBankAccountVerificationSearch

from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import START, Clock, order, settings


def found(sdk: Any, *criteria: Any) -> list[str]:
    return [sale.order_id for sale in sdk.transaction.search(*criteria)]


@pytest.fixture
def three(sdk: Any, clock: Clock) -> Any:
    """Three sales a minute apart, ``one`` declined, ``three`` on another card."""
    sdk.transaction.sale(order("2001.00", order_id="one"))
    clock.move(60)
    sdk.transaction.sale(order("10.00", order_id="two", channel="line"))
    clock.move(60)
    card = {"number": "378282246310005", "expiration_date": "01/2032", "cardholder_name": "A B"}
    sdk.transaction.sale(order("20.00", order_id="three", credit_card=card, options={}))
    return sdk


def test_a_sale_is_found_by_its_order_id(three: Any) -> None:
    assert ["two"] == found(three, Search.order_id == "two")
    assert [] == found(three, Search.order_id == "four")


def test_what_is_found_is_whole(three: Any) -> None:
    sale = next(iter(three.transaction.search(Search.order_id == "two")))

    assert (Decimal("10.00"), "submitted_for_settlement") == (sale.amount, sale.status)
    assert "1111" == sale.credit_card_details.last_4


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        pytest.param(Search.order_id.starts_with("t"), ["three", "two"], id="begins"),
        pytest.param(Search.order_id.ends_with("e"), ["three", "one"], id="ends"),
        pytest.param(Search.order_id.contains("W"), ["two"], id="contains, any case"),
        pytest.param(Search.order_id != "two", ["three", "one"], id="is not"),
        pytest.param(Search.amount >= "20.00", ["three", "one"], id="at least"),
        pytest.param(Search.amount <= "10.00", ["two"], id="at most"),
        pytest.param(Search.amount.between("10", "20"), ["three", "two"], id="between"),
        pytest.param(Search.amount == "10.00", ["two"], id="amount is"),
        pytest.param(Search.status == "authorized", ["three"], id="status"),
        pytest.param(
            Search.status.in_list(["authorized", "processor_declined"]), ["three", "one"], id="in"
        ),
        pytest.param(
            Search.created_at >= (START + timedelta(seconds=60)).replace(microsecond=0),
            ["three", "two"],
            id="created since",
        ),
        pytest.param(
            Search.created_at <= (START + timedelta(seconds=60)).replace(microsecond=0),
            ["two", "one"],
            id="created until, to the second",
        ),
        pytest.param(Search.processor_declined_at >= START, ["one"], id="declined since"),
        pytest.param(Search.credit_card_card_type == "American Express", ["three"], id="brand"),
        pytest.param(Search.credit_card_number.starts_with("3782"), ["three"], id="number begins"),
        pytest.param(Search.credit_card_number.ends_with("0005"), ["three"], id="number ends"),
        pytest.param(Search.credit_card_number == "378282246310005", ["three"], id="number is"),
        pytest.param(Search.credit_card_cardholder_name == "a b", ["three"], id="name"),
        pytest.param(Search.refund == True, [], id="refunds"),  # noqa: E712 - the SDK's words
    ],
)
def test_criteria(three: Any, criterion: Any, expected: list[str]) -> None:
    assert expected == found(three, criterion)


def test_criteria_narrow_each_other(three: Any) -> None:
    assert ["two"] == found(three, Search.order_id.starts_with("t"), Search.amount <= "11")


@pytest.mark.parametrize("fixture", ["sdk", "three"])
def test_a_search_by_what_is_not_known_fails(fixture: str, request: pytest.FixtureRequest) -> None:
    """Finding all would be worse, and finding none would hide it."""
    with pytest.raises(RequestTimeoutError):
        found(request.getfixturevalue(fixture), Nodes.TextNodeBuilder("colour") == "red")


def test_many_are_found_page_by_page(sdk: Any) -> None:
    for number in range(120):
        sdk.transaction.sale(order("5.00", order_id=f"bill-{number}"))

    result = sdk.transaction.search(Search.order_id.starts_with("bill-"))

    assert 120 == result.maximum_size
    assert [f"bill-{number}" for number in reversed(range(120))] == [s.order_id for s in result]


def test_a_new_sale_is_unknown_to_searches_for_the_lag(
    sandbox: Sandbox, sdk: Any, clock: Clock
) -> None:
    with settings(sandbox, search_lag_s=10.0):
        sale = sdk.transaction.sale(order(order_id="pay-1")).transaction

        assert [] == found(sdk, Search.order_id == "pay-1")
        assert sale.id == sdk.transaction.find(sale.id).id
        clock.move(10)
        assert ["pay-1"] == found(sdk, Search.order_id == "pay-1")


def criteria_of(fields: type) -> Iterator[tuple[str, Any]]:
    """One criterion for each field that the SDK can search by."""
    for name, node in vars(fields).items():
        match node:
            case Nodes.RangeNodeBuilder():
                yield name, node.between("1", "2") if name == "amount" else node <= START
            case Nodes.MultipleValueNodeBuilder():
                yield name, node.in_list([*(node.whitelist or ["one"])][:1])
            case Nodes.KeyValueNodeBuilder():
                yield name, node == True  # noqa: E712 - the SDK's way to say it
            case Nodes.EndsWithNodeBuilder():
                yield name, node.ends_with("1111")
            case _ if hasattr(node, "name"):
                yield name, node == "4111111111111111"


@pytest.mark.parametrize(
    ("fields", "search", "least"),
    [
        (Search, "transaction", 60),
        (CustomerSearch, "customer", 20),
        (CreditCardVerificationSearch, "verification", 10),
        (UsBankAccountVerificationSearch, "us_bank_account_verification", 10),
    ],
    ids=["transactions", "customers", "verifications", "bank-verifications"],
)
def test_every_field_of_the_sdk_can_be_searched_by(
    three: Any, fields: type, search: str, least: int
) -> None:
    every = dict(criteria_of(fields))

    for criterion in every.values():
        list(getattr(three, search).search(criterion).items)

    assert least <= len(every)
