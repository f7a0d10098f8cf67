"""A payment that an agent sends a caller to: what is stored of it, and what the agent hears."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from paytone.flows import Talk
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.assist import (
    ACCOUNT_SET,
    ASK_ACCOUNT,
    BACK_TO_AGENT,
    CALLER_LEFT,
    NO_SUCH_ACCOUNT,
    PAY_NOW,
    TELL_DECLINED,
    TELL_NOT_PAID,
    TELL_PAID,
    TELL_UNKNOWN,
    assist,
    set_account,
    tell_alone,
    words_for_agent,
)
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.pay_bill import LINE_TROUBLE, NOT_CHARGED, PAID, TRY_ANOTHER_CARD, pay_bill
from paytone.flows.pay_only import pay_only
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.store import Store, assists, calls
from paytone.store.assists import Assist, Outcome
from tests.channel import Channel
from tests.flows.test_pay_only import ALL as PAYS_ONLY
from tests.flows.test_pay_only import nothing_told
from tests.teller import NOW, NUMBER, PHONE, Counter
from tests.test_app import job

AGENT = "PJSIP/desk"
TO_REVIEW: tuple[Turn, ...] = (
    (PAY_NOW, ""),
    (ASK_AMOUNT_KIND, "2"),
    (ASK_CARD, "4111111111111111#"),
    (ASK_EXPIRY, "0930"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
)
PAYS: tuple[Turn, ...] = (*TO_REVIEW, (REVIEW_KEYS, "1"), (REPEAT_CONFIRMATION, "#"))
TOLD_PAID = (TELL_PAID, *spoken.money(Money(11240)))


async def payment_agents(counter: Counter) -> list[str | None]:
    rows = await counter.store.all("SELECT agent FROM payments ORDER BY opened_at")
    return [row["agent"] for row in rows]


async def test_a_payment_is_stored_with_its_agent_who_hears_what_was_paid(
    counter: Counter,
) -> None:
    account, call = await counter.account(), await counter.call()
    with ScriptedPhone(*PAYS) as phone:
        ended = await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    assert Ended(Status.PAID, Next.AGENT) == ended
    assert phone.heard_in_order(PAY_NOW, PAID, BACK_TO_AGENT)
    assert TOLD_PAID == await words_for_agent(counter.desk, call)
    assert [AGENT] == await payment_agents(counter)
    done = Assist(AGENT, Outcome.PAID, caller_left=False, paid=Money(11240))
    assert done == await assists.last(counter.store, call.id)


async def test_what_the_caller_pays_alone_afterwards_has_no_agent(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    with ScriptedPhone((PAY_NOW, ""), (ASK_AMOUNT_KIND, "*")) as phone:
        await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    await calls.identified(counter.store, call.id, account.id, NOW)
    alone = await job(
        "pay-bill", Channel("24111111111111111#0930123606011#", PAYTONE_CALL=call.id), counter.desk
    )
    assert "PAID" == alone.variables["PAYTONE_STATUS"]
    assert [None] == await payment_agents(counter)


ENDS = {
    "star": (((PAY_NOW, ""), (ASK_AMOUNT_KIND, "*")), Status.CANCELLED, TELL_NOT_PAID),
    "zero": (((PAY_NOW, ""), (ASK_AMOUNT_KIND, "0")), Status.AGENT, TELL_NOT_PAID),
    "no answer": (((PAY_NOW, ""),), Status.GAVEUP, TELL_NOT_PAID),
    "zero at the card": (
        (*TO_REVIEW[:2], (ASK_CARD, "0#")), Status.AGENT, TELL_NOT_PAID,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("turns", "status", "told"), ENDS.values(), ids=ENDS)
async def test_a_caller_who_does_not_pay_is_back_with_the_agent(
    counter: Counter, turns: tuple[Turn, ...], status: Status, told: Prompt
) -> None:
    account, call = await counter.account(), await counter.call()
    with ScriptedPhone(*turns) as phone:
        ended = await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    assert Ended(status, Next.AGENT) == ended
    assert BACK_TO_AGENT == phone.heard[-1]
    assert (told,) == await words_for_agent(counter.desk, call)
    assert [] == counter.charges()


async def test_the_agent_hears_that_the_card_was_declined(counter: Counter) -> None:
    account, call = await counter.account(owes_cents=200_000), await counter.call()
    turns = (*TO_REVIEW, (REVIEW_KEYS, "1"), (TRY_ANOTHER_CARD, "*"))
    with ScriptedPhone(*turns) as phone:
        ended = await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    assert Status.DECLINED is ended.status
    assert set(WHY_DECLINED.values()) & set(phone.heard)
    assert (TELL_DECLINED,) == await words_for_agent(counter.desk, call)


HANG_UPS = [pytest.param(at, id=f"at {PAYS[at][0]}") for at in range(len(PAYS))]


@pytest.mark.parametrize("at", HANG_UPS)
async def test_wherever_the_caller_hangs_up_the_agent_hears_so_and_what_stands(
    counter: Counter, at: int
) -> None:
    account, call = await counter.account(), await counter.call()
    turns = (*PAYS[:at], (PAYS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    paid = PAYS[at][0] == REPEAT_CONFIRMATION
    with ScriptedPhone() as agent:
        assert Ended(Status.DONE, Next.GOODBYE) == await tell_alone(agent, counter.desk, call)
    assert [CALLER_LEFT, *(TOLD_PAID if paid else (TELL_NOT_PAID,))] == agent.heard
    assert ([AGENT] if paid else []) == await payment_agents(counter)


async def test_who_only_pays_pays_by_the_amount_they_key_and_hears_nothing_of_the_account(
    counter: Counter,
) -> None:
    account, call = await counter.account(), await counter.call()
    await calls.only_pays(counter.store, call.id, account.id, NOW)
    with ScriptedPhone((PAY_NOW, ""), *PAYS_ONLY) as phone:
        ended = await assist(Talk(phone, counter.desk, call, account), AGENT, pay_only)
    assert Ended(Status.PAID, Next.AGENT) == ended
    assert phone.heard_in_order(PAY_NOW, PAID, BACK_TO_AGENT)
    assert nothing_told(phone)
    told = (TELL_PAID, *spoken.money(Money(4000)))
    assert told == await words_for_agent(counter.desk, call)
    assert [AGENT] == await payment_agents(counter)


ONLY_HANG_UPS = [pytest.param(at, id=f"at {PAYS_ONLY[at][0]}") for at in range(len(PAYS_ONLY))]


@pytest.mark.parametrize("at", ONLY_HANG_UPS)
async def test_wherever_who_only_pays_hangs_up_the_agent_hears_what_stands(
    counter: Counter, at: int
) -> None:
    account, call = await counter.account(), await counter.call()
    turns = (*PAYS_ONLY[:at], (PAYS_ONLY[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await assist(Talk(phone, counter.desk, call, account), AGENT, pay_only)
    paid = PAYS_ONLY[at][0] == REPEAT_CONFIRMATION
    with ScriptedPhone() as agent:
        await tell_alone(agent, counter.desk, call)
    assert [CALLER_LEFT, TELL_PAID if paid else TELL_NOT_PAID] == agent.heard[:2]


async def test_an_agent_whose_caller_hangs_up_later_hears_nothing(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    with ScriptedPhone() as agent:
        await tell_alone(agent, counter.desk, call)
        with ScriptedPhone(*PAYS) as phone:
            await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
        await tell_alone(agent, counter.desk, call)
    assert [] == agent.heard


async def test_the_agent_hears_the_outcome_once_the_charge_has_one(counter: Counter) -> None:
    call = await counter.call()
    await assists.begin(counter.store, call.id, AGENT, NOW)
    with ScriptedPhone() as agent:
        telling = asyncio.create_task(tell_alone(agent, counter.desk, call))
        await asyncio.sleep(0.2)
        assert [] == agent.heard
        await assists.end(counter.store, call.id, caller_left=True, now=NOW)
        await telling
    assert [CALLER_LEFT, TELL_NOT_PAID] == agent.heard


async def test_a_charge_of_which_nobody_knows_is_told_as_that(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    with ScriptedPhone(*PAYS) as phone:
        await assist(Talk(phone, counter.desk, call, account), AGENT, pay_bill)
    await counter.store.run("ALTER TABLE payments DISABLE TRIGGER USER")
    await counter.store.run("UPDATE payments SET state = 'unknown', transaction_id = NULL")
    await assists.begin(counter.store, call.id, AGENT, NOW)
    await assists.end(counter.store, call.id, caller_left=False, now=NOW)
    assert TELL_UNKNOWN == (await words_for_agent(counter.desk, call))[0]


async def test_without_a_database_nothing_is_charged(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    async with Store.open("host=127.0.0.1 port=9 dbname=x", patience_s=0.3) as away:
        desk = replace(counter.desk, store=away)
        with ScriptedPhone() as phone:
            ended = await assist(Talk(phone, desk, call, account), AGENT, pay_bill)
        assert (TELL_UNKNOWN,) == await words_for_agent(desk, call)
    assert Status.TROUBLE is ended.status
    assert [LINE_TROUBLE, NOT_CHARGED] == phone.heard


@pytest.mark.parametrize("keys", [NUMBER, f"{PHONE}#"], ids=["account", "telephone"])
async def test_an_agent_keys_the_account(counter: Counter, keys: str) -> None:
    account, call = await counter.account(), await counter.call()
    turns = ((ASK_ACCOUNT, "4412000000000001"), (ASK_ACCOUNT, keys), (ACCOUNT_SET, ""))
    with ScriptedPhone(*turns) as agent:
        assert Status.DONE is (await set_account(agent, counter.desk, call)).status
    assert NO_SUCH_ACCOUNT in agent.heard
    assert account == await calls.account_of(counter.store, call.id)


@pytest.mark.parametrize("keys", ["*", "0#", ""])
async def test_an_agent_who_keys_no_account_is_back_with_the_caller(
    counter: Counter, keys: str
) -> None:
    call = await counter.call()
    with ScriptedPhone((ASK_ACCOUNT, keys)) as agent:
        assert Status.CANCELLED is (await set_account(agent, counter.desk, call)).status
    assert None is await calls.account_of(counter.store, call.id)


async def test_the_job_tells_the_dialplan_what_to_whisper(counter: Counter) -> None:
    account, call = await counter.account(), await counter.call()
    early = await job("assist", Channel(PAYTONE_CALL=call.id), counter.desk)
    assert "paytone-ear/assist-no-account-yet" == early.variables["PAYTONE_TOLD"]
    await calls.identified(counter.store, call.id, account.id, NOW)
    channel = Channel("*", PAYTONE_CALL=call.id, PAYTONE_AGENT_NAME="PJSIP/desk; DROP")
    await job("assist", channel, counter.desk)
    assert "paytone-ear/assist-not-paid" == channel.variables["PAYTONE_TOLD"]
    assert ("CANCELLED", "agent") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )
    done = await assists.last(counter.store, call.id)
    assert done is not None
    assert "PJSIP/deskDROP" == done.agent
