"""A call that we made: the name, how to stop it, and nothing of any account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.ask import NOT_A_CHOICE, NOT_HEARD, WantsPerson
from paytone.flows import Call, CallsOut
from paytone.flows.out_greeting import (
    ABOUT,
    GO_ON,
    MACHINE_STOP,
    NAME,
    NOT_STOPPED,
    REACH_US,
    STOP,
    STOPPED,
    out_greeting,
    out_machine,
)
from paytone.flows.text_consent import number_in_words
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.calling import Kind
from paytone.rules.job import Ended, Next, Status
from paytone.store import Store, do_not_call
from tests.teller import PHONE, Counter

OUT = CallsOut(reach="8008926996", stop="8005550199")
CALL = Call("6f1f9a1c-5f0e-4b43-8a3e-0f6d7a4f2f11", "", PHONE)


@pytest.fixture
def calling(counter: Counter) -> Counter:
    return replace(counter, desk=replace(counter.desk, calls_out=OUT))


async def greet(phone: ScriptedPhone, calling: Counter, kind: Kind = Kind.DUE) -> Ended:
    return await out_greeting(phone, calling.desk, CALL, kind)


@pytest.mark.parametrize("kind", Kind)
async def test_the_name_comes_first_then_at_once_how_to_stop(calling: Counter, kind: Kind) -> None:
    with ScriptedPhone((GO_ON, "1")) as phone:
        ended = await greet(phone, calling, kind)
    reach = number_in_words(OUT.reach)
    assert [NAME, STOP, ABOUT[kind], GO_ON, REACH_US, *reach] == phone.heard
    leads = Next.AGENT if kind is Kind.CALL_BACK else Next.IDENTIFY
    assert Ended(Status.DONE, leads) == ended


async def test_two_puts_the_number_on_the_list_before_the_next_word(calling: Counter) -> None:
    with ScriptedPhone((STOP, "2")) as phone:
        ended = await greet(phone, calling)
    assert Ended(Status.CANCELLED, Next.GOODBYE) == ended
    assert STOPPED == phone.heard[-1]
    (row,) = await do_not_call.each(calling.store)
    assert (PHONE, "call-out", CALL.id) == (row["number"], row["source"], str(row["call_id"]))


async def test_two_before_hanging_up_counts(calling: Counter) -> None:
    with ScriptedPhone((STOP, "2"), (STOPPED, None)) as phone, pytest.raises(HungUp):
        await greet(phone, calling)
    assert 1 == len(await do_not_call.each(calling.store))


async def test_hanging_up_at_the_name_stops_nothing(calling: Counter) -> None:
    with ScriptedPhone((NAME, None)) as phone, pytest.raises(HungUp):
        await greet(phone, calling)
    assert [] == await do_not_call.each(calling.store)


async def test_who_says_nothing_is_asked_twice_and_left_in_peace(calling: Counter) -> None:
    with ScriptedPhone() as phone:
        assert Ended(Status.GAVEUP, Next.GOODBYE) == await greet(phone, calling)
    assert 2 == phone.heard.count(NAME) == phone.heard.count(NOT_HEARD)


async def test_the_keys_of_every_question_work(calling: Counter) -> None:
    turns: tuple[tuple[Prompt, str], ...] = ((STOP, "9"), (STOP, "*"), (STOP, "3"), (STOP, "1"))
    with ScriptedPhone(*turns) as phone:
        assert Status.DONE is (await greet(phone, calling)).status
    assert NOT_A_CHOICE in phone.heard
    with ScriptedPhone((STOP, "0")) as phone, pytest.raises(WantsPerson):
        await greet(phone, calling)


async def test_a_machine_hears_name_numbers_and_nothing_else(calling: Counter) -> None:
    with ScriptedPhone() as phone:
        await out_machine(phone, calling.desk)
    reach, stop = number_in_words(OUT.reach), number_in_words(OUT.stop)
    assert [NAME, REACH_US, *reach, MACHINE_STOP, *stop] == phone.heard


async def test_an_opt_out_that_cannot_be_stored_is_not_claimed_to_be(calling: Counter) -> None:
    """Whoever pressed the key hears the number to call instead."""
    async with Store.open("postgresql://127.0.0.1:9/none", patience_s=0.05) as away:
        desk = replace(calling.desk, store=away)
        with ScriptedPhone((STOP, "2")) as phone:
            await out_greeting(phone, desk, CALL, Kind.DUE)
    assert STOPPED not in phone.heard
    assert [NOT_STOPPED, *number_in_words(OUT.stop)] == phone.heard[
        -1 - len(number_in_words(OUT.stop)) :
    ]
