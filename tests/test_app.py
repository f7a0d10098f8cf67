"""Jobs as the dialplan asks for them: what they read, set and store, and how faults end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from paytone.app import do_job
from paytone.config import Settings
from paytone.flows import Desk
from paytone.gateway import Found, Outcome, Vaulted
from paytone.gateway.braintree import BraintreeGateway
from paytone.jobs import JOBS
from paytone.rules.calling import Kind, Rules, may_call
from paytone.rules.card import Card
from paytone.rules.money import Money
from paytone.rules.payment import Occasion
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_for
from paytone.store import Row, Store, calls_out
from paytone.visit import Visit
from tests.channel import Channel
from tests.teller import NOW, NUMBER, PIN, Counter

SETTINGS = Settings.from_env({"PAYTONE_PHONE_TO_EAR_S": "0"})
HEADERS = {"agi_callerid": "+13125550142", "agi_dnid": "+18008926996"}
IDENTIFY = f"{NUMBER}{PIN}#"
CARD = "4111111111111111#093012360601"


async def job(verb: str, channel: Channel, desk: Desk) -> Channel:
    """Do *verb* on *channel*."""
    await do_job(verb, Visit(channel.send, HEADERS, SETTINGS, desk), channel.leave)
    return channel


async def the_call(counter: Counter) -> Row:
    """The only call stored."""
    (row,) = await counter.store.all("SELECT * FROM calls")
    return row


async def test_a_call_without_a_name_gets_one_and_is_stored(counter: Counter) -> None:
    channel = await job("goodbye", Channel(), counter.desk)
    row = await the_call(counter)
    assert str(row["id"]) == channel.variables["PAYTONE_CALL"]
    assert ("+18008926996", "3125550142") == (row["called"], row["calling"])
    assert ("DONE", "goodbye") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_the_introduction_is_said_once_before_the_first_question(counter: Counter) -> None:
    channel = Channel("   ", PAYTONE_INTRO="greeting&global-keys")
    await job("identify", channel, counter.desk)
    assert ["greeting", "global-keys", "ask-account"] == channel.heard[:3]
    assert "" == channel.variables["PAYTONE_INTRO"]


async def test_a_whole_call_job_by_job(counter: Counter) -> None:
    account = await counter.account()
    channel = await job("identify", Channel(IDENTIFY), counter.desk)
    assert ("DONE", "account") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )
    call = channel.variables["PAYTONE_CALL"]
    menu = Channel("1", PAYTONE_CALL=call, PAYTONE_MENU_BALANCE="yes", PAYTONE_MENU_KEYS="14#")
    assert "1" == (await job("menu", menu, counter.desk)).variables["PAYTONE_CHOICE"]
    assert ["you-owe", "menu-other-ways"] == [menu.heard[0], menu.heard[-1]]
    pay = Channel(f"2{CARD}1#", PAYTONE_CALL=call)
    assert "PAID" == (await job("pay-bill", pay, counter.desk)).variables["PAYTONE_STATUS"]
    assert 0 == await counter.owes_cents(account)


async def test_nine_at_the_menu_says_the_balance_again(counter: Counter) -> None:
    await counter.account()
    call = (await job("identify", Channel(IDENTIFY), counter.desk)).variables["PAYTONE_CALL"]
    menu = Channel("91", PAYTONE_CALL=call, PAYTONE_MENU_BALANCE="yes", PAYTONE_MENU_KEYS="14#")
    await job("menu", menu, counter.desk)
    assert 2 == menu.heard.count("you-owe") == menu.heard.count("menu-pay")


async def test_an_admins_menu_has_its_own_words_and_keys(counter: Counter) -> None:
    channel = Channel("5", PAYTONE_MENU_PROMPT="menu-pay&store-hours", PAYTONE_MENU_KEYS="125")
    await job("menu", channel, counter.desk)
    assert ["menu-pay", "store-hours"] == channel.heard
    assert "5" == channel.variables["PAYTONE_CHOICE"]


async def test_prompt_names_that_could_be_commands_are_not_played(counter: Counter) -> None:
    channel = Channel(PAYTONE_INTRO="greeting,,,x\nEXEC System rm")
    await job("goodbye", channel, counter.desk)
    assert ["goodbye"] == channel.heard


async def test_pound_after_the_longest_pin_is_not_left_for_the_next_job(counter: Counter) -> None:
    """The menu would take it for a goodbye."""
    channel = await job("identify", Channel(f"{NUMBER}123456#" * 3), counter.desk)
    assert "" == channel.not_keyed


async def test_a_job_before_identify_leads_there(counter: Counter) -> None:
    channel = await job("pay-bill", Channel("1"), counter.desk)
    assert ("REFUSED", "identify") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_other_ways_to_pay_need_no_account_and_lead_on_to_it(counter: Counter) -> None:
    channel = await job("other-ways", Channel("2#"), counter.desk)
    assert ("DONE", "identify") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )
    assert "other-ways-web" in channel.heard
    await counter.account()
    call = (await job("identify", Channel(IDENTIFY), counter.desk)).variables["PAYTONE_CALL"]
    channel = await job("other-ways", Channel("2#", PAYTONE_CALL=call), counter.desk)
    assert "menu" == channel.variables["PAYTONE_NEXT"]


@pytest.mark.parametrize(("keys", "status"), [("0", "AGENT"), ("", "GAVEUP")])
async def test_a_caller_who_wants_or_needs_a_person_gets_one(
    counter: Counter, keys: str, status: str
) -> None:
    channel = await job("menu", Channel(keys), counter.desk)
    assert (status, "agent") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_what_happened_is_stored_without_a_key(counter: Counter) -> None:
    await counter.account()
    await job("identify", Channel(IDENTIFY), counter.desk)
    rows = await counter.store.all("SELECT verb, kind, prompts FROM call_events ORDER BY at, seq")
    asked = [(row["kind"], row["prompts"]) for row in rows if row["prompts"]]
    assert [("asked", ["ask-account"]), ("asked", ["ask-pin", "ask-pin-forgotten"])] == asked
    assert {"identify"} == {row["verb"] for row in rows}
    assert not any(PIN in str(row) or NUMBER in str(row) for row in rows)


async def test_a_caller_gone_before_the_first_word_leaves_nothing_and_breaks_nothing(
    counter: Counter,
) -> None:
    async def hung_up(_: str) -> Mapping[str, object]:
        return {"result": ("-1", "")}

    channel = Channel()
    visit = Visit(hung_up, HEADERS, SETTINGS, counter.desk)
    await do_job("identify", visit, channel.leave)
    assert channel.left.is_set()
    assert [] == await counter.store.all("SELECT * FROM calls")


async def test_a_hang_up_sets_nothing_and_closes_the_call(counter: Counter) -> None:
    channel = await job("identify", Channel("44!"), counter.desk)
    assert "PAYTONE_STATUS" not in channel.variables
    assert "hung-up" == (await the_call(counter))["ending"]


@asynccontextmanager
async def without_store(desk: Desk) -> AsyncIterator[Desk]:
    """The desk with a database that nobody serves."""
    async with Store.open("host=127.0.0.1 port=9 dbname=x", patience_s=0.3) as store:
        yield replace(desk, store=store)


async def test_without_a_database_the_caller_hears_so_and_gets_a_person(counter: Counter) -> None:
    async with without_store(counter.desk) as desk:
        channel = await job("identify", Channel(IDENTIFY), desk)
    assert "line-trouble" == channel.heard[-1]
    assert ("TROUBLE", "agent") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_without_a_database_the_greeting_is_said_at_once(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits in silence for a call to be stored."""
    channel = Channel(IDENTIFY, PAYTONE_INTRO="greeting")
    async with without_store(counter.desk) as desk:
        doing = asyncio.create_task(job("identify", channel, desk))
        await channel.spoken_to.wait()
        assert "not stored" not in caplog.text
        await doing
    assert "not stored" in caplog.text


async def test_the_dialplan_does_not_wait_for_the_record(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel(PAYTONE_CALL="x")
    async with without_store(counter.desk) as desk:
        doing = asyncio.create_task(job("goodbye", channel, desk))
        await channel.left.wait()
        assert "not stored" not in caplog.text
        await doing
    assert "what happened is not stored" in caplog.text


async def test_without_a_database_nothing_is_said_of_an_earlier_charge(counter: Counter) -> None:
    async with without_store(counter.desk) as desk:
        channel = await job("pay-bill", Channel(PAYTONE_CALL="x"), desk)
    assert ["line-trouble"] == channel.heard


class Broken(BraintreeGateway):
    """A gateway whose fault quotes the card."""

    def __init__(self) -> None:
        super().__init__(gateway_for(Sandbox(clock=lambda: NOW)))

    async def charge(
        self,
        amount: Money,  # noqa: ARG002
        source: Card | Vaulted,
        *,
        reference: str,  # noqa: ARG002
        occasion: Occasion = Occasion.CALL,  # noqa: ARG002
    ) -> Outcome:
        assert isinstance(source, Card)
        raise RuntimeError(f"cannot charge {source.number.digits}")

    async def find(self, reference: str, amount: Money) -> Found:  # noqa: ARG002
        raise RuntimeError(reference)


async def test_after_a_fault_of_ours_in_the_charge_the_caller_is_told_not_to_pay_again(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    """Money may have moved; the fault's text, which may quote the card, is not logged."""
    await counter.account()
    call = (await job("identify", Channel(IDENTIFY), counter.desk)).variables["PAYTONE_CALL"]
    desk = replace(counter.desk, open_gateway=Broken)
    with caplog.at_level(logging.DEBUG):
        channel = await job("pay-bill", Channel(f"2{CARD}1#", PAYTONE_CALL=call), desk)
    assert "payment-unknown" == channel.heard[-1]
    assert "not-charged" not in channel.heard
    assert "UNKNOWN" == channel.variables["PAYTONE_STATUS"]
    assert "RuntimeError" in caplog.text
    assert "4111" not in caplog.text


async def test_any_other_fault_of_ours_is_told_and_its_text_is_not_logged(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await counter.account()
    call = (await job("identify", Channel(IDENTIFY), counter.desk)).variables["PAYTONE_CALL"]
    desk = replace(counter.desk, open_gateway=Broken)
    await job("pay-bill", Channel(f"2{CARD}1#", PAYTONE_CALL=call), desk)
    with caplog.at_level(logging.DEBUG):
        channel = await job("pay-bill", Channel(PAYTONE_CALL=call), desk)
    assert ["line-trouble"] == channel.heard
    assert "TROUBLE" == channel.variables["PAYTONE_STATUS"]
    assert "RuntimeError" in caplog.text


def test_jobs_are_those_that_the_dialplan_may_ask_for() -> None:
    assert {
        "identify",
        "balance",
        "menu",
        "pay-bill",
        "more-time",
        "autopay",
        "methods",
        "later",
        "history",
        "bills",
        "lookup",
        "receipts",
        "other-ways",
        "pay-only",
        "help",
        "out-passcode",
        "stop-calls",
        "out-greeting",
        "out-machine",
        "out-ended",
        "take-payment",
        "person",
        "person-answered",
        "person-ended",
        "closed",
        "call-back",
        "call-back-dial",
        "agent-login",
        "banner-admin",
        "assist",
        "assist-alone",
        "assist-account",
        "goodbye",
        "resume",
    } == set(JOBS)


async def dialled(counter: Counter) -> str:
    """The id of a dial that is under way."""
    queued = await calls_out.queue(
        counter.store,
        kind=Kind.CALL_BACK,
        customer_id=None,
        dedupe="one",
        now=NOW,
        number="3125550142",
    )
    assert queued
    gate = partial(may_call, now=NOW, rules=Rules())
    claimed = await calls_out.claim(counter.store, gate, now=NOW, at_once=1)
    assert isinstance(claimed, calls_out.Claimed)
    return claimed.id


@pytest.mark.parametrize(
    ("status", "result", "state"),
    [
        ("ANSWER", "answered", "done"),
        ("BUSY", "busy", "waiting"),
        ("NOANSWER", "no-answer", "waiting"),
        ("CHANUNAVAIL", "failed", "waiting"),
    ],
)
async def test_the_end_of_a_call_that_we_made_is_stored(
    counter: Counter, status: str, result: str, state: str
) -> None:
    call = await dialled(counter)
    await job("out-ended", Channel(PAYTONE_CALL=call, DIALSTATUS=status), counter.desk)
    row = await counter.store.one("SELECT result, state FROM dials, calls_out")
    assert {"result": result, "state": state} == row


async def test_whoever_took_a_call_that_we_made_is_stored(counter: Counter) -> None:
    call = await dialled(counter)
    channel = Channel("1", PAYTONE_CALL=call, PAYTONE_OUT_KIND="call-back")
    await job("out-greeting", channel, counter.desk)
    assert ["out-name", "out-stop"] == channel.heard[:2]
    assert "agent" == channel.variables["PAYTONE_NEXT"]
    row = await counter.store.one("SELECT met, calling FROM dials JOIN calls USING (id)")
    assert {"met": "person", "calling": "3125550142"} == row


async def test_a_machine_that_took_it_is_stored(counter: Counter) -> None:
    call = await dialled(counter)
    channel = Channel(PAYTONE_CALL=call, PAYTONE_OUT_KIND="due")
    await job("out-machine", channel, counter.desk)
    assert ["out-name", "out-reach-us"] == channel.heard[:2]
    assert {"met": "machine"} == await counter.store.one("SELECT met FROM dials")


async def test_without_a_database_the_name_is_said_all_the_same(counter: Counter) -> None:
    channel = Channel("1", PAYTONE_CALL="x", PAYTONE_OUT_KIND="due")
    async with without_store(counter.desk) as desk:
        await job("out-greeting", channel, desk)
    assert ["out-name", "out-stop"] == channel.heard[:2]
    assert "DONE" == channel.variables["PAYTONE_STATUS"]


async def test_a_caller_stops_calls_in_a_job(counter: Counter) -> None:
    await job("stop-calls", Channel("1"), counter.desk)
    assert [{"number": "3125550142"}] == await counter.store.all("SELECT number FROM do_not_call")
