"""A caller without a PIN: what is offered instead, and paying without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.ask import WantsPerson
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, identify
from paytone.flows.no_pin import (
    ASK_BILLING_ZIP,
    ASK_NUMBER,
    BY_CODE,
    NOT_PAY_ONLY,
    PAY_ONLY,
    PERSON,
    YOU_CAN_PAY,
)
from paytone.flows.passcode_entry import BY_CALL, BY_EMAIL, BY_TEXT
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Level, Next, Status
from paytone.store import calls
from tests.flows.unproved import FORGOTTEN, KNOWN, REFUSED, STRANGERS, ZIP
from tests.teller import NUMBER, PHONE, PIN, Counter

PAYS = Ended(Status.DONE, Next.PAY_ONLY, level=Level.PAY_ONLY)


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
