"""A caller without a PIN: a new one by a code or by answers, and what a stranger may not learn."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from paytone.ask import WantsPerson
from paytone.flows import Call
from paytone.flows.card_entry import ENTER_AGAIN, ENTRIES_DIFFER
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, LOCKED, identify
from paytone.flows.new_pin import ASK_NEW_PIN, PIN_SET, PIN_WEAK
from paytone.flows.no_pin import (
    ASK_BILLING_ZIP,
    ASK_NUMBER,
    BY_ANSWERS,
    BY_CODE,
    NOT_PAY_ONLY,
    PAY_ONLY,
    PERSON,
    YOU_CAN_PAY,
)
from paytone.flows.passcode_entry import (
    ASK_CODE,
    BY_CALL,
    BY_EMAIL,
    BY_TEXT,
    CODE_MISREAD,
    CODE_WRONG,
    HANG_UP,
    ON_ITS_WAY,
    WAIT_S,
    WE_WAIT,
    _check,
    _sent,
)
from paytone.flows.security import ANSWERS_WRONG, ASKED
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Level, Next, Status
from paytone.rules.passcode import PER_ACCOUNT, Way
from paytone.rules.pin import hash_pin, pin_matches
from paytone.rules.security import SecurityQuestion
from paytone.store import accounts, calls, pins
from tests.flows.reached import EMAIL, knows, queued
from tests.flows.unproved import NEW_PIN, STRANGERS, ZIP, billed_at, helping, last_code, wrong
from tests.teller import NOW, NUMBER, PHONE, PIN, Counter, later

KNOWN = Ended(Status.DONE, Next.ACCOUNT, level=Level.VERIFIED)
PAYS = Ended(Status.DONE, Next.PAY_ONLY, level=Level.PAY_ONLY)
REFUSED = Ended(Status.REFUSED, Next.AGENT)

FORGOTTEN: tuple[Turn, ...] = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "##"))
"""The first pound ends the number, which was complete without."""

ASKS: tuple[Turn, ...] = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, "1"))
HAS_ONE: tuple[Turn, ...] = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, "4"))
NEW: tuple[Turn, ...] = ((ASK_NEW_PIN, f"{NEW_PIN}#"), (ENTER_AGAIN, f"{NEW_PIN}#"))
OWN, BIRTHDAY = SecurityQuestion.OWN_NUMBER, SecurityQuestion.BIRTHDAY


@pytest.fixture
async def helper(counter: Counter) -> Counter:
    """A line that sends codes; one customer, who can be written to."""
    await counter.account()
    await knows(counter, email=EMAIL)
    await billed_at(counter.store)
    return helping(counter)


async def asked(helper: Counter, *, calling: str | None = None, way: str = "1") -> str:
    """A call that asks for a code and hangs up; the code."""
    turns = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, way), (ASK_CODE, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call(calling))
    return await last_code(helper.store)


async def pin_is(helper: Counter, pin: str) -> bool:
    account = await accounts.by_number(helper.store, NUMBER)
    assert account is not None
    return pin_matches(account.pin_hash, pin)


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


@pytest.mark.parametrize("weak", ["1111", "1234", "4412", "1984"])
async def test_a_weak_pin_is_refused(helper: Counter, weak: str) -> None:
    code = await asked(helper)
    turns = (*HAS_ONE, (ASK_CODE, code), (ASK_NEW_PIN, f"{weak}#"), *NEW)
    with ScriptedPhone(*turns) as phone:
        assert KNOWN == await identify(phone, helper.desk, await helper.call())
    assert phone.heard_in_order(ASK_NEW_PIN, PIN_WEAK, ASK_NEW_PIN, PIN_SET)
    assert not await pin_is(helper, weak)


async def test_two_entries_that_differ_set_nothing(helper: Counter) -> None:
    code = await asked(helper)
    turns = ((ASK_NEW_PIN, f"{NEW_PIN}#"), (ENTER_AGAIN, "730572#"), (ASK_NEW_PIN, None))
    with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), *turns) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())
    assert ENTRIES_DIFFER in phone.heard
    assert await pin_is(helper, PIN)


async def test_star_at_the_new_pin_keeps_the_old_one(helper: Counter) -> None:
    code = await asked(helper)
    with ScriptedPhone(*HAS_ONE, (ASK_CODE, code), (ASK_NEW_PIN, "*")) as phone:
        assert KNOWN == await identify(phone, helper.desk, await helper.call())
    assert await pin_is(helper, PIN)


@pytest.mark.parametrize("at", [BY_CODE, BY_EMAIL, ASK_CODE, ASK_NEW_PIN, ENTER_AGAIN])
async def test_hanging_up_at_a_question_leaves_the_pin_and_the_call_as_they_are(
    helper: Counter, at: Prompt
) -> None:
    code = await asked(helper)
    turns = [*HAS_ONE, (ASK_CODE, code), *NEW]
    cut = [prompt for prompt, _ in turns].index(at)
    call = await helper.call()
    with ScriptedPhone(*turns[:cut], (at, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, call)
    assert await calls.account_of(helper.store, call.id) is None
    assert await calls.pays_for(helper.store, call.id) is None
    assert await pin_is(helper, PIN)


@pytest.mark.parametrize(
    ("channels", "offered"),
    [
        ({Channel.EMAIL}, [BY_EMAIL]),
        ({Channel.SMS}, [BY_TEXT]),
        (set(), []),
    ],
    ids=["email", "text", "none"],
)
async def test_only_what_the_line_can_send_is_offered(
    helper: Counter, channels: set[Channel], offered: list[Prompt]
) -> None:
    desk = replace(helper.desk, letters_by=frozenset(channels), calls_out=None)
    turns: tuple[Turn, ...] = (*FORGOTTEN, (BY_CODE if offered else PAY_ONLY, "1"))
    last = offered[0] if offered else PAY_ONLY
    with ScriptedPhone(*turns, (last, None)) as phone, pytest.raises(HungUp):
        await identify(phone, desk, await helper.call())
    assert offered == [each for each in phone.heard if each in {BY_EMAIL, BY_TEXT, BY_CALL}]


async def test_where_nothing_takes_the_place_of_a_pin_there_is_a_person(counter: Counter) -> None:
    desk = replace(counter.desk, pays_without_pin=False)
    with ScriptedPhone(*FORGOTTEN, (PERSON, "0")) as phone, pytest.raises(WantsPerson):
        await identify(phone, desk, await counter.call())
    wrong_pin: tuple[Turn, ...] = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "9999#"))
    with ScriptedPhone(*wrong_pin * 3) as phone:
        assert REFUSED == await identify(phone, desk, await counter.call())
    assert PAY_ONLY not in phone.heard


async def test_zero_at_the_choices_asks_for_a_person(helper: Counter) -> None:
    with ScriptedPhone(*FORGOTTEN, (BY_CODE, "0")) as phone, pytest.raises(WantsPerson):
        await identify(phone, helper.desk, await helper.call())


async def test_star_at_the_choices_asks_for_the_number_again(helper: Counter) -> None:
    turns = (*FORGOTTEN, (BY_CODE, "*"), (ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#"))
    with ScriptedPhone(*turns) as phone:
        assert KNOWN == await identify(phone, helper.desk, await helper.call())


# Security questions.

ANSWERS: tuple[Turn, ...] = ((ASKED[OWN], "48151#"), (ASKED[BIRTHDAY], "0914#"))


async def answering(helper: Counter) -> Counter:
    """A line that asks two questions, which the customer has answered."""
    for question, answer in ((OWN, "48151"), (BIRTHDAY, "0914")):
        await pins.set_answer(helper.store, NUMBER, question, hash_pin(answer), NOW)
    return helping(helper, OWN, BIRTHDAY)


async def test_all_answers_right_set_a_new_pin(helper: Counter) -> None:
    asking = await answering(helper)
    with ScriptedPhone(*FORGOTTEN, (BY_ANSWERS, "2"), *ANSWERS, *NEW) as phone:
        assert KNOWN == await identify(phone, asking.desk, await helper.call())
    assert await pin_is(helper, NEW_PIN)
    row = await helper.store.one("SELECT proved_by FROM pin_changes")
    assert {"proved_by": "security"} == row


@pytest.mark.parametrize(
    ("claimed", "own"),
    [(NUMBER, "48152#"), (STRANGERS, "48151#")],
    ids=["one wrong answer", "a stranger"],
)
async def test_a_wrong_answer_and_a_stranger_sound_the_same(
    helper: Counter, claimed: str, own: str
) -> None:
    asking = await answering(helper)
    turns = (
        (ASK_ACCOUNT, claimed),
        (ASK_PIN, "##"),
        (BY_ANSWERS, "2"),
        (ASKED[OWN], own),
        (ASKED[BIRTHDAY], "0914#"),
        (ANSWERS_WRONG, None),
    )
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, asking.desk, await helper.call())
    assert [ASKED[OWN], ASKED[BIRTHDAY], ANSWERS_WRONG] == phone.heard[-3:]
    assert await pin_is(helper, PIN)


async def test_an_account_without_answers_is_asked_the_same_and_refused(helper: Counter) -> None:
    asking = helping(helper, OWN, BIRTHDAY)
    turns = (*FORGOTTEN, (BY_ANSWERS, "2"), *ANSWERS, (ANSWERS_WRONG, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, asking.desk, await helper.call())


@pytest.mark.parametrize("at", [ASKED[OWN], ASKED[BIRTHDAY]])
async def test_hanging_up_at_a_security_question_changes_nothing(
    helper: Counter, at: Prompt
) -> None:
    asking = await answering(helper)
    turns = [*FORGOTTEN, (BY_ANSWERS, "2"), *ANSWERS]
    cut = [prompt for prompt, _ in turns].index(at)
    with ScriptedPhone(*turns[:cut], (at, None)) as phone, pytest.raises(HungUp):
        await identify(phone, asking.desk, await helper.call())
    assert await pin_is(helper, PIN)


# Paying without a PIN.


async def test_number_and_zip_let_a_caller_pay_and_not_hear(helper: Counter) -> None:
    call = await helper.call()
    with ScriptedPhone(*FORGOTTEN, (PAY_ONLY, "3"), (ASK_BILLING_ZIP, ZIP)) as phone:
        assert PAYS == await identify(phone, helper.desk, call)
    assert YOU_CAN_PAY in phone.heard
    assert await calls.account_of(helper.store, call.id) is None
    found = await calls.pays_for(helper.store, call.id)
    assert found is not None
    assert NUMBER == found.number


async def test_who_named_a_phone_number_keys_the_account_number(helper: Counter) -> None:
    turns = (
        (ASK_ACCOUNT, "#"),
        (ASK_PIN, "#"),
        (PAY_ONLY, "3"),
        (ASK_NUMBER, NUMBER),
        (ASK_BILLING_ZIP, ZIP),
    )
    with ScriptedPhone(*turns) as phone:
        assert PAYS == await identify(phone, helper.desk, await helper.call(PHONE))


async def test_three_failures_lead_to_paying_without_a_pin(helper: Counter) -> None:
    wrong_pin: tuple[Turn, ...] = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "9999#"))
    turns = (*wrong_pin * 3, (PAY_ONLY, "3"), (ASK_NUMBER, NUMBER), (ASK_BILLING_ZIP, ZIP))
    with ScriptedPhone(*turns) as phone:
        assert PAYS == await identify(phone, helper.desk, await helper.call())


@pytest.mark.parametrize(
    ("claimed", "zip_code"),
    [(NUMBER, "60602"), (STRANGERS, ZIP)],
    ids=["another ZIP code", "a stranger"],
)
async def test_a_wrong_zip_and_a_stranger_sound_the_same(
    helper: Counter, claimed: str, zip_code: str
) -> None:
    turns = ((ASK_ACCOUNT, claimed), (ASK_PIN, "##"), (PAY_ONLY, "3"), (ASK_BILLING_ZIP, zip_code))
    call = await helper.call()
    with ScriptedPhone(*turns, (NOT_PAY_ONLY, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, call)
    assert [ASK_BILLING_ZIP, NOT_PAY_ONLY] == phone.heard[-2:]
    assert await calls.pays_for(helper.store, call.id) is None


async def test_an_account_without_a_zip_cannot_be_paid_so(helper: Counter) -> None:
    await helper.store.run("UPDATE accounts SET zip = NULL")
    turns = (*FORGOTTEN, (PAY_ONLY, "3"), (ASK_BILLING_ZIP, ZIP), (NOT_PAY_ONLY, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())


async def test_guessed_zip_codes_lock_the_account(helper: Counter) -> None:
    tries: tuple[Turn, ...] = (*FORGOTTEN, (PAY_ONLY, "3"), (ASK_BILLING_ZIP, "60602"))
    for _ in range(2):
        with ScriptedPhone(*tries * 2, (NOT_PAY_ONLY, None)) as phone, pytest.raises(HungUp):
            await identify(phone, helper.desk, await helper.call())
    right = (*FORGOTTEN, (PAY_ONLY, "3"), (ASK_BILLING_ZIP, ZIP), (NOT_PAY_ONLY, None))
    with ScriptedPhone(*right) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call())


async def test_identifying_again_takes_the_other_level_away(helper: Counter) -> None:
    call = await helper.call()
    with ScriptedPhone((ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#")) as phone:
        await identify(phone, helper.desk, call)
    with ScriptedPhone(*FORGOTTEN, (PAY_ONLY, "3"), (ASK_BILLING_ZIP, ZIP)) as phone:
        await identify(phone, helper.desk, call)
    assert await calls.account_of(helper.store, call.id) is None
    with ScriptedPhone((ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#")) as phone:
        await identify(phone, helper.desk, call)
    assert await calls.pays_for(helper.store, call.id) is None


@pytest.mark.parametrize("at", [PAY_ONLY, ASK_NUMBER, ASK_BILLING_ZIP])
async def test_hanging_up_before_the_zip_opens_nothing(helper: Counter, at: Prompt) -> None:
    turns: list[Turn] = [
        (ASK_ACCOUNT, f"{PHONE}#"),
        (ASK_PIN, "#"),
        (PAY_ONLY, "3"),
        (ASK_NUMBER, NUMBER),
        (ASK_BILLING_ZIP, ZIP),
    ]
    cut = [prompt for prompt, _ in turns].index(at)
    call = await helper.call()
    with ScriptedPhone(*turns[:cut], (at, None)) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, call)
    assert await calls.pays_for(helper.store, call.id) is None
