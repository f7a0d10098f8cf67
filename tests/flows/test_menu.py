"""The balance in words, and the menu's keys."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.ask import GO_SLOWER, NOT_A_CHOICE, NOT_HEARD, STILL_THERE, TooManyTries, WantsPerson
from paytone.flows.menu import (
    CAN_PAY_AHEAD,
    CREDIT_OF,
    DUE_ON,
    MENU,
    NOTHING_DUE,
    WAS_DUE_ON,
    YOU_OWE,
    balance,
    menu,
    tell_balance,
)
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from tests.teller import Counter


@pytest.mark.parametrize(
    ("cents", "due", "words"),
    [
        pytest.param(
            11240,
            date(2026, 3, 5),
            (YOU_OWE, *spoken.money(Money(11240)), DUE_ON, *spoken.date(date(2026, 3, 5))),
            id="due",
        ),
        pytest.param(
            11240,
            date(2026, 3, 1),
            (YOU_OWE, *spoken.money(Money(11240)), WAS_DUE_ON, *spoken.date(date(2026, 3, 1))),
            id="past due",
        ),
        pytest.param(
            -500,
            date(2026, 3, 5),
            (NOTHING_DUE, CREDIT_OF, *spoken.money(Money(500)), CAN_PAY_AHEAD),
            id="credit",
        ),
    ],
)
async def test_the_balance_is_told(
    counter: Counter, cents: int, due: date, words: tuple[Prompt, ...]
) -> None:
    account = await counter.account(owes_cents=cents, due=due)
    with ScriptedPhone() as phone:
        await tell_balance(phone, counter.desk, account)
    assert list(words) == phone.heard


async def test_a_key_of_the_menu_is_the_choice() -> None:
    with ScriptedPhone((MENU, "2")) as phone:
        assert Ended(Status.DONE, Next.MENU, "2") == await menu(phone, (MENU,), "12")


async def test_a_key_that_the_menu_does_not_offer_is_asked_again() -> None:
    with ScriptedPhone((MENU, "3"), (MENU, "1")) as phone:
        assert "1" == (await menu(phone, (MENU,), "12")).choice
    assert [MENU, NOT_A_CHOICE, MENU] == phone.heard


async def test_nine_repeats_and_eight_gives_more_time() -> None:
    with ScriptedPhone((MENU, "9"), (MENU, "8"), (MENU, "1")) as phone:
        first = phone.manner.first_key
        await menu(phone, (MENU,), "12")
    assert 3 == phone.heard.count(MENU)
    assert first * 3 == phone.manner.first_key


async def test_the_balance_can_be_heard_again(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone((MENU, "9"), (MENU, "1")) as phone:
        words = await balance(phone, counter.desk, account)
        await menu(phone, (*words, MENU), "12")
    assert [*words, MENU] * 2 == phone.heard


async def test_star_goes_back_to_the_balance() -> None:
    with ScriptedPhone((MENU, "*")) as phone:
        assert Ended(Status.DONE, Next.ACCOUNT) == await menu(phone, (MENU,), "12")


async def test_zero_asks_for_a_person() -> None:
    with ScriptedPhone((MENU, "0")) as phone, pytest.raises(WantsPerson):
        await menu(phone, (MENU,), "12")


async def test_silence_is_asked_four_times() -> None:
    with ScriptedPhone() as phone, pytest.raises(TooManyTries):
        await menu(phone, (MENU,), "12")
    assert [
        MENU,
        STILL_THERE,
        NOT_HEARD,
        *[MENU, GO_SLOWER, STILL_THERE, NOT_HEARD] * 3,
    ] == phone.heard
