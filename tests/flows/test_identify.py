"""Who is calling, and what a stranger may not learn."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from paytone.ask import TooManyTries, WantsPerson
from paytone.flows import Call
from paytone.flows.claim import ACCOUNT_MISREAD
from paytone.flows.identify import (
    ASK_ACCOUNT,
    ASK_PIN,
    LOCKED,
    NOT_IDENTIFIED,
    PIN_FORGOTTEN,
    PIN_MISREAD,
    identify,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.job import Ended, Level, Next, Status
from paytone.store import calls
from tests.teller import NOW, NUMBER, PHONE, PIN, Counter, later

KNOWN = Ended(Status.DONE, Next.ACCOUNT, level=Level.VERIFIED)
REFUSED = Ended(Status.REFUSED, Next.AGENT)


@pytest.mark.parametrize(
    ("keys", "calling"),
    [
        pytest.param(NUMBER, None, id="account number"),
        pytest.param(f"{PHONE}#", None, id="phone number"),
        pytest.param(f"1{PHONE}#", None, id="phone number with its country"),
        pytest.param("#", PHONE, id="the number that calls"),
    ],
)
async def test_a_number_and_its_pin_identify(
    counter: Counter, keys: str, calling: str | None
) -> None:
    account = await counter.account()
    call = await counter.call(calling)
    with ScriptedPhone((ASK_ACCOUNT, keys), (ASK_PIN, f"{PIN}#")) as phone:
        assert KNOWN == await identify(phone, counter.desk, call)
    found = await calls.account_of(counter.store, call.id)
    assert found is not None
    assert account.id == found.id


async def test_who_called_while_the_store_was_away_is_identified_once_it_is_back(
    counter: Counter,
) -> None:
    account = await counter.account()
    never_stored = Call(str(uuid.uuid4()), "+18008926996", PHONE)
    with ScriptedPhone((ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#")) as phone:
        assert KNOWN == await identify(phone, counter.desk, never_stored)
    found = await calls.account_of(counter.store, never_stored.id)
    assert found is not None
    assert account.id == found.id


async def test_a_wrong_pin_and_a_wrong_number_sound_the_same(counter: Counter) -> None:
    """47 CFR 64.2010: nothing may tell whether an account exists."""
    await counter.account()
    heard = []
    for number, pin in ((NUMBER, "9999#"), ("4412000000009999", f"{PIN}#")):
        turns = [(ASK_ACCOUNT, number), (ASK_PIN, pin)] * 3
        with ScriptedPhone(*turns) as phone:
            assert REFUSED == await identify(phone, counter.desk, await counter.call())
        heard.append(phone.heard)
    assert heard[0] == heard[1]
    assert 3 == heard[0].count(NOT_IDENTIFIED)


async def test_pound_without_a_known_caller_asks_for_the_pin_all_the_same(counter: Counter) -> None:
    with ScriptedPhone(*[(ASK_ACCOUNT, "#"), (ASK_PIN, f"{PIN}#")] * 3) as phone:
        assert REFUSED == await identify(phone, counter.desk, await counter.call(None))
    assert [ASK_ACCOUNT, ASK_PIN, PIN_FORGOTTEN, NOT_IDENTIFIED] == phone.heard[:4]


async def test_failures_lock_the_account_across_calls_and_nobody_hears_it(counter: Counter) -> None:
    await counter.account()
    wrong = [(ASK_ACCOUNT, NUMBER), (ASK_PIN, "9999#")]
    for tries in (3, 3):
        with ScriptedPhone(*wrong * tries) as phone:
            await identify(phone, counter.desk, await counter.call())
    right = [(ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#")]
    with ScriptedPhone(*right * 3) as phone:
        assert REFUSED == await identify(phone, counter.desk, await counter.call())
    assert LOCKED not in phone.heard
    after = later(counter, NOW + timedelta(hours=2))
    with ScriptedPhone(*right) as phone:
        assert KNOWN == await identify(phone, after.desk, await counter.call())


async def test_failures_lock_the_calling_number_whatever_account_it_tries(counter: Counter) -> None:
    for start in (0, 3):
        turns = [
            turn
            for n in range(start, start + 3)
            for turn in ((ASK_ACCOUNT, f"441200000000000{n}"), (ASK_PIN, "1234#"))
        ]
        with ScriptedPhone(*turns) as phone:
            await identify(phone, counter.desk, await counter.call("2125550100"))
    with ScriptedPhone() as phone:
        assert REFUSED == await identify(phone, counter.desk, await counter.call("2125550100"))
    assert [LOCKED] == phone.heard


async def test_the_right_pin_clears_earlier_failures(counter: Counter) -> None:
    await counter.account()
    wrong = [(ASK_ACCOUNT, NUMBER), (ASK_PIN, "9999#")]
    right = [(ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#")]
    for _ in range(4):
        with ScriptedPhone(*wrong, *right) as phone:
            assert KNOWN == await identify(phone, counter.desk, await counter.call())


async def test_wrong_lengths_have_their_words(counter: Counter) -> None:
    await counter.account()
    with ScriptedPhone(
        (ASK_ACCOUNT, "12345#"), (ASK_ACCOUNT, NUMBER), (ASK_PIN, "12#"), (ASK_PIN, f"{PIN}#")
    ) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call())
    assert phone.heard_in_order(ASK_ACCOUNT, ACCOUNT_MISREAD, ASK_ACCOUNT, ASK_PIN, PIN_MISREAD)


async def test_star_at_the_pin_asks_for_the_number_again(counter: Counter) -> None:
    await counter.account()
    with ScriptedPhone(
        (ASK_ACCOUNT, "4412000000009999"), (ASK_PIN, "*"), (ASK_ACCOUNT, NUMBER), (ASK_PIN, "2580#")
    ) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call())


async def test_a_silent_caller_ends_with_a_person(counter: Counter) -> None:
    with ScriptedPhone() as phone, pytest.raises(TooManyTries):
        await identify(phone, counter.desk, await counter.call())
    assert 3 == phone.heard.count(ASK_ACCOUNT)


async def test_zero_alone_asks_for_a_person(counter: Counter) -> None:
    with ScriptedPhone((ASK_ACCOUNT, "0#")) as phone, pytest.raises(WantsPerson):
        await identify(phone, counter.desk, await counter.call())


async def test_hanging_up_at_the_pin_leaves_the_call_without_an_account(counter: Counter) -> None:
    await counter.account()
    call = await counter.call()
    with ScriptedPhone((ASK_ACCOUNT, NUMBER), (ASK_PIN, None)) as phone, pytest.raises(HungUp):
        await identify(phone, counter.desk, call)
    assert await calls.account_of(counter.store, call.id) is None
