"""Real calls through a dialplan of somebody else's, as docs/take-payment.md has it."""

from __future__ import annotations

import re
import shutil
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_FROM, REVIEW_KEYS, REVIEW_PAY
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.flows.take_payment import PAID_BEFORE
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import Biller, Together
from tests.call.conversation import EXPIRY, VISA, Turns, in_order, never_heard, promptly, said
from tests.receiver import KEY, Receiver, receiving

DOCS: Final = (CHECKOUT / "docs/take-payment.md").read_text()
EXAMPLE: Final = DOCS.split("## In a dialplan of yours\n\n```\n")[1].split("```")[0]
GOODBYE: Final = Prompt("goodbye")

PAYS: Final[Turns] = (
    (ASK_CARD, f"{VISA}#"),
    (ASK_EXPIRY, EXPIRY),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "10001"),
    (REVIEW_KEYS, "1"),
    (REPEAT_CONFIRMATION, "#"),
)

DIALLED: Final = """
exten => 701,1,Goto(custom-garden-club,s,1)
exten => 702,1,Goto(custom-wrong,s,1)
exten => 703,1,Goto(custom-reworded,s,1)
exten => 704,1,Goto(custom-stores,s,1)
exten => 705,1,Goto(custom-recorded,s,1)
"""
OTHERS: Final = """
[custom-wrong]
exten => s,1,Answer()
 same => n,Gosub(paytone-take-payment,s,1(ten,INV-702))
 same => n,NoOp(GOT ${PAYTONE_PAY_RESULT} ${PAYTONE_PAY_ERROR})
 same => n,Hangup()

[custom-reworded]
exten => s,1,Answer()
 same => n,Set(PAYTONE_PAY_PROMPT_card_number=paytone/menu-pay)
 same => n,Set(PAYTONE_PAY_CVV=no)
 same => n,Set(PAYTONE_PAY_POSTAL=60601)
 same => n,Set(PAYTONE_PAY_TELL=no)
 same => n,Gosub(paytone-take-payment,s,1(12.34,INV-703))
 same => n,NoOp(GOT ${PAYTONE_PAY_RESULT} ${PAYTONE_PAY_LAST_FOUR} ${PAYTONE_PAY_CHARGED})
 same => n,Playback(paytone/goodbye)
 same => n,Hangup()

[custom-recorded]
exten => s,1,Answer()
 same => n,MixMonitor(RECORDING)
 same => n,Gosub(paytone-take-payment,s,1(49.99,INV-705))
 same => n,Hangup()

[custom-stores]
exten => s,1,Answer()
 same => n,Set(PAYTONE_PAY_STORE=reusable)
 same => n,Gosub(paytone-take-payment,s,1(,INV-704))
 same => n,NoOp(GOT ${PAYTONE_PAY_RESULT} ${PAYTONE_PAY_TOKEN})
 same => n,Playback(paytone/goodbye)
 same => n,Hangup()
"""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as taking:
        yield taking


@pytest.fixture(scope="module")
def recording() -> Iterator[Path]:
    """Where a dialplan records to."""
    with TemporaryDirectory(prefix="paytone-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder) / "call.wav"


@pytest.fixture(scope="module")
def shop(
    hearing: Hearing,
    receiver: Receiver,
    recording: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Biller]:
    """A line with the example of the docs in its dialplan, and somebody who is told."""
    dialplan: Path = tmp_path_factory.mktemp("shop") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", dialplan)
    extensions = dialplan / "extensions.conf"
    own = EXAMPLE.replace("https://shop.example/paytone", receiver.url)
    inbound = "[paytone-inbound]\n"
    text = extensions.read_text().replace(inbound, f"{inbound}{DIALLED}")
    others = OTHERS.replace("RECORDING", str(recording))
    extensions.write_text(f"{text}\n{own}\n{others}")
    modules = dialplan / "modules.conf"
    modules.write_text(f"{modules.read_text()}\nload=app_mixmonitor.so\n")
    settings = {"PAYTONE_CALLBACK_URLS": receiver.url, "PAYTONE_CALLBACK_KEY": KEY}
    with Biller.opened(
        hearing, {}, dialplan=dialplan, settings=settings, with_worker=True, verbose=3
    ) as opened:
        yield opened


async def call(shop: Biller, number: str, turns: Turns) -> Caller:
    """A call that keys *turns*, and hears the rest."""
    async with shop.dial(number) as caller:
        await script(caller, turns)
        if turns and turns[-1][1] is not None:
            await caller.until_hung_up()
    return caller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(shop: Biller) -> Together:
    """Four callers at the same time."""
    stores = (*PAYS[:4], (Prompt("terms-accept"), "1"), (GOODBYE, ""))
    reworded = ((Prompt("menu-pay"), f"{VISA}#"), PAYS[1], PAYS[4], (GOODBYE, ""))
    return await Together.hold(
        {
            "pays": call(shop, "701", (*PAYS, (GOODBYE, ""))),
            "reworded": call(shop, "703", reworded),
            "stores": call(shop, "704", stores),
        }
    )


def noted(shop: Biller, words: str) -> list[str]:
    """What the dialplan's NoOp lines with *words* said."""
    return re.findall(rf'NoOp\("[^"]*", "({words}[^"]*)"\)', shop.line.asterisk.messages)


def test_a_foreign_dialplan_takes_a_payment_and_goes_on_with_its_result(
    shop: Biller, held: Together
) -> None:
    caller = held["pays"]
    (number,) = set(said(caller))
    assert [f"Paid 49.99 by Visa 1111 number {number}"] == noted(shop, "Paid")
    assert in_order(
        caller, REVIEW_PAY, *spoken.money(Money(4999)), REVIEW_FROM, PAID, CONFIRMATION_IS, GOODBYE
    )
    assert promptly(caller)
    payments = shop.rows("SELECT * FROM payments WHERE confirmation = %(number)s", number=number)
    assert [("49.99", "submitted_for_settlement")] == shop.charges(payments[0])
    assert "sale:INV-1001" in shop.line.paytone("payments", "list")
    assert "every sale is booked" in shop.line.paytone("ledger", "check")


async def test_whom_it_concerns_is_told_with_a_signature(
    shop: Biller, held: Together, receiver: Receiver
) -> None:
    assert held["pays"]
    await shop.until(lambda: any("result" in each for each in receiver.of("INV-1001")))
    told = receiver.of("INV-1001")
    steps = [each["step"] for each in told if each["event"] == "progress"]
    assert ["card-number", "expiration-date", "security-code", "postal-code"] == steps[:4]
    assert {"submitting", "settling"} <= {
        each["payment"]["state"] for each in told if each["event"] == "payment"
    }
    (result,) = [each for each in told if each["event"] == "result"]
    assert ("success", {"desk": "west"}) == (result["result"], result["parameters"])
    assert all(each.is_ours for each in receiver.told)
    assert not any(VISA.encode() in body or VISA[:10].encode() in body for body in receiver.raw)


def test_a_dialplan_leaves_out_questions_and_speaks_in_its_own_words(
    shop: Biller, held: Together
) -> None:
    caller = held["reworded"]
    assert ["GOT success 1111 12.34"] == noted(shop, "GOT success 1111")
    assert in_order(caller, Prompt("menu-pay"), ASK_EXPIRY, REVIEW_KEYS, PAID, GOODBYE)
    assert never_heard(caller, ASK_CARD, ASK_CVV_3, ASK_POSTAL, CONFIRMATION_IS)


def test_a_dialplan_gets_the_token_of_a_card_that_is_only_stored(
    shop: Biller, held: Together
) -> None:
    assert in_order(held["stores"], Prompt("keep-card-for-company"), Prompt("keep-card-done"))
    (method,) = shop.rows("SELECT token FROM payment_methods")
    assert [f"GOT success {method['token']}"] == noted(shop, f"GOT success {method['token']}")


async def test_the_same_reference_is_not_charged_again(shop: Biller, held: Together) -> None:
    assert held["pays"]
    before = len(shop.transactions())
    caller = await call(shop, "701", ((REPEAT_CONFIRMATION, "#"), (GOODBYE, "")))
    assert in_order(caller, PAID_BEFORE, CONFIRMATION_IS, GOODBYE)
    assert said(held["pays"])[:1] == said(caller)[:1]
    assert before == len(shop.transactions())


async def test_a_wrong_argument_comes_back_without_a_word(shop: Biller) -> None:
    async with shop.dial("702") as caller:
        await caller.until_hung_up()
    assert [] == [prompt for prompt in caller.heard if prompt]
    assert ["GOT validation-error PAYTONE_PAY_AMOUNT: must be like 49.99"] == noted(shop, "GOT val")


async def test_who_hangs_up_leaves_the_result_to_the_hangup_handler(
    shop: Biller, receiver: Receiver
) -> None:
    shop.rows(
        "UPDATE accounts SET number = 'sale:INV-0' WHERE number = 'sale:INV-1001' RETURNING 1"
    )
    await call(shop, "701", ((ASK_CARD, f"{VISA}#"), (ASK_EXPIRY, None)))
    await shop.until(lambda: noted(shop, "Gone with caller-hung-up"))
    await shop.until(
        lambda: any(each.get("result") == "caller-hung-up" for each in receiver.of("INV-1001"))
    )


async def test_without_the_server_a_process_takes_the_payment(shop: Biller) -> None:
    shop.line.fastagi.stop()
    try:
        reworded = ((Prompt("menu-pay"), f"{VISA}#"), PAYS[1], PAYS[4], (GOODBYE, ""))
        shop.rows("UPDATE accounts SET number = 'sale:X' WHERE number = 'sale:INV-703' RETURNING 1")
        caller = await call(shop, "703", reworded)
    finally:
        shop.line.fastagi.start()
    assert in_order(caller, Prompt("one-moment"), Prompt("menu-pay"), PAID, GOODBYE)


async def test_a_recording_that_runs_is_ended_before_the_first_question(
    shop: Biller, recording: Path
) -> None:
    async with shop.dial("705") as caller:
        began = time.monotonic()
        await script(caller, ((ASK_CARD, f"{VISA}#"), (ASK_EXPIRY, None)))
        lasted = time.monotonic() - began
    with wave.open(str(recording)) as recorded:
        seconds = recorded.getnframes() / recorded.getframerate()
    assert 3 < lasted
    assert seconds < 1


def test_no_card_number_is_in_a_variable_or_log_of_asterisk(shop: Biller, held: Together) -> None:
    assert held["pays"]
    assert VISA not in shop.line.asterisk.messages
