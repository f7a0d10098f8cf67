"""People over real calls in Spanish: a queue, an agent who has the caller pay, a message."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.caller import Caller, script
from paytone.flows.agent_login import TAKE
from paytone.flows.assist import BACK_TO_AGENT, PAY_NOW, TELL_PAID
from paytone.flows.call_back import CONFIRM, KEPT, WE_CALL
from paytone.flows.closed import MESSAGE
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.menu import YOU_OWE
from paytone.flows.message import SAY, SEND, SENT
from paytone.flows.opening_words import CLOSED, NEXT, WEEKDAYS
from paytone.flows.pay_bill import PAID
from paytone.line.demo import SPANISH_NUMBER
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import AGREE, TO_AGENT, WHOLE, Turns, card
from tests.call.spanish import (
    every_prompt,
    heard_in_order,
    identified,
    in_spanish,
    not_spanish,
    spanish,
)
from tests.call.test_calls_out import SETTINGS, Person, free_port
from tests.call.test_people import (
    AGENT,
    HELLO,
    PIN,
    QUEUE_NEXT,
    QUEUE_OFFER,
    QUEUE_PLACE,
    WORDS,
    Desk,
)

CALLER_PAYS = Prompt("assist-caller-pays")
ONE_MOMENT = Prompt("one-moment")
OWN = """[paytone-inbound]
exten => 702,1,Set(PAYTONE_QUEUE=closed)
 same => n,Goto(paytone-spanish,s,1)
exten => 703,1,Set(CHANNEL(language)=es)
 same => n,Answer()
 same => n,SayNumber(1)
 same => n,SayNumber(21)
 same => n,SayNumber(35)
 same => n,SayNumber(112)
 same => n,SayNumber(500)
 same => n,Playback(paytone/goodbye)
 same => n,Hangup()
"""
"""A queue that is closed, and what Asterisk says by itself."""
DAY = "SELECT (now() + interval '2 days')::date AS day"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A line with a queue whose agent rings quickly and one that is closed."""
    agent, customer = free_port(), free_port()
    plan = tmp_path_factory.mktemp("spanish") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", plan)
    _edit(plan / "pjsip.conf", "", AGENT.format(port=agent))
    _edit(plan / "queues.conf", "announce-frequency=45", "announce-frequency=15")
    _edit(plan / "extensions.conf", "[paytone-inbound]\n", OWN)
    settings = {**SETTINGS, "PAYTONE_MESSAGES": "on"}
    with Biller.opened(
        every_prompt(), {USUAL: 4}, settings=settings, dialplan=plan, queue="support"
    ) as biller:
        run = biller.line.paytone
        run("agents", "add", "101", "--name", "First desk", "--pin", PIN)
        (row,) = biller.rows(DAY)
        run("hours", "set", "mon-sun", "closed", "--queue", "closed")
        run("hours", "open", str(row["day"]), "13:00-17:00", "--queue", "closed")
        yield Desk(biller, every_prompt(), agent, customer)


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert not old or 1 == text.count(old), old
    file.write_text(text.replace(old, new) if old else text + new)


@pytest.fixture(scope="module")
def people(desk: Desk) -> dict[str, Person]:
    """Who calls, and who is called."""
    who = ("with the agent", "is next", "is second", "comes too late")
    return {each: Person(desk.biller, "es") for each in who}


TO_THE_QUEUE = in_spanish(((YOU_OWE, "0"), (TO_AGENT, "")))


async def with_an_agent(
    desk: Desk, people: dict[str, Person]
) -> tuple[Caller, Caller, Caller, Caller]:
    """One talks with the agent and pays; two wait, until one is called back and one leaves."""
    first, second, third = (people[each] for each in ("with the agent", "is next", "is second"))
    async with (
        desk.agent() as (agent, _),
        desk.dial(SPANISH_NUMBER, calling_from=first.number) as call,
    ):
        await script(call, (*identified(first.customer), *TO_THE_QUEUE))
        await agent.answered()
        await agent.speak(HELLO)
        await call.hear(Prompt("number-2"))
        waiting, last, _ = await asyncio.gather(
            _waits(desk, second), _leaves(desk, third), _pays(call, agent)
        )
        await agent.hang_up()
        await call.until_hung_up()
    return call, agent, waiting, last


async def _waits(desk: Desk, person: Person) -> Caller:
    """Hears that they are next, and has their place kept."""
    async with desk.dial(SPANISH_NUMBER, calling_from=person.number) as call:
        await script(call, (*identified(person.customer), *TO_THE_QUEUE))
        await script(call, in_spanish(((QUEUE_NEXT, ""), (QUEUE_OFFER, ""), (ONE_MOMENT, "1"))))
        await script(call, in_spanish(((WE_CALL, ""), (CONFIRM, "1"), (KEPT, ""))))
        await call.until_hung_up()
    return call


async def _leaves(desk: Desk, person: Person) -> Caller:
    """Hears their place, and hangs up."""
    async with desk.dial(SPANISH_NUMBER, calling_from=person.number) as call:
        await asyncio.sleep(3)  # behind the other
        await script(call, (*identified(person.customer), *TO_THE_QUEUE))
        await script(call, in_spanish(((QUEUE_PLACE, ""), (QUEUE_OFFER, None))))
    return call


async def _pays(call: Caller, agent: Caller) -> None:
    """The agent has the caller pay, and hears what came of it."""
    await agent.press("*7")
    await agent.hear(CALLER_PAYS)
    turns: Turns = ((PAY_NOW, ""), *WHOLE, *card(), *AGREE)
    back: Turns = ((REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, ""))
    await script(call, in_spanish((*turns, *back)))
    await agent.hear(TELL_PAID)
    await agent.hear(Prompt("cents"))
    await agent.hear_end()


async def comes_too_late(desk: Desk, person: Person) -> Caller:
    """Hears when somebody is there again, and leaves a message."""
    async with desk.dial("702", calling_from=person.number) as call:
        await script(call, (*identified(person.customer), *in_spanish(((YOU_OWE, "0"),))))
        await script(call, in_spanish(((CLOSED, ""), (MESSAGE, "1"), (SAY, ""))))
        await call.hear_end()
        await call.speak(WORDS)
        await call.press("#")
        await script(call, in_spanish(((SEND, "1"), (SENT, ""))))
        await call.until_hung_up()
    return call


async def counted(desk: Desk) -> Caller:
    """Hears numbers that Asterisk says by itself."""
    async with desk.dial("703") as call:
        await call.until_hung_up()
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(desk: Desk, people: dict[str, Person]) -> Together:
    """All these calls at the same time."""
    await desk.log((TAKE, "1"), last="agent-is-in")
    return await Together.hold(
        {
            "with an agent": with_an_agent(desk, people),
            "comes too late": comes_too_late(desk, people["comes too late"]),
            "counted": counted(desk),
        }
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_an_agent_has_a_spanish_caller_pay_and_hears_so_in_the_agents_language(
    desk: Desk, people: dict[str, Person], held: Together
) -> None:
    call, agent, *_ = held["with an agent"]
    amount = spoken.money(Money(11240))
    told = spanish(TO_AGENT, PAY_NOW, *amount, PAID, BACK_TO_AGENT)
    assert heard_in_order(call, *told), call.heard
    assert [Prompt("number-2")] == not_spanish(call)
    assert heard_in_order(agent, CALLER_PAYS, TELL_PAID, Prompt("dollars-and")), agent.heard
    assert not [each for each in agent.heard if each and each.startswith("es")], agent.heard
    assert [USUAL] == desk.biller.charged(people["with the agent"].customer)


@pytest.mark.asyncio(loop_scope="module")
async def test_who_waits_hears_their_place_and_is_promised_a_call_back_in_spanish(
    held: Together,
) -> None:
    *_, waiting, last = held["with an agent"]
    kept = spanish(QUEUE_NEXT, QUEUE_OFFER, ONE_MOMENT, WE_CALL, CONFIRM, KEPT)
    assert heard_in_order(waiting, *kept), waiting.heard
    place = spanish(QUEUE_PLACE, *spoken.number(2), QUEUE_OFFER)
    assert heard_in_order(last, *place), last.heard
    assert [] == not_spanish(waiting) + not_spanish(last)


@pytest.mark.asyncio(loop_scope="module")
async def test_out_of_hours_a_spanish_caller_hears_when_and_leaves_a_message(
    desk: Desk, people: dict[str, Person], held: Together
) -> None:
    call = held["comes too late"]
    (row,) = desk.biller.rows(DAY)
    day, at = row["day"], Prompt("time-13-00")
    when = spanish(CLOSED, NEXT, WEEKDAYS[day.weekday()], *spoken.date(day), at, MESSAGE, SENT)
    assert heard_in_order(call, *when), call.heard
    assert [] == not_spanish(call)
    assert people["comes too late"].number in desk.biller.line.paytone("messages", "list")


@pytest.mark.asyncio(loop_scope="module")
async def test_asterisk_says_its_own_numbers_in_whole_words(held: Together) -> None:
    said = ("number-1", "number-21", "number-30", "and", "number-5", "hundred-and", "number-12")
    words = spanish(*map(Prompt, (*said, "number-500", "goodbye")))
    assert list(words) == held["counted"].heard
