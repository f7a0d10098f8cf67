"""An agent sends a caller to pay and gets them back: two phones on a real line."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.assist import (
    ACCOUNT_SET,
    ASK_ACCOUNT,
    BACK_TO_AGENT,
    CALLER_LEFT,
    NO_ACCOUNT_YET,
    PAY_NOW,
    TELL_NOT_PAID,
    TELL_PAID,
)
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.identify import ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.no_pin import ASK_BILLING_ZIP, PAY_ONLY
from paytone.line.demo import softphone
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from tests.call.biller import QUICK, USUAL, Biller, Customer
from tests.call.conversation import (
    AGREE,
    GREETING,
    TO_AGENT,
    WHOLE,
    Turns,
    card,
    identified,
    in_order,
    never_heard,
)
from tests.call.recorded import key_ms, samples_of, when_said

CALLER_PAYS = Prompt("assist-caller-pays")
SOUNDS = CHECKOUT / "sounds/en"
WORD = SOUNDS / "line-trouble.ulaw"
"""What one of the two says to the other."""
TO_PERSON = (MENU, "0")
PAY: Turns = ((PAY_NOW, ""), *WHOLE, *card())
KEY_AND_PAY: Turns = (
    (PAY_NOW, ""), (ASK_AMOUNT, "25*00#"), (IS_THAT_RIGHT, "1"), *card(),
)  # fmt: skip
OTHER_WAYS = Prompt("pay-only-other-ways")
ZIP = "60601"


def only_paying(biller: Biller, customer: Customer) -> Turns:
    """A caller without a PIN, who may pay and asks for a person."""
    biller.rows(
        "UPDATE accounts SET zip = %(zip)s WHERE number = %(number)s RETURNING id",
        zip=ZIP, number=customer.number,
    )  # fmt: skip
    return (
        (GREETING, f"{customer.number}#"), (ASK_PIN, "#"), (PAY_ONLY, "3"), (ASK_BILLING_ZIP, ZIP),
        TO_PERSON,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Desk:
    """A line whose agent's phone is at *port*."""

    biller: Biller
    port: int

    @asynccontextmanager
    async def talking(
        self, caller: Turns, record: Path | None = None
    ) -> AsyncIterator[tuple[Caller, Caller]]:
        """A caller who followed a script to the agent, and the agent, who answered."""
        at = softphone(self.biller.line.configuration.etc)
        hearing = Hearing.from_folder(SOUNDS)
        phone = Caller.called(
            server=(at.host, at.port), hearing=hearing, touch=QUICK, port=self.port, record=record
        )
        async with phone as (agent, _), self.biller.dial() as call:
            await script(call, (*caller, (TO_AGENT, "")))
            await agent.answered()
            await asyncio.sleep(0.5)
            yield call, agent

    def agents(self, customer: Customer) -> list[str | None]:
        """With whom each of the customer's payments was made."""
        return [row["agent"] for row in self.biller.payments(customer)]


@pytest.fixture(scope="module")
def desk(hearing: Hearing) -> Iterator[Desk]:
    """A line with an agent."""
    port = free_port()
    agent = f"PJSIP/demo/sip:agent@127.0.0.1:{port}"
    with Biller.opened(hearing, {USUAL: 12}, agent=agent) as biller:
        yield Desk(biller, port)


async def test_the_agent_hears_no_key_and_the_outcome_and_has_the_caller_back(
    desk: Desk, tmp_path: Path
) -> None:
    customer = desk.biller.customer()
    ear = tmp_path / "agent.wav"
    async with desk.talking((*identified(customer), TO_PERSON), ear) as (call, agent):
        before = agent.key_packets
        await agent.press("*7")
        await agent.hear(CALLER_PAYS)
        await script(call, (*PAY, *AGREE, (REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, "")))
        await agent.hear(TELL_PAID)
        await agent.hear_end()
        keys = agent.key_packets - before
        await asyncio.sleep(3.5)
        await call.speak(WORD)
        await asyncio.sleep(0.5)
    assert [USUAL] == desk.biller.charged(customer)
    assert ["PJSIP/demo"] == desk.agents(customer)
    assert 0 == keys
    heard = await asyncio.to_thread(samples_of, ear)
    assert 0 == key_ms(heard)
    assert when_said(WORD, heard) is not None
    assert never_heard(agent, ASK_CARD, PAY_NOW, REVIEW_KEYS)


async def test_star_leads_back_to_the_agent_and_nothing_is_paid(desk: Desk) -> None:
    customer = desk.biller.customer()
    async with desk.talking((*identified(customer), TO_PERSON)) as (call, agent):
        await agent.press("*7")
        await script(call, ((PAY_NOW, ""), (WHOLE[0][0], "*"), (BACK_TO_AGENT, "")))
        await agent.hear(TELL_NOT_PAID)
        await agent.press("*7")
        await script(call, ((PAY_NOW, ""), (WHOLE[0][0], "0"), (BACK_TO_AGENT, "")))
        await agent.hear(TELL_NOT_PAID)
    assert [] == desk.biller.payments(customer)


async def test_the_agent_keys_the_account_of_a_caller_who_is_not_identified(desk: Desk) -> None:
    customer = desk.biller.customer()
    async with desk.talking(((GREETING, "0#"),)) as (call, agent):
        await agent.press("*7")
        await agent.hear(NO_ACCOUNT_YET)
        await agent.hear_end()
        await agent.press("*8")
        await script(agent, ((ASK_ACCOUNT, customer.number), (ACCOUNT_SET, "")))
        await agent.hear_end()
        await asyncio.sleep(0.5)
        await agent.press("*7")
        await script(call, (*PAY, *AGREE, (REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, "")))
        await agent.hear(TELL_PAID)
    assert [USUAL] == desk.biller.charged(customer)


@pytest.mark.parametrize("agent_stays", [True, False])
async def test_who_only_pays_is_let_pay_and_hears_nothing_of_the_account(
    desk: Desk, *, agent_stays: bool
) -> None:
    customer = desk.biller.customer()
    async with desk.talking(only_paying(desk.biller, customer)) as (call, agent):
        await agent.press("*7")
        await agent.hear(CALLER_PAYS)
        await script(call, (*KEY_AND_PAY, (REVIEW_KEYS, "")))
        if not agent_stays:
            await agent.hang_up()
            await asyncio.sleep(0.5)
        await call.press("1")
        if agent_stays:
            await script(call, ((REPEAT_CONFIRMATION, "#"), (BACK_TO_AGENT, "")))
            await agent.hear(TELL_PAID)
        else:
            await script(call, ((REPEAT_CONFIRMATION, "#"), (OTHER_WAYS, "#")))
            await call.until_hung_up()
    assert never_heard(call, YOU_OWE, ASK_AMOUNT_KIND, Prompt("new-balance-is"))
    assert never_heard(agent, NO_ACCOUNT_YET)
    assert ["25.00"] == desk.biller.charged(customer)
    assert ["PJSIP/demo"] == desk.agents(customer)


async def test_a_caller_cannot_start_it_themselves(desk: Desk) -> None:
    customer = desk.biller.customer()
    async with desk.talking((*identified(customer), TO_PERSON)) as (call, agent):
        await call.press("*7")
        await asyncio.sleep(3)
        assert agent.key_packets, "keys that are relayed would be counted"
    assert never_heard(call, PAY_NOW)
    assert never_heard(agent, CALLER_PAYS)


@pytest.mark.parametrize("paying", [True, False], ids=["as the bank is asked", "at the card"])
async def test_the_agent_of_a_caller_who_hangs_up_hears_so_and_the_outcome(
    desk: Desk, *, paying: bool
) -> None:
    customer = desk.biller.customer()
    turns = (*PAY, (REVIEW_KEYS, "1")) if paying else (*PAY[:2], (ASK_CARD, "4111"))
    async with desk.talking((*identified(customer), TO_PERSON)) as (call, agent):
        await agent.press("*7")
        await agent.hear(CALLER_PAYS)
        await script(call, turns)
        if paying:
            await desk.biller.until(lambda: desk.biller.payments(customer))
        await call.hang_up()
        await script(agent, ((CALLER_LEFT, ""), (TELL_PAID if paying else TELL_NOT_PAID, "")))
        await agent.until_hung_up()
    assert ([USUAL] if paying else []) == desk.biller.charged(customer)


async def test_a_caller_whose_agent_hangs_up_pays_to_the_end_and_gets_the_menu(desk: Desk) -> None:
    customer = desk.biller.customer()
    async with desk.talking((*identified(customer), TO_PERSON)) as (call, agent):
        await agent.press("*7")
        await script(call, (*PAY, (REVIEW_KEYS, "")))
        await agent.hang_up()
        await asyncio.sleep(0.5)
        await call.press("1")
        await script(call, ((REPEAT_CONFIRMATION, "#"), (MENU, "#")))
        await call.until_hung_up()
    assert in_order(call, REPEAT_CONFIRMATION, MENU)
    assert [USUAL] == desk.biller.charged(customer)
    assert ["PJSIP/demo"] == desk.agents(customer)
