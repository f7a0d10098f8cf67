"""A new PIN, and the old one until it is set."""

from __future__ import annotations

import pytest

from paytone.flows.card_entry import ENTER_AGAIN, ENTRIES_DIFFER
from paytone.flows.identify import identify
from paytone.flows.new_pin import ASK_NEW_PIN, PIN_SET, PIN_WEAK
from paytone.flows.no_pin import BY_CODE
from paytone.flows.passcode_entry import ASK_CODE, BY_EMAIL
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.store import calls
from tests.flows.unproved import HAS_ONE, KNOWN, NEW, NEW_PIN, asked, pin_is
from tests.teller import PIN, Counter


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
