"""The job take-payment as a dialplan asks for it: variables in, variables out, callbacks queued."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from paytone.app import do_job
from paytone.config import Settings
from paytone.counter import STATUSES
from paytone.gateway import GatewayRefused
from paytone.line.installed import CHECKOUT
from paytone.rules.pay_result import Result
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.store import Store
from paytone.visit import Visit
from tests.channel import Channel
from tests.teller import NUMBER, Counter

BASE = "http://127.0.0.1:9/paytone"
SETTINGS = Settings.from_env(
    {
        "PAYTONE_PHONE_TO_EAR_S": "0",
        "PAYTONE_CALLBACK_URLS": BASE,
        "PAYTONE_CALLBACK_KEY": "k" * 32,
    }
)
HEADERS = {"agi_callerid": "+13125550142", "agi_dnid": "+18008926996"}
CARD = "4111111111111111#093012360601"
USUAL = {"AMOUNT": "49.99", "REFERENCE": "INV-1001"}


async def job(counter: Counter, keys: str, **given: str) -> Channel:
    """A call whose dialplan asks for 49.99, or what *given* says."""
    variables = {f"PAYTONE_PAY_{name}": value for name, value in {**USUAL, **given}.items()}
    channel = Channel(keys, **variables)
    await do_job(
        "take-payment", Visit(channel.send, HEADERS, SETTINGS, counter.desk), channel.leave
    )
    return channel


def got(channel: Channel) -> dict[str, str]:
    """What the job set, without what is empty."""
    told = {
        name.removeprefix("PAYTONE_PAY_"): value
        for name, value in channel.variables.items()
        if name.startswith("PAYTONE_PAY_") and value
    }
    return {name: value for name, value in told.items() if name not in USUAL}


async def events(counter: Counter) -> list[dict[str, Any]]:
    """What is told, in order."""
    rows = await counter.store.all("SELECT body FROM callbacks_in_full ORDER BY id")
    return [row["body"] for row in rows]


async def test_a_payment_is_told_in_variables_that_hold_no_card(counter: Counter) -> None:
    channel = await job(counter, f"{CARD}1#")
    (payment,) = await counter.store.all("SELECT * FROM payments")
    assert {
        "RESULT": "success",
        "CONFIRMATION": payment["confirmation"],
        "CHARGED": "49.99",
        "METHOD": "credit-card",
        "BRAND": "Visa",
        "LAST_FOUR": "1111",
    } == got(channel)
    assert ("PAID", "goodbye") == (
        channel.variables["PAYTONE_STATUS"],
        channel.variables["PAYTONE_NEXT"],
    )
    assert "4111111111111111" not in str(channel.variables)


async def test_a_wrong_argument_is_named_before_the_first_word(counter: Counter) -> None:
    channel = await job(counter, f"{CARD}1#", AMOUNT="many")
    assert ["validation-error", "PAYTONE_PAY_AMOUNT: must be like 49.99"] == [
        got(channel)["RESULT"],
        got(channel)["ERROR"],
    ]
    assert [] == channel.heard
    assert [] == await counter.store.all("SELECT * FROM payment_requests")


async def test_a_reference_that_was_paid_with_another_amount_is_a_mistake(
    counter: Counter,
) -> None:
    await job(counter, f"{CARD}1#")
    channel = await job(counter, f"{CARD}1#", AMOUNT="50.00")
    assert "validation-error" == got(channel)["RESULT"]
    assert got(channel)["ERROR"].startswith("PAYTONE_PAY_REFERENCE: ")
    assert [] == channel.heard
    assert 1 == len(counter.charges())


async def test_the_same_request_again_is_told_as_made_earlier(counter: Counter) -> None:
    first = await job(counter, f"{CARD}1#")
    again = await job(counter, "#")
    assert {**got(first), "EARLIER": "yes"} == got(again)
    assert 1 == len(counter.charges())


@pytest.mark.parametrize(
    ("keys", "result", "status"),
    [
        ("*", "caller-interrupted-with-star", "CANCELLED"),
        ("0#", "caller-wants-person", "AGENT"),
        ("", "too-many-failed-attempts", "GAVEUP"),
    ],
)
async def test_what_callers_do_has_a_result(
    counter: Counter, keys: str, result: str, status: str
) -> None:
    channel = await job(counter, keys)
    assert result == got(channel)["RESULT"]
    assert status == channel.variables["PAYTONE_STATUS"]


async def test_who_hangs_up_before_the_charge_leaves_a_result(counter: Counter) -> None:
    channel = await job(counter, "4111!", CALLBACK=BASE)
    assert {"RESULT": "caller-hung-up", "CALLBACK": BASE} == got(channel)
    assert "caller-hung-up" == (await events(counter))[-1]["result"]


async def test_who_hangs_up_after_the_charge_has_paid(counter: Counter) -> None:
    channel = await job(counter, f"{CARD}1!", CALLBACK=BASE)
    assert ("success", "49.99") == (got(channel)["RESULT"], got(channel)["CHARGED"])
    assert "success" == (await events(counter))[-1]["result"]


async def test_attempts_and_waits_are_the_dialplans(counter: Counter) -> None:
    channel = await job(counter, "", ATTEMPTS="1")
    assert 1 == channel.heard.count("ask-card")
    assert "card-number" == got(channel)["ERROR"]


async def test_sounds_of_the_admins_own_are_played_from_where_they_are(counter: Counter) -> None:
    channel = await job(counter, f"{CARD}1#", PROMPT_card_number="custom/card&beep")
    assert ["custom/card", "beep"] == channel.heard[:2]
    rows = await counter.store.all("SELECT prompts FROM call_events")
    assert any("own-sound" in row["prompts"] for row in rows)


async def test_what_could_be_a_command_is_not_played(counter: Counter) -> None:
    channel = await job(counter, f"{CARD}1#", PROMPT_card_number="x,,,y")
    assert "ask-card" == channel.heard[0]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["number-100", "number-21"]), ("es", ["hundred-and", "number-21-masculine"])],
)
async def test_a_language_is_spoken_and_then_the_old_one_again(
    counter: Counter, language: str, words: list[str]
) -> None:
    channel = await job(counter, f"{CARD}1#", LANGUAGE=language, AMOUNT="121.00")
    assert "en" == channel.variables["CHANNEL(language)"]
    assert [*words, "dollars"] == channel.heard[(at := channel.heard.index("dollars")) - 2 : at + 1]


# Callbacks


async def test_progress_payment_and_result_are_queued_in_order_without_a_digit(
    counter: Counter,
) -> None:
    given = {"CALLBACK": BASE, "PARAMETERS": "desk=west", "DESCRIPTION": "Garden club"}
    await job(counter, f"1#{CARD}1#", **given)
    told = await events(counter)
    progress = [(each["step"], each["attempt"], each["error"]) for each in told if "step" in each]
    assert [
        ("card-number", 1, ""),
        ("card-number", 2, "invalid-card-number"),
        ("expiration-date", 1, ""),
        ("security-code", 1, ""),
        ("postal-code", 1, ""),
        ("confirmation", 1, ""),
        ("payment-confirmation", 1, ""),
    ] == progress
    states = [each["payment"]["state"] for each in told if each["event"] == "payment"]
    assert ["submitting", "settling"] == states
    (result,) = [each for each in told if each["event"] == "result"]
    assert ("success", "INV-1001", "Garden club", {"desk": "west"}, "1111") == (
        result["result"],
        result["reference"],
        result["description"],
        result["parameters"],
        result["last_four"],
    )
    text = json.dumps(told)
    assert "411111" not in text
    assert "60601" not in text
    masked = {
        "card-number": "xxxxxxxxxxxx1111",
        "brand": "Visa",
        "expiration-date": "xx/xx",
        "security-code": "xxx",
        "postal-code": "xxxxx",
    }
    assert masked == next(each["keyed"] for each in told if each.get("step") == "confirmation")


@pytest.mark.parametrize(
    "keys",
    [
        f"{CARD}1#",
        f"4111111111111111#*{CARD}1#",
        "4111111111111112#" * 3,
        f"4111111111111111#0930123606011{CARD}1#",
        f"{CARD}2{CARD}1#",
    ],
    ids=["paid", "keyed again", "misread", "declined or not", "changed"],
)
@pytest.mark.parametrize("given", [{}, {"TWICE": "card-number", "CVV": "no"}])
async def test_no_callback_holds_more_than_the_last_four(
    counter: Counter, keys: str, given: dict[str, str]
) -> None:
    await job(counter, keys, CALLBACK=BASE, **given)
    told = await events(counter)
    keyed = [each["keyed"] for each in told if each["event"] == "progress"]
    assert keyed
    for each in keyed:
        assert {"xxxxxxxxxxxx1111", "Visa", "xx/xx", "xxx", "xxxxx"} >= set(each.values())
    assert "11111" not in str(told)


async def test_nothing_is_queued_where_nobody_is_to_be_told(counter: Counter) -> None:
    await job(counter, f"{CARD}1#")
    assert [] == await events(counter)


async def test_what_becomes_of_a_payment_later_is_told_too(counter: Counter) -> None:
    from paytone.store import payments

    counter.sandbox.faults.inject(Fault("sale", "before", "drop"))
    channel = await job(counter, f"{CARD}1", CALLBACK=BASE)
    assert "unknown" == got(channel)["RESULT"]
    (payment,) = await counter.store.all("SELECT * FROM payments")
    now = counter.desk.clock()
    await payments.never_charged(counter.store, str(payment["id"]), "not found", now)
    last = (await events(counter))[-1]
    assert ("payment", "not-charged") == (last["event"], last["payment"]["state"])


async def test_a_payment_is_told_with_its_change_or_not_at_all(counter: Counter) -> None:
    """The queue is in the same transaction: what is undone is not told."""
    await job(counter, f"{CARD}1#", CALLBACK=BASE)
    before = len(await events(counter))
    async with counter.store.transaction(keep=False) as connection:
        await connection.execute(
            "UPDATE payments SET state = 'settled', reason = 'settled', changed_at = now()"
        )
        row = await (await connection.execute("SELECT count(*) AS n FROM callbacks")).fetchone()
        assert row == {"n": before + 1}
    assert before == len(await events(counter))


@pytest.mark.parametrize(
    "said", ['refused "4111"\n200 result=1', "order 1234567890123456", "back\\slash"]
)
async def test_what_a_part_says_of_its_fault_breaks_neither_the_channel_nor_the_books(
    counter: Counter, said: str
) -> None:
    def refuses() -> Any:
        raise GatewayRefused(said)

    desk = replace(counter.desk, open_gateway=refuses)
    channel = await job(replace(counter, desk=desk), f"{CARD}1", CALLBACK=BASE)
    assert "payment-connector-error" == got(channel)["RESULT"]
    assert "\n" not in got(channel)["ERROR"]
    assert "payment-connector-error" == (await events(counter))[-1]["result"]
    assert "1234567890123456" not in str(await events(counter))


# Our own trouble


async def test_without_a_database_nothing_is_asked(counter: Counter, sandbox: object) -> None:
    async with Store.open("postgresql://127.0.0.1:9/nowhere", patience_s=0.2) as away:
        desk = replace(counter.desk, store=away)
        channel = await job(replace(counter, desk=desk), f"{CARD}1#")
    assert "internal-error" == got(channel)["RESULT"]
    assert "ask-card" not in channel.heard
    assert [] == counter.charges()


async def test_a_fault_of_ours_is_told_to_the_caller_and_the_dialplan(counter: Counter) -> None:
    def broken() -> Any:
        raise RuntimeError(NUMBER)

    desk = replace(counter.desk, open_gateway=broken)
    channel = await job(replace(counter, desk=desk), f"{CARD}1")
    assert got(channel)["RESULT"] in {"unknown", "internal-error"}
    assert NUMBER not in str(channel.variables)


def test_the_docs_list_the_results_that_there_are() -> None:
    text = (CHECKOUT / "docs/take-payment.md").read_text("utf-8")
    table = text.partition("## Results")[2].partition("| Variable |")[0]
    assert [each.value for each in Result] == re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)


def test_each_result_has_a_status() -> None:
    assert set(Result) == set(STATUSES)
    assert State.SETTLING is State("settling")
