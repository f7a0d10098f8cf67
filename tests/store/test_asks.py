"""When the gateway is asked after a payment."""

from __future__ import annotations

from datetime import timedelta

from paytone.gateway import Approved, Unknown
from paytone.rules.money import Money
from paytone.rules.payment import OPEN, Payment, State
from paytone.store import Store, asks, payments
from tests.store import given
from tests.store.given import NOW

MINUTE = timedelta(minutes=1)


async def due(store: Store, minutes: int, *, limit: int = 9, older: int = 0) -> list[Payment]:
    """The open payments due *minutes* after NOW."""
    now = NOW + minutes * MINUTE
    found = await asks.due(store, OPEN, now=now, older_than=now - older * MINUTE, limit=limit)
    return [each.payment for each in found]


async def test_those_open_for_longest_come_first(store: Store) -> None:
    owners = [await given.account(store, f"{place:016}") for place in range(4)]
    third, first, second = [
        await given.payment(store, owners[place], at=NOW + place * MINUTE) for place in (2, 0, 1)
    ]
    second = await payments.close_payment(store, second.id, Unknown("x"), "timed out", NOW + MINUTE)
    closed = await given.payment(store, owners[3])
    approved = Approved("abc123", Money(5000))
    await payments.close_payment(store, closed.id, approved, "approved", NOW)

    assert [first, second, third] == await due(store, 3)
    assert [first, second] == await due(store, 3, limit=2)
    assert [first, second] == await due(store, 3, older=2)


async def test_one_that_was_asked_after_waits_for_its_time(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    await asks.asked(
        store, payment, said="?", missing=True, now=NOW + MINUTE, again_at=NOW + 3 * MINUTE
    )
    assert [] == await due(store, 2)
    (found,) = await asks.due(store, OPEN, now=NOW + 3 * MINUTE, older_than=NOW + MINUTE, limit=9)
    assert (1, NOW + MINUTE) == (found.asks, found.missing_since)


async def test_once_it_has_moved_the_count_begins_anew(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    far = NOW + 600 * MINUTE
    await asks.asked(store, payment, said="?", missing=True, now=NOW, again_at=far)
    payment = await payments.close_payment(store, payment.id, Unknown("x"), "timed out", NOW)
    (found,) = await asks.due(store, OPEN, now=NOW, older_than=NOW, limit=9)
    assert (0, None) == (found.asks, found.missing_since)


async def test_a_payment_told_of_is_asked_after_at_once(store: Store) -> None:
    payment = await given.settled(store, await given.account(store), transaction="t1")
    states = [State.SETTLED]
    assert [] == await asks.told_of(store, states, now=NOW, limit=9)
    assert await asks.ask_now(store, "t1", why="told", now=NOW)
    assert not await asks.ask_now(store, "t2", why="told", now=NOW)
    (found,) = await asks.told_of(store, states, now=NOW, limit=9)
    assert payment == found.payment
    await asks.asked(store, payment, said="ok", missing=False, now=NOW, again_at=None)
    assert [] == await asks.told_of(store, states, now=NOW, limit=9)
