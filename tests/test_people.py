"""Jobs of people as the dialplan asks for them: what the agent sees, and what is stored."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import time

import pytest

from paytone.app import do_job
from paytone.config import Settings
from paytone.rules.hours import Span
from paytone.store import Row, Store, agents, calls, hours
from paytone.visit import Visit
from tests.channel import Channel
from tests.teller import NOW, NUMBER, PIN, PIN_HASH, Counter

SETTINGS = Settings.from_env({"PAYTONE_PHONE_TO_EAR_S": "0"})
HEADERS = {
    "agi_callerid": "+13125550142",
    "agi_dnid": "+18008926996",
    "agi_channel": "PJSIP/agent-0000001a",
}
SHOWN = ("LAST_FOUR", "PROVED", "WHERE", "WHY", "NAME")
NO_STORE = "postgresql://127.0.0.1:9/nobody"
IDENTIFY = f"{NUMBER}{PIN}#"


async def job(verb: str, channel: Channel, counter: Counter) -> dict[str, str]:
    """The channel's variables once *verb* is done on it."""
    await do_job(verb, Visit(channel.send, HEADERS, SETTINGS, counter.desk), channel.leave)
    return channel.variables


async def asked(counter: Counter) -> list[Row]:
    return await counter.store.all("SELECT * FROM person_calls_in_full ORDER BY asked_at")


async def test_a_caller_without_an_account_is_not_verified(counter: Counter) -> None:
    variables = await job("person", Channel(PAYTONE_QUEUE="support"), counter)
    shown = [
        variables[f"PAYTONE_{each}"] for each in ("LAST_FOUR", "PROVED", "WHERE", "WHY", "NAME")
    ]
    assert ["----", "NOT-VERIFIED", "menu", "asked", ""] == shown
    assert "queue" == variables["PAYTONE_NEXT"]
    (row,) = await asked(counter)
    assert (variables["PAYTONE_PERSON"], "support", "none", "3125550142") == (
        str(row["id"]), row["queue"], row["level"], row["number"],
    )  # fmt: skip


async def test_zero_in_a_job_tells_where_the_caller_comes_from(counter: Counter) -> None:
    await counter.account()
    call = (await job("identify", Channel(IDENTIFY), counter))["PAYTONE_CALL"]
    left = await job("other-ways", Channel("0", PAYTONE_CALL=call), counter)
    assert "agent" == left["PAYTONE_NEXT"]
    variables = await job("person", Channel(**left), counter)
    shown = [
        variables[f"PAYTONE_{each}"] for each in ("LAST_FOUR", "PROVED", "WHERE", "WHY", "NAME")
    ]
    assert ["4412", "PIN-OK", "other-ways", "asked", "Test"] == shown
    assert NUMBER not in "".join(variables.values())


async def test_who_only_pays_is_shown_as_that(counter: Counter) -> None:
    account = await counter.account()
    call = await counter.call()
    await calls.only_pays(counter.store, call.id, account.id, NOW)
    left = await job("pay-only", Channel("0#", PAYTONE_CALL=call.id), counter)
    assert "agent" == left["PAYTONE_NEXT"]
    variables = await job("person", Channel(**{**left, "PAYTONE_CALL": call.id}), counter)
    assert ["4412", "PAY-ONLY", "pay-only", "asked"] == [
        variables[f"PAYTONE_{each}"] for each in SHOWN[:4]
    ]
    assert NUMBER not in "".join(variables.values())
    (row,) = await asked(counter)
    assert "pay-only" == row["level"]


async def test_too_many_tries_are_why(counter: Counter) -> None:
    left = await job("identify", Channel(), counter)
    variables = await job("person", Channel(**left), counter)
    assert ("identify", "tries") == (variables["PAYTONE_WHERE"], variables["PAYTONE_WHY"])


async def test_without_a_queue_the_agent_rings(counter: Counter) -> None:
    assert "agent" == (await job("person", Channel(), counter))["PAYTONE_NEXT"]


@pytest.mark.parametrize(("queue", "leads"), [("support", "closed"), ("spanish", "queue")])
async def test_hours_are_of_a_queue(counter: Counter, queue: str, leads: str) -> None:
    await hours.set_week(counter.store, "", range(1, 8), [])
    await hours.set_week(counter.store, "spanish", [1], [Span(time(0), time(0))])
    variables = await job("person", Channel(PAYTONE_QUEUE=queue), counter)
    assert leads == variables["PAYTONE_NEXT"]
    (row,) = await asked(counter)
    assert ("closed" if leads == "closed" else None) == row["result"]


async def test_a_day_of_the_queue_comes_before_a_day_of_all(counter: Counter) -> None:
    await hours.set_day(counter.store, "", NOW.date(), None, reason="storm", by="clerk")
    day = Span(time(8), time(20))
    await hours.set_day(counter.store, "spanish", NOW.date(), day, reason="volunteers", by="clerk")
    for queue, leads in (("support", "closed"), ("spanish", "queue")):
        variables = await job("person", Channel(PAYTONE_QUEUE=queue), counter)
        assert leads == variables["PAYTONE_NEXT"]


async def test_while_the_database_is_away_the_caller_is_put_through(counter: Counter) -> None:
    async with Store.open(NO_STORE, at_most=1, patience_s=0.2) as away:
        desk = replace(counter.desk, store=away)
        channel = Channel(PAYTONE_CALL=str(uuid.uuid4()), PAYTONE_QUEUE="support")
        await do_job("person", Visit(channel.send, HEADERS, SETTINGS, desk), channel.leave)
    assert ("queue", []) == (channel.variables["PAYTONE_NEXT"], channel.heard)
    assert "TROUBLE" == channel.variables["PAYTONE_STATUS"], "nothing can be offered"
    assert "NOT-VERIFIED" == channel.variables["PAYTONE_PROVED"]


async def test_who_answered_is_the_agent_who_is_logged_in_there(counter: Counter) -> None:
    await agents.add(counter.store, "101", name="Desk", pin_hash=PIN_HASH)
    await agents.set_state(counter.store, "101", "in", phone="PJSIP/agent", now=NOW)
    variables = await job("person", Channel(PAYTONE_QUEUE="support"), counter)
    await job("person-answered", Channel(**variables), counter)
    await job("person-ended", Channel(**variables, QUEUESTATUS=""), counter)
    (row,) = await asked(counter)
    assert ("answered", "101") == (row["result"], row["answered_by"])


@pytest.mark.parametrize(
    ("variable", "status", "result"),
    [
        ("QUEUESTATUS", "", "abandoned"),
        ("QUEUESTATUS", "TIMEOUT", "nobody"),
        ("DIALSTATUS", "CANCEL", "abandoned"),
        ("DIALSTATUS", "NOANSWER", "nobody"),
        ("DIALSTATUS", "CHANUNAVAIL", "nobody"),
    ],
)
async def test_nobody_answered(counter: Counter, variable: str, status: str, result: str) -> None:
    variables = await job("person", Channel(), counter)
    await job("person-ended", Channel(**variables, **{variable: status}), counter)
    (row,) = await asked(counter)
    assert result == row["result"]


async def test_while_the_database_is_away_an_end_is_not_spoken_of(counter: Counter) -> None:
    async with Store.open(NO_STORE, at_most=1, patience_s=0.2) as away:
        desk = replace(counter.desk, store=away)
        channel = Channel(PAYTONE_CALL=str(uuid.uuid4()), PAYTONE_PERSON=str(uuid.uuid4()))
        await do_job("person-ended", Visit(channel.send, HEADERS, SETTINGS, desk), channel.leave)
    assert ("DONE", []) == (channel.variables["PAYTONE_STATUS"], channel.heard)


async def test_a_declined_payment_of_the_call_is_why_whatever_came_after(counter: Counter) -> None:
    account = await counter.account(owes_cents=200_100)
    call = (await job("identify", Channel(IDENTIFY), counter))["PAYTONE_CALL"]
    card = "4111111111111111#093012360601"
    left = await job("pay-bill", Channel(f"2{card}1*", PAYTONE_CALL=call), counter)
    assert ["declined"] == [each.state.value for each in await counter.payments(account)]
    variables = await job("person", Channel(**{**left, "PAYTONE_CALL": call}), counter)
    assert ("pay", "declined") == (variables["PAYTONE_WHERE"], variables["PAYTONE_WHY"])
