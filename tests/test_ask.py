"""The retry loop: mistakes, global keys, and waiting with words."""

from __future__ import annotations

import asyncio

import pytest

from paytone.ask import (
    BACK,
    GO_SLOWER,
    MORE_TIME,
    NOT_HEARD,
    ONE_MOMENT,
    STILL_THERE,
    STILL_WORKING,
    BadAnswer,
    Question,
    TooManyTries,
    WantsPerson,
    ask,
    choose,
    in_turn,
    patiently,
)
from paytone.phone import HungUp, Manner
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.pace import Pace

ASK, MISREAD, FACTS = Prompt("ask-card"), Prompt("card-misread"), Prompt("review-pay")


def read(digits: str) -> str:
    """Four digits."""
    if len(digits) != 4:
        raise BadAnswer(MISREAD)
    return digits


FOUR = Question((ASK,), read, at_most=6)
AMOUNT = Question((ASK,), str, at_most=9, star=True)


async def test_a_mistake_is_explained_and_asked_again() -> None:
    with ScriptedPhone((ASK, "12#"), (ASK, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert [ASK, MISREAD, ASK] == phone.heard


async def test_three_mistakes_end_the_question() -> None:
    with ScriptedPhone((ASK, "1#"), (ASK, ""), (ASK, "2#")) as phone, pytest.raises(TooManyTries):
        await ask(phone, FOUR)
    assert [ASK, MISREAD, ASK, STILL_THERE, NOT_HEARD, ASK, GO_SLOWER, MISREAD] == phone.heard


async def test_the_tries_are_the_manners() -> None:
    manner = Manner(entry_tries=1)
    with ScriptedPhone((ASK, "1#"), manner=manner) as phone, pytest.raises(TooManyTries):
        await ask(phone, FOUR)


async def test_keys_alone_ask_for_a_person_repeat_and_more_time() -> None:
    with ScriptedPhone((ASK, "9#"), (ASK, "8#"), (ASK, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert [ASK, ASK, MORE_TIME, ASK] == phone.heard
    with ScriptedPhone((ASK, "0#")) as phone, pytest.raises(WantsPerson):
        await ask(phone, FOUR)


@pytest.mark.parametrize("question", [FOUR, AMOUNT], ids=["a number", "an amount"])
@pytest.mark.parametrize("at", [ASK, STILL_THERE])
async def test_eight_and_nothing_after_it_is_more_time_at_every_question(
    at: Prompt, question: Question[str]
) -> None:
    before = ((ASK, ""),) if at is STILL_THERE else ()
    with ScriptedPhone(*before, (at, "8"), (ASK, "1234#")) as phone:
        assert "1234" == await ask(phone, question)
    assert (Pace.SLOW, 21.0, 12.0) == (
        phone.manner.pace,
        phone.manner.first_key,
        phone.manner.between_keys,
    )


async def test_an_eight_with_more_after_it_is_a_digit_also_at_the_alert() -> None:
    with ScriptedPhone((ASK, ""), (STILL_THERE, "8123#")) as phone:
        assert "8123" == await ask(phone, FOUR)
    assert Pace.USUAL is phone.manner.pace


async def test_silence_is_alerted_and_what_is_keyed_then_counts() -> None:
    """36 CFR 1194.23(d); relay operators are silent for long."""
    with ScriptedPhone((ASK, ""), (STILL_THERE, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert [ASK, STILL_THERE] == phone.heard
    with ScriptedPhone((ASK, ""), (STILL_THERE, "2")) as phone:
        assert "2" == await choose(phone, ASK, keys="12")
    assert [ASK, STILL_THERE] == phone.heard


async def test_after_a_time_out_a_slower_call_is_offered_and_taken() -> None:
    with ScriptedPhone((ASK, ""), (GO_SLOWER, "8"), (ASK, ""), (ASK, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert Pace.SLOW is phone.manner.pace
    assert 1 == phone.heard.count(GO_SLOWER), "offered to one who goes slowly"


async def test_the_offer_is_refused_by_answering() -> None:
    with ScriptedPhone((ASK, ""), (GO_SLOWER, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert Pace.USUAL is phone.manner.pace


async def test_a_long_pause_between_keys_offers_a_slower_call_too() -> None:
    with ScriptedPhone((ASK, "12"), (GO_SLOWER, "1234#")) as phone:
        assert "1234" == await ask(phone, FOUR)
    assert [ASK, MISREAD, ASK, GO_SLOWER] == phone.heard


async def test_a_mistake_that_was_ended_offers_nothing() -> None:
    with ScriptedPhone((ASK, "12#"), (ASK, "1234#")) as phone:
        await ask(phone, FOUR)
    assert GO_SLOWER not in phone.heard


async def test_the_offer_is_taken_at_a_choice_that_announces() -> None:
    turns = ((ASK, ""), (GO_SLOWER, "8"), (ASK, "1"))
    with ScriptedPhone(*turns) as phone:
        assert "1" == await choose(phone, ASK, keys="12", announce=(FACTS,))
    assert Pace.SLOW is phone.manner.pace


@pytest.mark.parametrize("at", [STILL_THERE, GO_SLOWER, MORE_TIME])
async def test_hanging_up_at_the_alert_the_offer_or_the_answer(at: Prompt) -> None:
    turns = {STILL_THERE: (), GO_SLOWER: ((ASK, ""),), MORE_TIME: ((ASK, "8#"),)}[at]
    with ScriptedPhone(*turns, (at, None)) as phone, pytest.raises(HungUp):
        await ask(phone, FOUR)


async def test_in_an_amount_eight_and_nine_are_digits() -> None:
    for digit in "89":
        with ScriptedPhone((ASK, f"{digit}#")) as phone:
            assert digit == await ask(phone, AMOUNT)


async def test_star_is_a_point_in_an_amount_and_a_step_back_alone() -> None:
    with ScriptedPhone((ASK, "4*50#")) as phone:
        assert "4*50" == await ask(phone, AMOUNT)
    with ScriptedPhone((ASK, "*#")) as phone:
        assert await ask(phone, AMOUNT) is BACK


async def test_after_a_long_entry_the_line_waits_for_the_ear() -> None:
    with ScriptedPhone((ASK, "1234#"), manner=Manner(phone_to_ear=0.7)) as phone:
        await ask(phone, FOUR)
    assert [0.7] == phone.waits


async def test_a_choice_that_announces_takes_no_key_typed_ahead() -> None:
    with ScriptedPhone((FACTS, "1"), (ASK, "2")) as phone:
        assert "2" == await choose(phone, ASK, keys="12", announce=(FACTS,))


async def test_a_repeated_choice_announces_again() -> None:
    with ScriptedPhone((ASK, "9"), (ASK, "1")) as phone:
        await choose(phone, ASK, keys="12", announce=(FACTS,))
    assert [FACTS, ASK, FACTS, ASK] == phone.heard


async def test_steps_go_back_and_on() -> None:
    took: list[str] = []
    answers = iter(["a", BACK, "a", "b"])

    async def step() -> object:
        answer = next(answers)
        took.append(str(answer))
        return answer

    assert await in_turn(step, step)
    assert 4 == len(took)


async def test_going_back_from_the_first_step_leaves() -> None:
    async def back() -> object:
        return BACK

    assert not await in_turn(back, back)


async def test_quick_work_is_not_talked_over() -> None:
    async def work() -> int:
        return 7

    with ScriptedPhone() as phone:
        assert 7 == await patiently(phone, work())
    assert [] == phone.heard


async def test_long_work_is_talked_over_again_and_again() -> None:
    with ScriptedPhone(manner=Manner(filler_after=0.01, filler_every=0.01)) as phone:
        await patiently(phone, asyncio.sleep(0.2))
    assert [ONE_MOMENT, STILL_WORKING] == phone.heard[:2]


async def test_hanging_up_lets_the_work_end_first() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.2)
        done.append("work")

    manner = Manner(filler_after=0.01, filler_every=0.01)
    with ScriptedPhone((ONE_MOMENT, None), manner=manner) as phone, pytest.raises(HungUp):
        await patiently(phone, work())
    assert ["work"] == done


async def test_a_fault_in_the_work_is_not_lost_with_the_caller() -> None:
    async def work() -> None:
        await asyncio.sleep(0.1)
        raise KeyError

    manner = Manner(filler_after=0.01)
    with ScriptedPhone((ONE_MOMENT, None), manner=manner) as phone, pytest.raises(KeyError):
        await patiently(phone, work())
