"""Answers instead of a PIN, and what a stranger may not learn from them."""

from __future__ import annotations

import pytest

from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, identify
from paytone.flows.no_pin import BY_ANSWERS
from paytone.flows.security import ANSWERS_WRONG, ASKED
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.pin import hash_pin
from paytone.rules.security import SecurityQuestion
from paytone.store import pins
from tests.flows.unproved import FORGOTTEN, KNOWN, NEW, NEW_PIN, STRANGERS, helping, pin_is
from tests.teller import NOW, NUMBER, PIN, Counter

OWN, BIRTHDAY = SecurityQuestion.OWN_NUMBER, SecurityQuestion.BIRTHDAY
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
