"""Real calls to people: a queue, an agent who logs in by phone, a call back, a message."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from paytone.caller import Caller, Hearing, script
from paytone.flows.agent_login import ASK_NUMBER, ASK_PIN, BREAK, READY, STOP, TAKE
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.assist import BACK_TO_AGENT, CALLER_LEFT, PAY_NOW, TELL_PAID
from paytone.flows.call_back import CONFIRM, KEPT, WE_CALL
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.closed import CALL_BACK, MESSAGE, NOBODY
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.message import SAY, SEND, SENT
from paytone.flows.opening_words import CLOSED, NEXT
from paytone.line.demo import softphone
from paytone.line.installed import CHECKOUT
from paytone.people import CALLING
from paytone.prompts import Prompt
from paytone.prompts.grammar.en import AT
from tests.call.biller import QUICK, USUAL, Biller
from tests.call.conversation import TO_AGENT, WHOLE, Turns, card, identified, in_order, never_heard
from tests.call.test_calls_out import SETTINGS, Person, free_port

PIN = "2580"
CALLER_PAYS = Prompt("assist-caller-pays")
PAY: Turns = ((PAY_NOW, ""), *WHOLE, *card())
QUEUE_NEXT, QUEUE_PLACE = Prompt("queue-next"), Prompt("queue-place")
QUEUE_OFFER = Prompt("queue-offer")
HELLO = CHECKOUT / "sounds/en/number-2.ulaw"
WORDS = CHECKOUT / "sounds/en/global-keys.ulaw"
AGENT = """
[agent](paytone-caller)
context=paytone-agent-login
identify_by=auth_username,username
auth=agent
aors=agent
[agent]
type=auth
auth_type=digest
username=agent
password=agent
[agent]
type=aor
contact=sip:agent@127.0.0.1:{port}
"""


class Desk:
    """A biller with a queue, one agent's phone, and a trunk that leads to one customer's."""

    def __init__(self, biller: Biller, hearing: Hearing, agent: int, customer: int) -> None:
        self.biller = biller
        self._hearing = hearing
        self._agent = agent
        self._customer = customer

    def customer(self) -> AbstractAsyncContextManager[tuple[Caller, int]]:
        """The phone that calls out lead to."""
        return self._phone(self._customer)

    def agent(self) -> AbstractAsyncContextManager[tuple[Caller, int]]:
        """The agent's phone, ready to be called once."""
        return self._phone(self._agent)

    @asynccontextmanager
    async def _phone(self, port: int) -> AsyncIterator[tuple[Caller, int]]:
        at = softphone(self.biller.line.configuration.etc)
        await asyncio.sleep(0.1)  # the port is given back by then
        async with Caller.called(
            server=(at.host, at.port), hearing=self._hearing, touch=QUICK, port=port
        ) as phone:
            yield phone

    def dial(
        self, number: str = "+18008926996", *, user: str = "", calling_from: str | None = None
    ) -> AbstractAsyncContextManager[Caller]:
        """A call from a customer's number, or from the agent's phone."""
        at = softphone(self.biller.line.configuration.etc)
        return Caller.dial(
            server=(at.host, at.port),
            number=number,
            username=user or at.user,
            password=user or at.password,
            hearing=self._hearing,
            touch=QUICK,
            calling_from=calling_from,
        )

    @asynccontextmanager
    async def asking(self, person: Person) -> AsyncIterator[Caller]:
        """A customer who has identified, and asks for a person."""
        async with self.dial(calling_from=person.number) as call:
            await script(call, (*identified(person.customer), (YOU_OWE, "0")))
            yield call

    async def log(self, *turns: tuple[Prompt, str], last: str) -> None:
        """The agent dials *45 and keys number, PIN and *turns*."""
        async with self.dial("*45", user="agent") as phone:
            await script(phone, ((ASK_NUMBER, "101#"), (ASK_PIN, f"{PIN}#"), *turns))
            await phone.hear(Prompt(last))
            await phone.until_hung_up()

    async def result(self, person: Person, what: str) -> dict[str, object]:
        """The row of the customer's last ask, once its result is *what*."""

        def found() -> dict[str, object] | None:
            rows = self.biller.rows(
                "SELECT person_calls_in_full.* FROM person_calls_in_full"
                " JOIN accounts ON accounts.id = account_id WHERE accounts.number = %(number)s"
                " ORDER BY asked_at DESC LIMIT 1",
                number=person.customer.number,
            )
            return next((row for row in rows if row["result"] == what), None)

        row: dict[str, object] = await self.biller.until(found)
        return row

    def members(self) -> str:
        """What Asterisk says of its queue."""
        return self.biller.line.asterisk.rx("queue show support")


@pytest.fixture(scope="module")
def desk(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A line with a queue whose agent rings quickly."""
    agent, customer = free_port(), free_port()
    plan = tmp_path_factory.mktemp("people") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", plan)
    _edit(plan / "pjsip.conf", "", AGENT.format(port=agent))
    _edit(plan / "queues.conf", "timeout=20", "timeout=5")
    _edit(plan / "queues.conf", "wrapuptime=5", "wrapuptime=0")
    settings = {
        **SETTINGS,
        "PAYTONE_TRUNK": f"PJSIP/demo/sip:{{number}}@127.0.0.1:{customer}",
        "PAYTONE_MESSAGES": "on",
    }
    with Biller.opened(
        hearing, {USUAL: 16}, settings=settings, dialplan=plan, queue="support", with_worker=True,
        verbose=3,
    ) as biller:  # fmt: skip
        biller.line.paytone("agents", "add", "101", "--name", "First desk", "--pin", PIN)
        yield Desk(biller, hearing, agent, customer)


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert not old or 1 == text.count(old), old
    file.write_text(text.replace(old, new) if old else text + new)


def ending(person: Person) -> str:
    return person.customer.number[-4:]


async def test_nobody_waits_where_no_agent_is_logged_in(desk: Desk) -> None:
    person = Person(desk.biller)
    async with desk.asking(person) as call:
        await script(call, ((TO_AGENT, ""), (NOBODY, ""), (MESSAGE, "#")))
        await call.until_hung_up()
    await desk.result(person, "nobody")


async def test_an_agent_logs_in_answers_sees_who_calls_and_the_next_is_called_back(
    desk: Desk,
) -> None:
    first, second, third = (Person(desk.biller) for _ in range(3))
    await desk.log((TAKE, "1"), last="agent-is-in")
    assert "PJSIP/agent" in desk.members()
    async with AsyncExitStack() as lines:
        async with desk.agent() as (agent, _), desk.asking(first) as call:
            await agent.answered()
            assert f"{ending(first)} PIN-OK menu asked Test" == agent.shown
            await agent.speak(HELLO)
            await call.hear(Prompt("number-2"))
            waiting = await lines.enter_async_context(desk.asking(second))
            await waiting.hear(QUEUE_NEXT)
            last = await lines.enter_async_context(desk.asking(third))
            await last.hear(QUEUE_PLACE)
            await last.hear(Prompt("number-2"))
            await waiting.hear(QUEUE_OFFER, timeout=60)
            await waiting.press("1")
            await script(waiting, ((WE_CALL, ""), (CONFIRM, "1"), (KEPT, "")))
            await waiting.until_hung_up()
            await desk.biller.until(lambda: "Local/s@paytone-place" in desk.members())
            await agent.hang_up()
            await call.until_hung_up()
        row = await desk.result(first, "answered")
        assert ("101", "support", "verified") == (row["answered_by"], row["queue"], row["level"])
        await _is_called_back(desk, second)
        assert not last.is_hung_up, "who asked later waits still"
    await desk.result(third, "abandoned")
    row = await desk.result(second, "answered")
    assert ("dialled", "101") == (row["call_back"], row["answered_by"])
    told = desk.biller.line.paytone("people", "list")
    assert "call back dialled" in told
    await desk.log((BREAK, "3"), last="agent-is-paused")
    assert "(paused" in desk.members()
    desk.biller.line.asterisk.rx("queue reload all")
    assert "(paused" in desk.members()
    await desk.log((READY, "4"), last="agent-is-in")
    await desk.log((STOP, "2"), last="agent-is-out")
    assert "PJSIP/agent" not in desk.members()


async def _is_called_back(desk: Desk, person: Person) -> None:
    """The agent answers the place that is held, and is put through to its customer."""
    async with desk.agent() as (agent, _), desk.customer() as (phone, _):
        assert person.number == await agent.answered(timeout=60)
        assert f"{ending(person)} PIN-OK menu asked Test" == agent.shown
        await agent.hear(CALLING)
        assert "8008926996" == await phone.answered()
        await agent.speak(HELLO)
        await phone.hear(Prompt("number-2"))
        await phone.hang_up()
        await agent.until_hung_up()


@pytest.mark.parametrize("agent_stays", [True, False])
async def test_an_agent_of_the_queue_has_a_caller_pay(desk: Desk, *, agent_stays: bool) -> None:
    person = Person(desk.biller)
    await desk.log((TAKE, "1"), last="agent-is-in")
    async with desk.agent() as (agent, _), desk.asking(person) as call:
        await agent.answered()
        await asyncio.sleep(0.5)
        await agent.press("*7")
        await agent.hear(CALLER_PAYS)
        await script(call, (*PAY, (REVIEW_KEYS, "")))
        if not agent_stays:
            await agent.hang_up()
            await asyncio.sleep(0.5)
        await call.press("1")
        if agent_stays:
            await script(call, ((REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, "")))
            await agent.hear(TELL_PAID)
            await _they_talk(agent, call)
            await agent.hang_up()
        else:
            await script(call, ((REPEAT_CONFIRMATION, "#"), (MENU, "#")))
        await call.until_hung_up()
    assert never_heard(agent, ASK_CARD, PAY_NOW, REVIEW_KEYS)
    assert [USUAL] == desk.biller.charged(person.customer)
    assert ["PJSIP/agent"] == [row["agent"] for row in desk.biller.payments(person.customer)]
    row = await desk.result(person, "answered")
    assert ("101", "support") == (row["answered_by"], row["queue"])
    await desk.log((STOP, "2"), last="agent-is-out")


async def _they_talk(agent: Caller, call: Caller) -> None:
    """Both hear each other, once the agent was told."""
    await agent.until_quiet(1.0)
    await agent.speak(HELLO)
    await call.hear(Prompt("number-2"))
    await call.speak(HELLO)
    await agent.hear(Prompt("number-2"))


@pytest.mark.parametrize("who_leaves", ["nobody", "customer", "agent"])
async def test_who_is_called_back_pays_with_the_agent(desk: Desk, who_leaves: str) -> None:
    person = Person(desk.biller)
    async with desk.asking(person) as call:
        await script(call, ((CALL_BACK, "2"), (CONFIRM, "1"), (KEPT, "")))
        await call.until_hung_up()
    await desk.log((TAKE, "1"), last="agent-is-in")
    async with desk.agent() as (agent, _), desk.customer() as (phone, _):
        assert person.number == await agent.answered(timeout=60)
        await agent.hear(CALLING)
        await phone.answered()
        await asyncio.sleep(1)
        await agent.press("*7")
        await agent.hear(CALLER_PAYS)
        await script(phone, (*PAY, (REVIEW_KEYS, "")))
        if who_leaves == "agent":
            await agent.hang_up()
            await asyncio.sleep(0.5)
        await phone.press("1")
        if who_leaves == "customer":
            await desk.biller.until(lambda: desk.biller.payments(person.customer))
            await phone.hang_up()
            await script(agent, ((CALLER_LEFT, ""), (TELL_PAID, "")))
            await agent.until_hung_up()
        elif who_leaves == "agent":
            await script(phone, ((REPEAT_CONFIRMATION, "#"), (MENU, "#")))
            await phone.until_hung_up()
        else:
            await script(phone, ((REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, "")))
            await agent.hear(TELL_PAID)
            await _they_talk(agent, phone)
            await phone.hang_up()
            await agent.until_hung_up()
    assert never_heard(agent, ASK_CARD, PAY_NOW, REVIEW_KEYS)
    assert [USUAL] == desk.biller.charged(person.customer)
    assert ["PJSIP/agent"] == [row["agent"] for row in desk.biller.payments(person.customer)]
    row = await desk.result(person, "answered")
    assert ("dialled", "101") == (row["call_back"], row["answered_by"])
    await desk.log((STOP, "2"), last="agent-is-out")


async def test_out_of_hours_the_caller_hears_when_and_leaves_a_message(desk: Desk) -> None:
    person = Person(desk.biller)
    line = desk.biller.line
    line.paytone("hours", "set", "mon-sun", "closed", "--queue", "support")
    line.paytone("hours", "open", _in_two_days(desk), "09:30-17:00", "--queue", "support")
    async with desk.asking(person) as call:
        await script(call, ((CLOSED, ""), (NEXT, ""), (AT, ""), (MESSAGE, "1"), (SAY, "")))
        await call.speak(WORDS)
        await call.press("#")
        await script(call, ((SEND, "1"), (SENT, "")))
        await call.until_hung_up()
    assert never_heard(call, TO_AGENT)
    assert in_order(call, CLOSED, NEXT, AT)
    await desk.result(person, "message")
    assert person.number in line.paytone("messages", "list")
    line.paytone("hours", "set", "mon-sun", "00:00-24:00", "--queue", "support")


def _in_two_days(desk: Desk) -> str:
    (row,) = desk.biller.rows("SELECT (now() + interval '2 days')::date AS day")
    return str(row["day"])
