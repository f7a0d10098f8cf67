"""Calls back: places held once, in order, and one dial through the gate."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta

import psycopg
import pytest

from paytone.back_office.call_backs import dial_back, hold_places
from paytone.back_office.calls_out import Switchboard, make_calls
from paytone.rules.calling import Rules
from paytone.rules.hours import Span
from paytone.rules.person import Came
from paytone.rules.redial import Result
from paytone.store import Row, calls, dials, do_not_call, hours, people
from paytone.store.do_not_call import Stopped
from paytone.trunk import HeldPlace, Place, Placed, Trunk, TrunkAway, WaitingRoom
from tests.teller import NOW, PHONE, Counter

RULES = Rules()
OTHER = "2125550188"
DAY = timedelta(days=1)
NIGHT = NOW.replace(hour=5)
"""Before 8 in Chicago."""


class Queues(Trunk, WaitingRoom):
    """Queues that hold what they are handed, until it is `lost`."""

    def __init__(self) -> None:
        self.places: list[HeldPlace] = []

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Place]:
        raise TrunkAway("no line")
        yield

    @asynccontextmanager
    async def waiting_room(self) -> AsyncIterator[WaitingRoom]:
        yield self

    async def held(self) -> frozenset[str]:
        return frozenset(each.id for each in self.places)

    async def hold(self, place: HeldPlace) -> Placed:
        self.places.append(place)
        return Placed.YES


async def waits(counter: Counter, number: str = PHONE, at: datetime = NOW) -> str:
    """Somebody who is to be called back, and asked at that time."""
    call, person_id = await counter.call(number), str(uuid.uuid4())
    await people.asked(
        counter.store, person_id, call.id, Came("menu", "asked"), queue="support",
        number=number, now=at, is_closed=False,
    )  # fmt: skip
    assert await people.keep_place(counter.store, person_id, number)
    return person_id


async def hold(counter: Counter, queues: Queues, now: datetime = NOW) -> int:
    return await hold_places(counter.store, Switchboard(queues), lambda: now)


async def the_row(counter: Counter, person_id: str) -> Row:
    row = await counter.store.one(
        "SELECT * FROM person_calls_in_full WHERE id = %(id)s", id=person_id
    )
    assert row is not None
    return row


async def test_each_place_is_held_once_and_again_when_it_is_lost(counter: Counter) -> None:
    second = await waits(counter, OTHER)
    first = await waits(counter, at=NOW - timedelta(seconds=5))
    queues = Queues()
    assert 2 == await hold(counter, queues)
    assert 0 == await hold(counter, queues)
    assert [first, second] == [each.id for each in queues.places]
    assert queues.places[0].priority > queues.places[1].priority
    before, queues.places = queues.places, []
    assert 2 == await hold(counter, queues)
    assert before == queues.places, "in the places that they had"


async def test_no_place_is_held_when_closed_or_at_night_there(counter: Counter) -> None:
    person_id = await waits(counter, at=NIGHT)
    queues = Queues()
    assert 0 == await hold(counter, queues, NIGHT)
    await hours.set_week(counter.store, "support", range(1, 8), [Span(time(20), time(21))])
    assert 0 == await hold(counter, queues)
    await hours.set_week(counter.store, "support", range(1, 8), [Span(time(8), time(21))])
    assert 1 == await hold(counter, queues)
    assert "waiting" == (await the_row(counter, person_id))["call_back"]


async def test_who_wants_no_calls_is_not_called_back_by_whoever_is_unknown(
    counter: Counter,
) -> None:
    person_id = await waits(counter)
    await do_not_call.stop(
        counter.store, PHONE, source=Stopped.ADMIN, said="letter", now=NOW + timedelta(seconds=1)
    )
    assert 0 == await hold(counter, Queues())
    row = await the_row(counter, person_id)
    assert ("refused", "do-not-call", "nobody") == (
        row["call_back"], row["call_back_said"], row["result"],
    )  # fmt: skip


async def test_a_clock_that_is_ahead_refuses_nobody(counter: Counter) -> None:
    """Line and worker may be on two machines."""
    person_id = await waits(counter, at=NOW + timedelta(seconds=1))
    assert 0 == await hold(counter, Queues())
    assert "waiting" == (await the_row(counter, person_id))["call_back"]


async def test_after_two_days_nobody_is_called(counter: Counter) -> None:
    person_id = await waits(counter)
    assert 0 == await hold(counter, Queues(), NOW + 2 * DAY + timedelta(minutes=1))
    assert "expired" == (await the_row(counter, person_id))["call_back"]


async def test_a_customer_is_dialled_once_whoever_asks(counter: Counter) -> None:
    person_id = await waits(counter)
    first, second = await asyncio.gather(
        *(dial_back(counter.store, RULES, person_id, now=NOW) for _ in range(2))
    )
    (claimed,) = (each for each in (first, second) if each)
    assert PHONE == claimed.number
    row = await the_row(counter, person_id)
    assert ("dialled", claimed.id) == (row["call_back"], str(row["dial_id"]))
    (dial,) = await counter.store.all("SELECT rests_on FROM dials_in_full")
    assert "request" == dial["rests_on"]


@pytest.mark.parametrize("result", [Result.BUSY, Result.NO_ANSWER])
async def test_who_does_not_answer_is_not_dialled_again(counter: Counter, result: Result) -> None:
    person_id = await waits(counter)
    claimed = await dial_back(counter.store, RULES, person_id, now=NOW)
    assert claimed is not None
    await dials.ended(counter.store, claimed.id, result, now=NOW + timedelta(seconds=40))
    (row,) = await counter.store.all("SELECT state, next_at FROM calls_out")
    assert ("done", None) == (row["state"], row["next_at"])
    assert 0 == await hold(counter, Queues(), NOW + DAY)
    assert {} == await make_calls(counter.store, Switchboard(Queues()), lambda: NOW + DAY)


async def test_an_agent_at_the_wrong_hour_calls_nobody_and_the_place_is_kept(
    counter: Counter,
) -> None:
    person_id = await waits(counter, at=NIGHT)
    assert None is await dial_back(counter.store, RULES, person_id, now=NIGHT)
    (gate,) = await counter.store.all("SELECT answer, why FROM call_gate")
    assert ("refuse", "outside-hours") == (gate["answer"], gate["why"])
    assert [] == await counter.store.all("SELECT id FROM calls_out WHERE state = 'waiting'")
    assert "waiting" == (await the_row(counter, person_id))["call_back"]
    assert None is not await dial_back(counter.store, RULES, person_id, now=NOW)


async def test_what_was_asked_stays(counter: Counter) -> None:
    await waits(counter)
    for change in ("UPDATE person_calls SET asked_at = now()", "DELETE FROM person_calls"):
        with pytest.raises(psycopg.DatabaseError, match="stays") as refused:
            await counter.store.run(change)
        assert "PT033" == refused.value.sqlstate


async def test_a_place_has_the_language_of_its_customer(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    await calls.identified(counter.store, call.id, account.id, NOW)
    await counter.store.run("UPDATE customers SET language = 'es'")
    await waits(counter, OTHER)
    person_id = str(uuid.uuid4())
    await people.asked(
        counter.store, person_id, call.id, Came("menu", "asked"), queue="support",
        number=PHONE, now=NOW, is_closed=False,
    )  # fmt: skip
    assert await people.keep_place(counter.store, person_id, PHONE)
    queues = Queues()
    await hold(counter, queues)
    assert {"es", ""} == {place.language for place in queues.places}
