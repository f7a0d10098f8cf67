"""What callers hear, read as text: whole sentences, whatever they are joined from."""

from __future__ import annotations

import re

from paytone.bill import Owed
from paytone.flows.amount_entry import ASK_AMOUNT, FOR, ask_amount
from paytone.flows.history import history
from paytone.flows.menu import MENU, balance, menu
from paytone.flows.pay_bill import pay_bill
from paytone.money import Money
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.prompts.catalogue import load
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.teller import TODAY, Counter

WORDS = load()


def sentences(heard: list[Prompt]) -> list[str]:
    """*heard* as text, a sentence each."""
    return re.split(r"(?<=[.?]) ", WORDS.transcript(heard))


def assert_whole(heard: list[Prompt]) -> None:
    """Each sentence begins as one, so that none hangs in the air."""
    assert [] == [each for each in sentences(heard) if not re.match("[A-Z]", each)]


async def test_a_payment_is_whole_sentences(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert_whole(phone.heard)
    assert "Your card expires in September twenty twenty-seven." in sentences(phone.heard)


async def test_another_amount_is_whole_sentences(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(*other("50*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert_whole(phone.heard)


async def test_two_readings_of_an_amount_are_whole_sentences(counter: Counter) -> None:
    owed = Owed(Money(500_000), TODAY)
    turns = ((Prompt("ask-amount-kind"), "2"), (ASK_AMOUNT, "4550#"), (FOR, "1"))
    with ScriptedPhone(*turns, (Prompt("is-that-right"), "1")) as phone:
        assert Money(4550) == await ask_amount(phone, owed, counter.desk.limits)
    assert_whole(phone.heard)
    assert "Which amount did you mean?" in sentences(phone.heard)


async def test_the_menu_and_the_last_payments_are_whole_sentences(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone((MENU, "1")) as phone:
        await menu(phone, (*await balance(phone, counter.desk, account), MENU), "1")
        await history(phone, counter.desk, await counter.call(), account)
    assert_whole(phone.heard)
