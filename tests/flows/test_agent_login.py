"""An agent at their own phone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.flows.agent_login import (
    ASK_NUMBER,
    ASK_PIN,
    BREAK,
    NO_MATCH,
    NUMBER_MISREAD,
    PIN_MISREAD,
    READY,
    STOP,
    TAKE,
    agent_login,
)
from paytone.flows.agent_told import ACCOUNT, NOT_VERIFIED, VERIFIED, tell_agent
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.job import Status
from paytone.rules.pin import hash_pin
from paytone.store import agents
from tests.teller import NOW, PIN, Counter, later

DESK, OTHER = "PJSIP/agent", "PJSIP/other"
KNOWN = ((ASK_NUMBER, "101#"), (ASK_PIN, f"{PIN}#"))
WRONG = ((ASK_NUMBER, "101#"), (ASK_PIN, "9999#"))


@pytest.fixture
async def office(counter: Counter) -> Counter:
    """Agents 101 and 102 with the same PIN."""
    for number in ("101", "102"):
        await agents.add(counter.store, number, name=f"Desk {number}", pin_hash=hash_pin(PIN))
    return counter


async def log(office: Counter, *turns: tuple[Prompt, str | None], at: str = DESK) -> Status:
    with ScriptedPhone(*turns) as phone:
        ended, _ = await agent_login(phone, office.desk, at)
    return ended.status


async def states(office: Counter) -> dict[str, tuple[str, str | None]]:
    return {row["number"]: (row["state"], row["phone"]) for row in await agents.each(office.store)}


async def test_a_day_at_the_desk(office: Counter) -> None:
    for turn, state in (
        ((TAKE, "1"), ("in", DESK)),
        ((BREAK, "3"), ("paused", DESK)),
        ((READY, "4"), ("in", DESK)),
        ((STOP, "2"), ("out", None)),
    ):
        assert Status.DONE is await log(office, *KNOWN, turn)
        assert state == (await states(office))["101"]


async def test_who_comes_to_a_phone_takes_it_over(office: Counter) -> None:
    await log(office, *KNOWN, (TAKE, "1"))
    await log(office, (ASK_NUMBER, "102#"), (ASK_PIN, f"{PIN}#"), (TAKE, "1"))
    assert {"101": ("out", None), "102": ("in", DESK)} == await states(office)


async def test_who_goes_to_another_phone_is_told_where_they_were(office: Counter) -> None:
    await log(office, *KNOWN, (TAKE, "1"))
    with ScriptedPhone(*KNOWN, (TAKE, "1")) as phone:
        _, agent = await agent_login(phone, office.desk, OTHER)
    assert agent is not None
    assert DESK == agent.phone
    assert ("in", OTHER) == (await states(office))["101"]


async def test_a_wrong_pin_and_an_unknown_number_sound_alike(office: Counter) -> None:
    heard = []
    for number in ("101", "999"):
        turns = ((ASK_NUMBER, f"{number}#"), (ASK_PIN, "9999#")) * 3
        with ScriptedPhone(*turns) as phone:
            ended, agent = await agent_login(phone, office.desk, DESK)
        assert (Status.REFUSED, None) == (ended.status, agent)
        heard.append(phone.heard)
    assert heard[0] == heard[1]
    assert 3 == heard[0].count(NO_MATCH)


async def test_five_wrong_pins_lock_for_half_an_hour(office: Counter) -> None:
    await log(office, *WRONG * 3)
    assert Status.REFUSED is await log(office, *WRONG * 2, *KNOWN)
    assert ("out", None) == (await states(office))["101"]
    freed = later(office, NOW + timedelta(minutes=31))
    assert Status.DONE is await log(freed, *KNOWN, (TAKE, "1"))


async def test_entries_that_cannot_be_meant_are_asked_again(office: Counter) -> None:
    turns = ((ASK_NUMBER, "1#"), (ASK_NUMBER, "101#"), (ASK_PIN, "12#"), (ASK_PIN, f"{PIN}#"))
    with ScriptedPhone(*turns, (TAKE, "1")) as phone:
        await agent_login(phone, office.desk, DESK)
    assert phone.heard_in_order(NUMBER_MISREAD, PIN_MISREAD, TAKE)


@pytest.mark.parametrize("turns", [KNOWN[:0], KNOWN[:1], KNOWN], ids=["number", "pin", "choice"])
async def test_hanging_up_changes_nothing(
    office: Counter, turns: tuple[tuple[Prompt, str], ...]
) -> None:
    last = (ASK_NUMBER, ASK_PIN, TAKE)[len(turns)]
    with pytest.raises(HungUp):
        await log(office, *turns, (last, None))
    assert ("out", None) == (await states(office))["101"]


async def test_the_agent_hears_four_digits_and_whether_they_were_verified() -> None:
    with ScriptedPhone() as phone:
        await tell_agent(phone, "4412", "PIN-OK")
        await tell_agent(phone, "----", "NOT-VERIFIED")
    assert [ACCOUNT, Prompt("digits-4412"), VERIFIED, NOT_VERIFIED] == phone.heard
