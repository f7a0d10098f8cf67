"""A code instead of a PIN, and what a stranger may not learn from it."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import timedelta

import pytest

from paytone.flows import Call
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, LOCKED, identify
from paytone.flows.new_pin import PIN_SET
from paytone.flows.no_pin import BY_CODE
from paytone.flows.passcode_entry import (
    ASK_CODE,
    BY_EMAIL,
    CODE_MISREAD,
    CODE_WRONG,
    HANG_UP,
    ON_ITS_WAY,
    WAIT_S,
    WE_WAIT,
    _check,
    _sent,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.job import Ended
from paytone.rules.passcode import PER_ACCOUNT, Way
from paytone.store import calls
from tests.flows.reached import queued
from tests.flows.unproved import (
    FORGOTTEN,
    HAS_ONE,
    KNOWN,
    NEW,
    NEW_PIN,
    REFUSED,
    STRANGERS,
    asked,
    pin_is,
    wrong,
)
from tests.teller import NOW, NUMBER, PHONE, PIN, Counter, later

ASKS: tuple[Turn, ...] = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, "1"))


async def test_a_code_sets_a_new_pin_and_identifies(helper: Counter) -> None:
    code = await asked(helper)
    call = await helper.call()
    with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), *NEW) as phone:
        assert KNOWN == await identify(phone, helper.desk, call)
    assert PIN_SET in phone.heard
    assert await calls.account_of(helper.store, call.id) is not None
    assert await pin_is(helper, NEW_PIN)
    assert not await pin_is(helper, PIN)
    assert [("passcode", "email"), ("pin-changed", "email")] == await queued(helper)


async def test_who_never_had_a_pin_gets_one(helper: Counter) -> None:
    await helper.store.run("UPDATE accounts SET pin_hash = NULL")
    code = await asked(helper)
    with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), *NEW) as phone:
        assert KNOWN == await identify(phone, helper.desk, await helper.call())
    assert await pin_is(helper, NEW_PIN)


async def test_a_code_is_used_once(helper: Counter) -> None:
    code = await asked(helper)
    with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), *NEW) as phone:
        await identify(phone, helper.desk, await helper.call())
    with (
        pytest.raises(HungUp),
        ScriptedPhone(*HAS_ONE, (ASK_CODE, code), (CODE_WRONG, None)) as phone,
    ):
        await identify(phone, helper.desk, await helper.call())


async def test_of_two_calls_with_the_same_code_at_once_one_is_identified(helper: Counter) -> None:
    code = await asked(helper)

    async def caller() -> Ended | None:
        with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), *NEW) as phone:
            try:
                return await identify(phone, helper.desk, await helper.call())
            finally:
                phone._turns.clear()  # noqa: SLF001 - who is refused never comes to the rest

    found = await asyncio.gather(caller(), caller(), return_exceptions=True)
    assert 1 == found.count(KNOWN)


async def test_a_wrong_code_changes_nothing(helper: Counter) -> None:
    code = wrong(await asked(helper))
    turns = (*HAS_ONE, *((ASK_CODE, code),) * 3)
    with ScriptedPhone(*turns, (ASK_ACCOUNT, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())
    assert 3 == phone.heard.count(CODE_WRONG)
    assert await pin_is(helper, PIN)


async def test_after_three_wrong_tries_the_right_code_is_no_longer_good(helper: Counter) -> None:
    code = await asked(helper)
    turns = (*HAS_ONE, *((ASK_CODE, wrong(code)),) * 3, *HAS_ONE, (ASK_CODE, code))
    with ScriptedPhone(*turns, (CODE_WRONG, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())
    assert PIN_SET not in phone.heard


async def test_after_ten_minutes_a_code_is_no_longer_good(helper: Counter) -> None:
    code = await asked(helper)
    after = later(helper, NOW + timedelta(minutes=10))
    with (
        pytest.raises(HungUp),
        ScriptedPhone(*HAS_ONE, (ASK_CODE, code), (CODE_WRONG, None)) as phone,
    ):
        await identify(phone, after.desk, await helper.call())


async def test_wrong_codes_lock_the_account_and_the_number_that_calls(helper: Counter) -> None:
    code = await asked(helper)
    turns = (*HAS_ONE, *((ASK_CODE, wrong(code)),) * 3, *HAS_ONE, (ASK_CODE, wrong(code)))
    with ScriptedPhone(*turns, (ASK_CODE, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call(PHONE))
    with ScriptedPhone() as phone:
        assert REFUSED == await identify(phone, helper.desk, await helper.call(PHONE))
    assert [LOCKED] == phone.heard
    with (
        pytest.raises(HungUp),
        ScriptedPhone((ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#"), (ASK_ACCOUNT, None)) as phone,
    ):
        await identify(phone, helper.desk, await helper.call())


async def test_the_right_code_does_not_open_a_locked_account(helper: Counter) -> None:
    code = await asked(helper)
    wrong_pin: tuple[Turn, ...] = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "9999#"))
    for _ in range(2):
        with ScriptedPhone(*wrong_pin * 3) as phone:
            await identify(phone, helper.desk, await helper.call())
    with (
        pytest.raises(HungUp),
        ScriptedPhone(*HAS_ONE, (ASK_CODE, code), (CODE_WRONG, None)) as phone,
    ):
        await identify(phone, helper.desk, await helper.call())


@pytest.mark.parametrize("way", ["1", "2", "3"], ids=["email", "text", "call"])
@pytest.mark.parametrize("claimed", [NUMBER, STRANGERS], ids=["known", "stranger"])
async def test_what_is_heard_does_not_tell_whether_there_is_an_account(
    helper: Counter, claimed: str, way: str
) -> None:
    """The known one can be reached by e-mail and by call, and not by text."""
    turns = (
        (ASK_ACCOUNT, claimed),
        (ASK_PIN, "##"),
        (BY_CODE, "1"),
        (BY_EMAIL, way),
        *((ASK_CODE, "000000"),) * 3,
        (ASK_ACCOUNT, None),
    )
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())
    heard = [prompt for prompt in phone.heard if prompt in {ON_ITS_WAY, HANG_UP, CODE_WRONG}]
    words = [ON_ITS_WAY, *([HANG_UP] if way == "3" else []), *[CODE_WRONG] * 3]
    assert words == heard
    expected = ["ask-account", "ask-pin", "ask-pin-forgotten", "no-pin-code", "no-pin-pay"]
    assert expected == phone.heard[:5]


async def test_the_sixth_code_of_a_day_is_not_sent_and_nobody_hears_it(helper: Counter) -> None:
    for _ in range(PER_ACCOUNT):
        await asked(helper)
    before = len(await queued(helper))
    with ScriptedPhone(*ASKS, (ASK_CODE, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())
    assert ON_ITS_WAY in phone.heard
    assert before == len(await queued(helper))


async def test_a_stranger_waits_as_long_as_a_customer(helper: Counter) -> None:
    async def seconds(claimed: str, number: int) -> tuple[float, float]:
        call = Call((await helper.call()).id, "", f"21255501{number:02}")
        began = time.perf_counter()
        await _sent(helper.desk, call, claimed, Way.EMAIL)
        sent = time.perf_counter()
        await _check(helper.desk, call, claimed, "000000")
        return sent - began, time.perf_counter() - sent

    known, strange = [], []
    for number in range(12):
        known.append(await seconds(NUMBER, number))
        strange.append(await seconds(STRANGERS, number + 20))
    for mine, theirs in zip(zip(*known, strict=True), zip(*strange, strict=True), strict=True):
        ratio = statistics.median(mine) / statistics.median(theirs)
        assert 1 / 3 < ratio < 3


async def test_while_the_code_has_not_come_the_line_waits(helper: Counter) -> None:
    code = await asked(helper)
    turns = (*HAS_ONE, (ASK_CODE, "#"), (ASK_CODE, "123#"), (CODE_MISREAD, ""), (ASK_CODE, code))
    with ScriptedPhone(*turns, *NEW) as phone:
        assert KNOWN == await identify(phone, helper.desk, await helper.call())
    assert phone.heard_in_order(WE_WAIT, ASK_CODE)
    assert WAIT_S in phone.waits
