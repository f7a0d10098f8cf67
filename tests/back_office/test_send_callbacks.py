"""Callbacks told: signed, in order, until they are taken, and no longer than three days."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from paytone.back_office.send_callbacks import tell_due
from paytone.callback import signature
from paytone.callback.http import HttpCourier
from paytone.rules.pay_request import read_request
from paytone.rules.pay_result import Result, Taken
from paytone.store import callbacks, payment_requests
from tests.flows.taking import terms
from tests.receiver import KEY, Receiver, proven, receiving
from tests.teller import NOW, Counter


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as taking:
        yield taking


async def queued(counter: Counter, receiver: Receiver, *steps: str) -> None:
    """A request to that receiver, with progress at each of *steps*, and its result."""
    given = {"AMOUNT": "5", "REFERENCE": "R1", "CALLBACK": receiver.url}
    asked = read_request(given, terms(counter, callbacks=(receiver.url,)))
    call = await counter.call()
    opened = await payment_requests.begin(
        counter.store, asked, currency="USD", call_id=call.id, now=NOW
    )
    for step in steps:
        await callbacks.queue_progress(counter.store, opened.id, {"step": step}, now=NOW)
    await payment_requests.end(counter.store, opened, Taken(Result.STAR), now=NOW)


async def tell(counter: Counter, now: datetime = NOW) -> int:
    courier = HttpCourier(KEY.encode(), lambda: now, patience=2.0)
    return await tell_due(counter.store, courier, now=now)


async def test_each_is_told_once_in_order_with_a_signature(
    counter: Counter, receiver: Receiver
) -> None:
    await queued(counter, receiver, "card-number", "expiration-date")
    assert 3 == await tell(counter)
    assert 0 == await tell(counter)
    events = [each.body.get("step") or each.body["result"] for each in receiver.told]
    assert ["card-number", "expiration-date", "caller-interrupted-with-star"] == events
    assert all(each.is_ours for each in receiver.told)
    assert [str(each.body["id"]) for each in receiver.told] == [e.event for e in receiver.told]


def test_a_body_that_was_changed_on_its_way_is_not_ours() -> None:
    signed = signature(KEY.encode(), b'{"amount":"5"}', at=1)
    assert proven(signed, b'{"amount":"5"}')
    assert not proven(signed, b'{"amount":"6"}')
    assert not proven(signed.replace("t=1", "t=2"), b'{"amount":"5"}')


@pytest.mark.parametrize("answer", [500, 404, 302, 401])
async def test_what_is_not_taken_is_told_again_later(counter: Counter, answer: int) -> None:
    with receiving(answer, 200) as receiver:
        await queued(counter, receiver)
        assert 0 == await tell(counter)
        assert 0 == await tell(counter, NOW + timedelta(seconds=9))
        assert 1 == await tell(counter, NOW + timedelta(seconds=11))
        assert 1 == len({each.event for each in receiver.told})
        assert 2 == len(receiver.told)


async def test_one_that_is_not_taken_holds_up_the_others_of_its_url_this_time(
    counter: Counter,
) -> None:
    with receiving(503, 200) as receiver:
        await queued(counter, receiver, "card-number", "expiration-date")
        await tell(counter)
        assert 1 == len(receiver.told)


async def test_nobody_there_is_not_asked_for_ever(counter: Counter) -> None:
    with receiving() as receiver:
        await queued(counter, receiver)
    now = NOW
    for _ in range(200):
        await tell(counter, now)
        now += timedelta(hours=1)
    (row,) = await counter.store.all("SELECT * FROM callbacks")
    assert row["next_at"] is None
    assert row["delivered_at"] is None
    assert row["said"].startswith("given up: ")
    assert 70 < row["tries"] < 90


async def test_two_workers_tell_each_once(counter: Counter, receiver: Receiver) -> None:
    await queued(counter, receiver, *("step" for _ in range(60)))
    assert 61 == sum(await asyncio.gather(*(tell(counter) for _ in range(8))))
    assert 61 == len(receiver.told)


async def test_one_whose_worker_died_is_told_by_another(
    counter: Counter, receiver: Receiver
) -> None:
    await queued(counter, receiver)
    claimed = await callbacks.claim(counter.store, now=NOW, until=NOW + timedelta(minutes=1))
    assert claimed is not None
    assert 0 == await tell(counter)
    assert 1 == await tell(counter, NOW + timedelta(minutes=2))


async def test_a_result_is_queued_once(counter: Counter, receiver: Receiver) -> None:
    given = {"AMOUNT": "5", "REFERENCE": "R1", "CALLBACK": receiver.url}
    asked = read_request(given, terms(counter, callbacks=(receiver.url,)))
    call = await counter.call()
    opened = await payment_requests.begin(
        counter.store, asked, currency="USD", call_id=call.id, now=NOW
    )
    for result in (Result.STAR, Result.SUCCESS):
        await payment_requests.end(counter.store, opened, Taken(result), now=NOW)
    await tell(counter)
    assert ["caller-interrupted-with-star"] == [each.body["result"] for each in receiver.told]
