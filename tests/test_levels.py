"""Which job answers whom: a caller who only pays hears nothing of the account from any of them."""

from __future__ import annotations

import pytest

from paytone.app import NEEDS_PIN, do_job
from paytone.config import Settings
from paytone.jobs import JOBS
from paytone.simulate.pay_only_truths import TELLING
from paytone.store import calls
from paytone.visit import Visit
from tests.channel import Channel
from tests.flows.unproved import ZIP, billed_at
from tests.teller import NOW, NUMBER, PIN, Counter

SETTINGS = Settings.from_env({"PAYTONE_PHONE_TO_EAR_S": "0"})
HEADERS = {"agi_callerid": "+13125550142", "agi_dnid": "+18008926996"}

NEEDS_NO_ACCOUNT = {
    "identify", "menu", "other-ways", "help", "stop-calls", "goodbye", "out-greeting",
    "out-machine", "out-ended", "out-passcode", "take-payment", "person", "person-answered",
    "person-ended", "closed", "call-back", "call-back-dial", "agent-login", "banner-admin",
    "assist", "assist-account", "assist-alone",
}  # fmt: skip
TELLS = sorted(set(JOBS) - NEEDS_NO_ACCOUNT - {"pay-only"})


async def job(verb: str, channel: Channel, counter: Counter) -> Channel:
    """Do *verb* on *channel*."""
    await do_job(verb, Visit(channel.send, HEADERS, SETTINGS, counter.desk), channel.leave)
    return channel


@pytest.fixture
async def call(counter: Counter) -> str:
    """The id of a call whose caller only pays."""
    account = await counter.account()
    await billed_at(counter.store)
    call = await counter.call()
    await calls.only_pays(counter.store, call.id, account.id, NOW)
    return call.id


@pytest.mark.parametrize("verb", TELLS)
async def test_a_job_that_tells_of_the_account_refuses(
    counter: Counter, call: str, verb: str
) -> None:
    channel = await job(verb, Channel("111111", PAYTONE_CALL=call), counter)
    assert [NEEDS_PIN] == channel.heard
    assert ("REFUSED", "pay-only") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_a_menu_with_the_balance_refuses(counter: Counter, call: str) -> None:
    channel = Channel("1", PAYTONE_CALL=call, PAYTONE_MENU_BALANCE="yes")
    assert [NEEDS_PIN] == (await job("menu", channel, counter)).heard


@pytest.mark.parametrize("verb", ["menu", "other-ways", "help"])
async def test_what_anybody_may_ask_for_leads_back_to_the_menu_of_who_only_pays(
    counter: Counter, call: str, verb: str
) -> None:
    keys = {"menu": "*", "other-ways": "2#", "help": ""}[verb]
    channel = await job(verb, Channel(keys, PAYTONE_CALL=call), counter)
    assert "pay-only" == channel.variables["PAYTONE_NEXT"]
    assert not TELLING & set(channel.heard)


async def test_other_ways_know_no_address_of_who_only_pays(counter: Counter, call: str) -> None:
    """Nothing is sent, and that something could be is not said."""
    await counter.store.run("UPDATE customers SET email = 'someone@customer.example'")
    await job("other-ways", Channel("1#2#3##", PAYTONE_CALL=call), counter)
    assert [] == await counter.store.all("SELECT FROM letters")


async def test_the_level_is_told_to_the_dialplan(counter: Counter) -> None:
    await counter.account()
    await billed_at(counter.store)
    verified = await job("identify", Channel(f"{NUMBER}{PIN}#"), counter)
    assert "verified" == verified.variables["PAYTONE_LEVEL"]
    only = await job("identify", Channel(f"{NUMBER}##3{ZIP}"), counter)
    assert ("pay-only", "pay-only") == (
        only.variables["PAYTONE_LEVEL"],
        only.variables["PAYTONE_NEXT"],
    )


async def test_setting_the_level_by_hand_opens_nothing(counter: Counter, call: str) -> None:
    """The database knows what a caller has proved."""
    channel = Channel("1", PAYTONE_CALL=call, PAYTONE_LEVEL="verified")
    assert [NEEDS_PIN] == (await job("balance", channel, counter)).heard


async def test_paying_only_before_identification_leads_there(counter: Counter) -> None:
    channel = await job("pay-only", Channel("1"), counter)
    assert "identify" == channel.variables["PAYTONE_NEXT"]


async def test_who_is_verified_may_use_it_too(counter: Counter) -> None:
    await counter.account()
    found = await job("identify", Channel(f"{NUMBER}{PIN}#"), counter)
    keys = "25*00#1" + "4111111111111111#093012360601" + "1#"
    channel = Channel(keys, PAYTONE_CALL=found.variables["PAYTONE_CALL"])
    assert "PAID" == (await job("pay-only", channel, counter)).variables["PAYTONE_STATUS"]


async def test_help_leads_to_the_menu_of_who_is_verified(counter: Counter) -> None:
    await counter.account()
    found = await job("identify", Channel(f"{NUMBER}{PIN}#"), counter)
    channel = Channel("", PAYTONE_CALL=found.variables["PAYTONE_CALL"])
    assert "menu" == (await job("help", channel, counter)).variables["PAYTONE_NEXT"]


async def test_help_answers_and_leads_to_more_questions(counter: Counter) -> None:
    channel = await job("help", Channel("9#", PAYTONE_HELP="declined"), counter)
    assert "help" == channel.variables["PAYTONE_NEXT"]
    assert 2 == channel.heard.count("help-declined")


async def test_a_question_that_there_is_not_leads_on(counter: Counter) -> None:
    channel = await job("help", Channel("", PAYTONE_HELP="weather"), counter)
    assert ("DONE", "identify") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )


async def test_a_key_at_the_first_question_leads_to_help(counter: Counter) -> None:
    channel = await job("identify", Channel("3 ", PAYTONE_HELP_KEY="3"), counter)
    assert ("help", "3") == (
        channel.variables["PAYTONE_NEXT"],
        channel.variables["PAYTONE_CHOICE"],
    )


async def test_an_agent_lets_who_only_pays_pay_hearing_nothing_of_the_account(
    counter: Counter, call: str
) -> None:
    keys = "40*00#14111111111111111#0930123606011#"
    channel = await job("assist", Channel(keys, PAYTONE_CALL=call), counter)
    assert ("PAID", "pay-only") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_LEVEL"],
    )
    assert channel.variables["PAYTONE_TOLD"].startswith("paytone-ear/assist-paid&")
    assert not TELLING & set(channel.heard)
    assert ["40.00"] == [amount for _, amount, _ in counter.charges()]


async def test_an_agent_who_keys_the_account_lets_them_hear_it(counter: Counter, call: str) -> None:
    await job("assist-account", Channel(NUMBER, PAYTONE_CALL=call), counter)
    channel = await job("assist", Channel("*", PAYTONE_CALL=call), counter)
    assert ("CANCELLED", "verified") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_LEVEL"],
    )
    assert "pay-whole" in channel.heard
