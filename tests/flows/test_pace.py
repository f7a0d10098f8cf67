"""A slow call: for its rest, for later calls of the customer, and back to the usual pace."""

from __future__ import annotations

from paytone.app import do_job
from paytone.ask import MORE_TIME
from paytone.config import Settings
from paytone.flows.pace import PRESS_4_USUAL_PACE
from paytone.rules.pace import Pace
from paytone.store import contacts, paces
from paytone.visit import Visit
from tests.channel import Channel
from tests.teller import NUMBER, PIN, Counter

SETTINGS = Settings.from_env({"PAYTONE_PHONE_TO_EAR_S": "0"})
LANGUAGE = "CHANNEL(language)"
SILENCE = " "
SLOW = {LANGUAGE: "en_slow"}


async def job(counter: Counter, verb: str, channel: Channel) -> Channel:
    """Do *verb* on a channel as Asterisk hands it over."""
    spoken = channel.variables.get(LANGUAGE, "")
    headers = {"agi_callerid": "+13125550142", "agi_language": spoken}
    visit = Visit(channel.send, headers, SETTINGS, counter.desk)
    await do_job(verb, visit, channel.leave)
    return channel


async def identified(counter: Counter, keys: str = "", **variables: str) -> Channel:
    """A caller who keys *keys*, and then who they are."""
    return await job(counter, "identify", Channel(f"{keys}{NUMBER}{PIN}#", **variables))


async def test_more_time_slows_the_rest_of_the_call(counter: Counter) -> None:
    await counter.account()
    channel = await identified(counter, "8#", **{LANGUAGE: "en"})
    assert ("en_slow", "_slow") == (
        channel.variables[LANGUAGE],
        channel.variables["PAYTONE_PACE"],
    )
    menu = Channel("1", PAYTONE_CALL=channel.variables["PAYTONE_CALL"], **SLOW)
    await job(counter, "menu", menu)
    assert "WAIT FOR DIGIT 21000" in menu.commands


async def test_it_is_remembered_once_it_is_known_who_calls(counter: Counter) -> None:
    account = await counter.account()
    await identified(counter, "8#", **{LANGUAGE: "en"})
    assert Pace.SLOW is await paces.pace_of(counter.store, account.id)
    later = await identified(counter, **{LANGUAGE: "en"})
    assert "en_slow" == later.variables[LANGUAGE]
    assert MORE_TIME not in later.heard
    assert ["pace slow"] == [
        row["what"] for row in await contacts.changes(counter.store, account.id)
    ]


async def test_more_time_at_a_later_question_is_remembered_though_the_caller_hangs_up(
    counter: Counter,
) -> None:
    account = await counter.account()
    call = (await identified(counter)).variables["PAYTONE_CALL"]
    await job(counter, "menu", Channel("8!", PAYTONE_CALL=call, **{LANGUAGE: "en"}))
    assert Pace.SLOW is await paces.pace_of(counter.store, account.id)


async def test_of_a_caller_who_is_not_known_nothing_is_remembered(counter: Counter) -> None:
    account = await counter.account()
    await job(counter, "identify", Channel("8#!", **{LANGUAGE: "en"}))
    assert Pace.USUAL is await paces.pace_of(counter.store, account.id)


async def test_the_customers_language_keeps_the_pace(counter: Counter) -> None:
    account = await counter.account()
    source = contacts.Source.admin("clerk")
    await contacts.set_language(
        counter.store, account.id, "es", why="x", source=source, now=counter.desk.clock()
    )
    channel = await identified(counter, **SLOW)
    assert "es_slow" == channel.variables["PAYTONE_LANGUAGE"]


async def test_the_usual_pace_comes_back_by_key(counter: Counter) -> None:
    account = await counter.account()
    channel = await identified(counter, "8#", **{LANGUAGE: "en"})
    call = channel.variables["PAYTONE_CALL"]
    receipts = await job(counter, "receipts", Channel("4#", PAYTONE_CALL=call, **SLOW))
    assert str(PRESS_4_USUAL_PACE) in receipts.heard
    assert "en" == receipts.variables[LANGUAGE]
    assert Pace.USUAL is await paces.pace_of(counter.store, account.id)


async def test_at_the_usual_pace_it_is_not_offered(counter: Counter) -> None:
    await counter.account()
    call = (await identified(counter)).variables["PAYTONE_CALL"]
    receipts = await job(counter, "receipts", Channel("#", PAYTONE_CALL=call))
    assert str(PRESS_4_USUAL_PACE) not in receipts.heard


async def test_a_caller_on_a_relay_is_silent_for_long_and_goes_on(counter: Counter) -> None:
    """An operator types what the line said, and the answer: each question's time runs out once."""
    await counter.account()
    keys = f"{SILENCE}{NUMBER}{SILENCE}{PIN}#"
    channel = await job(counter, "identify", Channel(keys))
    assert ("DONE", "account") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )
    assert 2 == channel.heard.count("still-there")
    assert "not-heard" not in channel.heard
