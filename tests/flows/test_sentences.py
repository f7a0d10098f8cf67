"""What callers hear, read as text: whole sentences, whatever they are joined from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, FOR, IS_THAT_RIGHT, ask_amount
from paytone.flows.history import GO_ON, history
from paytone.flows.menu import MENU, balance, balance_in_words, menu
from paytone.flows.nearest import ASK_ZIP
from paytone.flows.other_ways import WAYS_CENTRE, other_ways
from paytone.flows.pay_bill import pay_bill
from paytone.flows.restriction import WHY, tell_restriction
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.prompts.catalogue import Catalogue, load
from paytone.rules.bill import REASONS, Account, Owed, Restriction, Unpaid
from paytone.rules.money import Money
from paytone.rules.place import Spot
from paytone.store import places
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.store.test_centre_file import MARKET
from tests.teller import NOW, TODAY, Counter

WORDS, SPANISH = load(), load("es")


def sentences(heard: list[Prompt], words: Catalogue = WORDS) -> list[str]:
    """*heard* as text, a sentence each."""
    return re.split(r"(?<=[.?]) ", words.transcript(heard))


def assert_whole(heard: list[Prompt]) -> None:
    """In every language each sentence begins as one, so that none hangs in the air."""
    assert [] == [each for each in sentences(heard) if not re.match("[A-Z]", each)]
    assert [] == [each for each in sentences(heard, SPANISH) if not re.match("[A-ZÉÚ¿]", each)]


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
    turns = ((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "4550#"), (FOR, "1"))
    with ScriptedPhone(*turns, (Prompt("is-that-right"), "1")) as phone:
        assert Money(4550) == await ask_amount(phone, owed, counter.desk.limits, TODAY)
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


ACCOUNT = Account(id="1", customer_id="1", number="4412000000004412", pin_hash=None)
LATE, LATER = date(2026, 2, 1), date(2026, 3, 20)


@pytest.mark.parametrize(
    ("owed", "told"),
    [
        pytest.param(
            Owed(
                Money(17980),
                LATE,
                (Unpaid(LATE, Money(8990)), Unpaid(LATER, Money(8990))),
                keep_service=Money(5000),
            ),
            [
                "Your balance is one hundred seventy-nine dollars and eighty cents.",
                "The amount past due is eighty-nine dollars and ninety cents.",
                "The rest is due on March twentieth.",
                "To keep your service, please pay today fifty dollars.",
            ],
            id="partly past due, to be cut off",
        ),
        pytest.param(
            Owed(Money(8990), LATE, (Unpaid(LATE, Money(8990)),)),
            [
                "Your balance is eighty-nine dollars and ninety cents.",
                "It was due February first.",
            ],
            id="all past due",
        ),
        pytest.param(
            Owed(Money(-500), None),
            [
                "Nothing is due on your account.",
                "You have a credit of five dollars.",
                "You can still pay ahead.",
            ],
            id="credit",
        ),
    ],
)
def test_what_is_owed_is_whole_sentences(owed: Owed, told: list[str], counter: Counter) -> None:
    words = balance_in_words(owed, ACCOUNT, counter.desk)
    assert told == sentences(list(words))


async def test_every_amount_that_can_be_offered_is_whole_sentences(counter: Counter) -> None:
    owed = Owed(
        Money(17980),
        LATE,
        (Unpaid(LATE, Money(8990)), Unpaid(LATER, Money(8990))),
        minimum=Money(2500),
        keep_service=Money(5000),
    )
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "200*00#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        await ask_amount(phone, owed, counter.desk.limits, TODAY)
    assert_whole(phone.heard)
    assert [
        "How much?",
        "To pay the past due amount of eighty-nine dollars and ninety cents press 1.",
        "To pay your whole balance of one hundred seventy-nine dollars and eighty cents press 2.",
        "To pay the minimum of twenty-five dollars press 3.",
        "To pay another amount, press 4.",
        "To keep your service with a payment of fifty dollars press 5.",
    ] == sentences(phone.heard)[:6]
    assert [
        "You will pay two hundred dollars.",
        "That is more than you owe, by twenty dollars and twenty cents.",
        "It will be a credit on your account.",
    ] == sentences(phone.heard)[-5:-2]


async def test_a_payment_center_is_whole_sentences(counter: Counter) -> None:
    known = {"60188": Spot(41.92, -88.13), "60187": Spot(41.86, -88.11)}
    await places.replace_zips(counter.store, known, by="test", now=NOW)
    await places.replace_centres(counter.store, [MARKET], by="test", now=NOW)
    turns = ((WAYS_CENTRE, "3"), (ASK_ZIP, "60187#"), (GO_ON, "#"))
    with ScriptedPhone(*turns) as phone:
        await other_ways(phone, counter.desk, await counter.call(), None)
    assert_whole(phone.heard)
    assert [
        "The nearest one is a payment center in ZIP code six zero one eight eight.",
        "It is about four miles away.",
        "It takes cash.",
        "It takes checks.",
        "Its phone number is six three zero, five five five, zero one one one.",
    ] == sentences(phone.heard)[5:10]


@pytest.mark.parametrize("restriction", Restriction)
async def test_why_an_account_may_not_be_paid_is_whole_sentences(restriction: Restriction) -> None:
    payable = next(each for each, reasons in REASONS.items() if restriction in reasons)
    account = replace(ACCOUNT, payable=payable, restriction=restriction)
    with ScriptedPhone((WHY[restriction], "#")) as phone:
        await tell_restriction(phone, account)
    assert_whole(phone.heard)
