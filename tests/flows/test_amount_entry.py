"""Which amounts the keys mean, and which of them may be paid."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.ask import BACK, BadAnswer
from paytone.bill import Limits, Owed
from paytone.flows.amount_entry import (
    AMOUNT_MISREAD,
    AMOUNT_OVER_BALANCE,
    AMOUNT_OVER_LIMIT,
    AMOUNT_TOO_SMALL,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    FOR,
    IS_THAT_RIGHT,
    PRESS_1,
    PRESS_2,
    YOU_WILL_PAY,
    ask_amount,
    read_amount,
)
from paytone.money import Money
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken

OWED = Owed(Money(11240), date(2026, 3, 5))
NOTHING = Owed(Money(0), None)
LIMITS = Limits(least=Money(100), most=Money(500_000), over_balance=Money(10_000))


@pytest.mark.parametrize(
    ("keys", "cents"),
    [
        pytest.param("45*50", (4550,), id="point"),
        pytest.param("45*", (4500,), id="point and nothing"),
        pytest.param("*99", (99,), id="cents alone"),
        pytest.param("45", (4500,), id="two digits are dollars"),
        pytest.param("4550", (455_000, 4550), id="four digits are either"),
    ],
)
def test_keys_mean_amounts(keys: str, cents: tuple[int, ...]) -> None:
    assert cents == tuple(amount.cents for amount in read_amount(keys, "USD"))


@pytest.mark.parametrize("keys", ["45*5", "45*505", "4*5*0", "*", "**"])
def test_keys_that_mean_no_amount(keys: str) -> None:
    with pytest.raises(BadAnswer) as bad:
        read_amount(keys, "USD")
    assert (AMOUNT_MISREAD,) == bad.value.say


async def test_the_whole_balance_takes_one_key() -> None:
    with ScriptedPhone((ASK_AMOUNT_KIND, "1")) as phone:
        assert Money(11240) == await ask_amount(phone, OWED, LIMITS)


async def test_another_amount_is_read_back_in_words() -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "2"), (ASK_AMOUNT, "45*50#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(4550) == await ask_amount(phone, OWED, LIMITS)
    assert phone.heard_in_order(YOU_WILL_PAY, *spoken.money(Money(4550)))


async def test_an_amount_said_wrong_is_asked_again() -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "2"),
        (ASK_AMOUNT, "20#"),
        (IS_THAT_RIGHT, "2"),
        (ASK_AMOUNT, "30#"),
        (IS_THAT_RIGHT, "1"),
    ) as phone:
        assert Money(3000) == await ask_amount(phone, OWED, LIMITS)


async def test_digits_with_two_likely_readings_are_asked_about() -> None:
    """100 without a point can be one hundred dollars or one."""
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "2"), (ASK_AMOUNT, "100#"), (FOR, "2"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(10000) == await ask_amount(phone, OWED, LIMITS)
    assert phone.heard_in_order(FOR, *spoken.money(Money(100)), PRESS_1, FOR, PRESS_2)


async def test_a_reading_that_may_not_be_paid_is_not_offered() -> None:
    """11240 cannot be 11,240 dollars on a bill of 112.40."""
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "2"), (ASK_AMOUNT, "11240#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(11240) == await ask_amount(phone, OWED, LIMITS)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param("*99#", (AMOUNT_TOO_SMALL, *spoken.money(Money(100))), id="too small"),
        pytest.param(
            "300*00#", (AMOUNT_OVER_BALANCE, *spoken.money(Money(21240))), id="over balance"
        ),
        pytest.param(
            "6000*00#", (AMOUNT_OVER_LIMIT, *spoken.money(Money(500_000))), id="over limit"
        ),
        pytest.param("45*5#", (AMOUNT_MISREAD,), id="misread"),
    ],
)
async def test_an_amount_that_may_not_be_paid_is_explained(
    keys: str, words: tuple[Prompt, ...]
) -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "2"), (ASK_AMOUNT, keys), (ASK_AMOUNT, "45*00#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(4500) == await ask_amount(phone, OWED, LIMITS)
    assert phone.heard_in_order(*words)


async def test_star_goes_back_to_the_kind_and_out() -> None:
    with ScriptedPhone((ASK_AMOUNT_KIND, "2"), (ASK_AMOUNT, "*#"), (ASK_AMOUNT_KIND, "*")) as phone:
        assert await ask_amount(phone, OWED, LIMITS) is BACK


async def test_with_nothing_due_another_amount_is_asked_at_once() -> None:
    with ScriptedPhone((ASK_AMOUNT, "20*00#"), (IS_THAT_RIGHT, "1")) as phone:
        assert Money(2000) == await ask_amount(phone, NOTHING, LIMITS)


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        pytest.param(
            600_000, (AMOUNT_OVER_LIMIT, *spoken.money(Money(500_000))), id="more than a payment"
        ),
        pytest.param(50, (AMOUNT_TOO_SMALL, *spoken.money(Money(100))), id="less than a payment"),
    ],
)
async def test_a_balance_that_cannot_be_paid_whole_is_explained(
    cents: int, words: tuple[Prompt, ...]
) -> None:
    owed = Owed(Money(cents), date(2026, 3, 5))
    with ScriptedPhone((ASK_AMOUNT, "20*00#"), (IS_THAT_RIGHT, "1")) as phone:
        assert Money(2000) == await ask_amount(phone, owed, LIMITS)
    assert phone.heard_in_order(*words, ASK_AMOUNT)
