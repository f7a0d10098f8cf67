"""Faults on demand, with the SDK in process; the log tells what really happened."""

from __future__ import annotations

from typing import Any
from xml.parsers.expat import ExpatError

import pytest
import requests
from braintree import TransactionSearch as Search
from braintree.exceptions.braintree_error import BraintreeError
from braintree.exceptions.service_unavailable_error import ServiceUnavailableError
from braintree.exceptions.too_many_requests_error import TooManyRequestsError

from paytone.sandbox.control.faults import Fault, NoSuchFault, Strike
from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import TIMEOUT, Clock, codes, order


def struck(sandbox: Sandbox) -> Strike:
    """The one fault that struck."""
    [strike] = sandbox.faults.struck
    return strike


def held(sandbox: Sandbox) -> list[str | None]:
    """The order ids of all that was sold."""
    return [sale.order_id for sale in sandbox.books_of().transactions.values()]


def test_dropped_before_the_work_nothing_is_sold(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", "before", "drop"))

    with pytest.raises(requests.exceptions.ConnectionError):
        sdk.transaction.sale(order(order_id="pay-1"))

    assert [] == held(sandbox)
    assert ("pay-1", False, None) == (
        struck(sandbox).order_id,
        struck(sandbox).worked,
        struck(sandbox).transaction,
    )


def test_dropped_after_the_work_the_sale_exists(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", "after", "drop"))

    with pytest.raises(requests.exceptions.ConnectionError):
        sdk.transaction.sale(order(order_id="pay-1"))

    [sale] = sdk.transaction.search(Search.order_id == "pay-1")
    assert (True, 201, sale.id) == (
        struck(sandbox).worked,
        struck(sandbox).status,
        struck(sandbox).transaction,
    )


def test_a_timeout_after_the_work_leaves_a_sale(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("sale", "after", "delay", seconds=60))
    began = clock.now

    with pytest.raises(requests.exceptions.ReadTimeout):
        sdk.transaction.sale(order(order_id="pay-1"))

    assert TIMEOUT == (clock.now - began).total_seconds()
    assert ["pay-1"] == held(sandbox)
    assert struck(sandbox).worked


def test_a_timeout_before_the_work_leaves_a_sale_only_later(
    sandbox: Sandbox, sdk: Any, clock: Clock
) -> None:
    sandbox.faults.inject(Fault("sale", "before", "delay", seconds=60))

    with pytest.raises(requests.exceptions.ReadTimeout):
        sdk.transaction.sale(order(order_id="pay-1"))

    assert [] == list(sdk.transaction.search(Search.order_id == "pay-1"))
    assert not struck(sandbox).worked
    clock.move(40)
    [sale] = sdk.transaction.search(Search.order_id == "pay-1")
    assert (True, sale.id) == (struck(sandbox).worked, struck(sandbox).transaction)


def test_a_timeout_and_no_work_at_all(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("sale", "before", "drop", seconds=60))

    with pytest.raises(requests.exceptions.ReadTimeout):
        sdk.transaction.sale(order())

    clock.move(600)
    assert [] == list(sdk.transaction.search(Search.amount >= "0.00"))
    assert not struck(sandbox).worked


def test_a_short_delay_is_only_slow(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("sale", "before", "delay", seconds=5))
    sandbox.faults.inject(Fault("find", "after", "delay", seconds=5))
    began = clock.now

    sale = sdk.transaction.sale(order()).transaction
    sdk.transaction.find(sale.id)

    assert 10 == (clock.now - began).total_seconds()


@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize(("when", "sold"), [("before", 0), ("after", 1)])
def test_a_status_before_or_after_the_work(
    sandbox: Sandbox, sdk: Any, *, when: Any, sold: int, status: int
) -> None:
    sandbox.faults.inject(Fault("sale", when, "status", status=status))

    with pytest.raises({503: ServiceUnavailableError, 429: TooManyRequestsError}[status]):
        sdk.transaction.sale(order())

    assert sold == len(held(sandbox))
    assert bool(sold) == struck(sandbox).worked


def test_a_garbled_answer_to_a_sale_that_was_made(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", "after", "garble"))

    with pytest.raises(ExpatError):
        sdk.transaction.sale(order())

    assert 1 == len(held(sandbox))


def test_a_fault_meets_its_kind_and_only_as_often_as_told(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("search", "before", "status", times=2))

    sale = sdk.transaction.sale(order(order_id="pay-1")).transaction
    for _ in range(2):
        with pytest.raises(ServiceUnavailableError):
            sdk.transaction.search(Search.order_id == "pay-1")

    assert [sale.id] == [found.id for found in sdk.transaction.search(Search.order_id == "pay-1")]
    assert ["search", "search"] == [strike.kind for strike in sandbox.faults.struck]


def test_any_meets_all(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("any", "before", "status"))

    with pytest.raises(ServiceUnavailableError):
        sdk.customer.create({})


def test_a_key_in_flight_is_told_so(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("sale", "before", "delay", seconds=60))
    sale = order(api_request_key="pay-1")
    with pytest.raises(requests.exceptions.ReadTimeout):
        sdk.transaction.sale(dict(sale))

    meanwhile = sdk.transaction.sale(dict(sale))
    clock.move(40)
    later = sdk.transaction.sale(dict(sale))

    assert [("api_request_key", "915233")] == codes(meanwhile)
    assert later.is_success
    assert 1 == len(held(sandbox))


def test_a_repeated_key_after_a_drop_gives_the_first_sale(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", "after", "drop"))
    sale = order(api_request_key="pay-1")
    with pytest.raises(requests.exceptions.ConnectionError):
        sdk.transaction.sale(dict(sale))

    again = sdk.transaction.sale(dict(sale)).transaction

    assert struck(sandbox).transaction == again.id


def test_no_fault_means_no_log(sandbox: Sandbox, sdk: Any) -> None:
    sdk.transaction.sale(order())

    assert [] == sandbox.faults.struck


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "coffee"},
        {"when": "never"},
        {"act": "explode"},
        {"seconds": -1.0},
        {"seconds": float("nan")},
        {"status": 42},
        {"times": -1},
        {"probability": 0.0},
        {"amount": "much"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    with pytest.raises(NoSuchFault):
        sandbox.faults.inject(Fault(**changes))


def test_a_fault_by_amount_meets_that_amount_only(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", "before", "status", amount="13.10", times=0))

    assert sdk.transaction.sale(order("13.11")).is_success
    for written in ("13.10", "13.1"):
        with pytest.raises(ServiceUnavailableError):
            sdk.transaction.sale(order(written))

    assert 1 == len(held(sandbox))


def test_a_likely_fault_meets_the_same_requests_with_the_same_seed(
    sandbox: Sandbox, sdk: Any
) -> None:
    def met(seed: int) -> list[bool]:
        sandbox.faults.clear()
        sandbox.faults.inject(Fault("search", "after", "delay", 0, 503, 0, "", 0.3, seed))
        hits = []
        for _ in range(40):
            before = len(sandbox.faults.struck)
            sdk.transaction.search(Search.order_id == "none")
            hits.append(len(sandbox.faults.struck) > before)
        return hits

    first = met(1)

    assert first == met(1)
    assert first != met(2)
    assert 4 <= sum(first) <= 20


def test_an_answer_that_drips_arrives_whole(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("sale", act="drip", seconds=60))
    began = clock.now

    assert sdk.transaction.sale(order()).is_success

    assert 60 == (clock.now - began).total_seconds()


def test_an_answer_cut_in_the_middle_leaves_a_sale(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("sale", act="cut"))

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sdk.transaction.sale(order())

    assert 1 == len(held(sandbox))
    assert struck(sandbox).worked


def test_a_fault_by_order_id_meets_that_order_only(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("any", act="status", times=0, order_id="pay-1"))

    assert sdk.transaction.sale(order(order_id="pay-2")).is_success
    with pytest.raises(ServiceUnavailableError):
        sdk.transaction.sale(order(order_id="pay-1"))
    with pytest.raises(ServiceUnavailableError):
        sdk.transaction.search(Search.order_id == "pay-1")

    assert ["pay-1", "pay-1"] == [strike.order_id for strike in sandbox.faults.struck]


def test_one_search_lags_and_the_log_says_so(sandbox: Sandbox, sdk: Any, clock: Clock) -> None:
    sandbox.faults.inject(Fault("search", act="lag", seconds=10))
    sdk.transaction.sale(order(order_id="pay-1"))

    found = [len(list(sdk.transaction.search(Search.order_id == "pay-1"))) for _ in range(2)]

    assert [0, 1] == found
    assert ("lag", "pay-1", True) == (
        struck(sandbox).act,
        struck(sandbox).order_id,
        struck(sandbox).worked,
    )


def test_a_lag_is_for_searches(sandbox: Sandbox) -> None:
    with pytest.raises(NoSuchFault):
        sandbox.faults.inject(Fault("sale", act="lag", seconds=10))


@pytest.mark.parametrize(
    ("status", "again"),
    [(500, [("api_request_key", "915235")]), (503, [])],
    ids=["a-defect-uses-the-key-up", "unavailable-does-not"],
)
def test_a_key_whose_request_met_a_server_error(
    sandbox: Sandbox, sdk: Any, status: int, again: list[tuple[str, str]]
) -> None:
    sandbox.faults.inject(Fault("sale", act="status", status=status))
    sale = order(api_request_key="pay-1")
    with pytest.raises(BraintreeError):
        sdk.transaction.sale(dict(sale))

    result = sdk.transaction.sale(dict(sale))

    assert again == ([] if result.is_success else codes(result))
