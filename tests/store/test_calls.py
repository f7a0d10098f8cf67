"""Calls, and what was said and asked in them."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from paytone.prompts import Prompt
from paytone.store import Store, calls
from paytone.store.calls import CallEvent
from tests.store import given
from tests.store.given import NOW

EVENTS = "SELECT at, verb, kind, prompts FROM call_events WHERE call_id = %(id)s ORDER BY seq"


async def test_a_call_is_stored_once(store: Store) -> None:
    call = str(uuid4())
    for calling, at in (("3125550142", NOW), (None, NOW + timedelta(minutes=1))):
        await calls.open_call(store, call, called="+18008926996", calling=calling, now=at)

    assert [("3125550142", NOW)] == [
        (row["calling"], row["opened_at"]) for row in await store.all("SELECT * FROM calls")
    ]


@pytest.mark.parametrize("calling", [None, ""])
async def test_a_withheld_number_is_no_number(store: Store, calling: str | None) -> None:
    await given.call(store, calling=calling)

    assert {"calling": None} == await store.one("SELECT calling FROM calls")


async def test_a_call_has_an_account_once_identified(store: Store) -> None:
    account, call = await given.account(store), await given.call(store)
    assert await calls.account_of(store, call) is None

    await calls.identified(store, call, account.id, NOW)
    await calls.identified(store, call, account.id, NOW)

    assert account == await calls.account_of(store, call)
    assert await calls.account_of(store, str(uuid4())) is None


async def test_a_call_never_stored_cannot_be_identified(store: Store) -> None:
    account = await given.account(store)

    with pytest.raises(calls.NoSuchCall):
        await calls.identified(store, str(uuid4()), account.id, NOW)


async def test_what_happened_is_kept_in_order(store: Store) -> None:
    call = await given.call(store)
    later = NOW + timedelta(seconds=5)
    await calls.record(
        store,
        call,
        [
            CallEvent(NOW, "menu", "said", (Prompt("you-owe"), Prompt("n-112"), Prompt("dollars"))),
            CallEvent(NOW, "menu", "asked", (Prompt("menu-choices"),)),
            CallEvent(NOW, "menu", "answered"),
        ],
    )
    await calls.record(store, call, [CallEvent(later, "goodbye", "said", (Prompt("goodbye"),))])
    await calls.record(store, call, [])

    assert [
        (NOW, "menu", "said", ["you-owe", "n-112", "dollars"]),
        (NOW, "menu", "asked", ["menu-choices"]),
        (NOW, "menu", "answered", []),
        (later, "goodbye", "said", ["goodbye"]),
    ] == [tuple(row.values()) for row in await store.all(EVENTS, id=call)]


async def test_a_call_that_was_never_stored_goes_on_without_a_record(store: Store) -> None:
    await calls.record(store, str(uuid4()), [CallEvent(NOW, "menu", "answered")])

    assert [] == await store.all("SELECT FROM call_events")


@pytest.mark.parametrize(
    "prompt", ["4111111111111111", "n-4111111", "not a name", "Name", "{}", "a,b"]
)
async def test_what_is_no_prompt_is_not_kept(store: Store, prompt: str) -> None:
    call = await given.call(store)

    with pytest.raises(psycopg.errors.CheckViolation):
        await store.run(
            "INSERT INTO call_events (call_id, at, verb, kind, prompts)"
            " VALUES (%(call)s, now(), 'menu', 'said', ARRAY[%(prompt)s])",
            call=call,
            prompt=prompt,
        )


async def test_the_first_ending_stands(store: Store) -> None:
    call = await given.call(store)
    await calls.close_call(store, call, "hung-up", NOW)
    await calls.close_call(store, call, "goodbye", NOW + timedelta(minutes=1))

    assert {"ending": "hung-up", "closed_at": NOW} == await store.one(
        "SELECT ending, closed_at FROM calls"
    )
