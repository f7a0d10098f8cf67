"""Which amounts the keys mean, and which of them may be paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from paytone.ask import BACK, NOT_A_CHOICE, BadAnswer
from paytone.flows.amount_entry import (
    AMOUNT_MISREAD,
    AMOUNT_OVER_BALANCE,
    AMOUNT_OVER_LIMIT,
    AMOUNT_TOO_SMALL,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    BECOMES_CREDIT,
    FOR,
    IS_THAT_RIGHT,
    KEEP_SERVICE,
    MINIMUM,
    MORE_THAN_OWED,
    NOTHING_DUE,
    OTHER,
    PAST_DUE,
    PAY_AHEAD,
    PRESS_1,
    PRESS_2,
    TOTAL,
    WHOLE,
    YOU_WILL_PAY,
    ask_amount,
    offered,
    read_amount,
    why_nothing,
)
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Limits, Owed, Unpaid
from paytone.rules.money import Money

TODAY = date(2026, 3, 2)
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
    with ScriptedPhone((ASK_AMOUNT_KIND, "2")) as phone:
        assert Money(11240) == await ask_amount(phone, OWED, LIMITS, TODAY)


async def test_another_amount_is_read_back_in_words() -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "45*50#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(4550) == await ask_amount(phone, OWED, LIMITS, TODAY)
    assert phone.heard_in_order(YOU_WILL_PAY, *spoken.money(Money(4550)))


async def test_an_amount_said_wrong_is_asked_again() -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"),
        (ASK_AMOUNT, "20#"),
        (IS_THAT_RIGHT, "2"),
        (ASK_AMOUNT, "30#"),
        (IS_THAT_RIGHT, "1"),
    ) as phone:
        assert Money(3000) == await ask_amount(phone, OWED, LIMITS, TODAY)


async def test_digits_with_two_likely_readings_are_asked_about() -> None:
    """100 without a point can be one hundred dollars or one."""
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "100#"), (FOR, "2"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(10000) == await ask_amount(phone, OWED, LIMITS, TODAY)
    assert phone.heard_in_order(FOR, *spoken.money(Money(100)), PRESS_1, FOR, PRESS_2)


async def test_a_reading_that_may_not_be_paid_is_not_offered() -> None:
    """11240 cannot be 11,240 dollars on a bill of 112.40."""
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "11240#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(11240) == await ask_amount(phone, OWED, LIMITS, TODAY)


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
        (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, keys), (ASK_AMOUNT, "45*00#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(4500) == await ask_amount(phone, OWED, LIMITS, TODAY)
    assert phone.heard_in_order(*words)


async def test_star_goes_back_to_the_kind_and_out() -> None:
    with ScriptedPhone((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "*#"), (ASK_AMOUNT_KIND, "*")) as phone:
        assert await ask_amount(phone, OWED, LIMITS, TODAY) is BACK


async def test_with_nothing_due_another_amount_is_asked_at_once() -> None:
    with ScriptedPhone((ASK_AMOUNT, "20*00#"), (IS_THAT_RIGHT, "1")) as phone:
        assert Money(2000) == await ask_amount(phone, NOTHING, LIMITS, TODAY)


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
        assert Money(2000) == await ask_amount(phone, owed, LIMITS, TODAY)
    assert phone.heard_in_order(*words, ASK_AMOUNT)


LATE, LATER = date(2026, 2, 1), date(2026, 3, 20)


def owing(
    late: int, later: int = 0, *, minimum: int | None = None, keep_service: int | None = None
) -> Owed:
    """Two bills, one past due, and what is asked of their sum."""
    bills = ((LATE, late), (LATER, later))
    return Owed(
        Money(late + later),
        LATE,
        tuple(Unpaid(due, Money(cents)) for due, cents in bills if cents),
        None if minimum is None else Money(minimum),
        None if keep_service is None else Money(keep_service),
    )


@pytest.mark.parametrize(
    ("owed", "offers"),
    [
        pytest.param(owing(0, 9000), {"2": 9000}, id="nothing past due"),
        pytest.param(owing(4000, 5000), {"2": 9000, "1": 4000}, id="a part past due"),
        pytest.param(owing(9000), {"2": 9000}, id="all past due"),
        pytest.param(owing(0, 9000, minimum=2500), {"2": 9000, "3": 2500}, id="minimum"),
        pytest.param(owing(0, 9000, minimum=9000), {"2": 9000}, id="minimum that is all"),
        pytest.param(owing(0, 9000, minimum=50), {"2": 9000}, id="minimum below the smallest"),
        pytest.param(
            owing(4000, 5000, minimum=2500, keep_service=3000),
            {"2": 9000, "1": 4000, "3": 2500, "5": 3000},
            id="everything",
        ),
        pytest.param(
            owing(4000, 5000, minimum=4000, keep_service=4000),
            {"2": 9000, "1": 4000},
            id="all that is asked is what is past due",
        ),
        pytest.param(
            owing(4000, 600_000, minimum=2500),
            {"1": 4000, "3": 2500},
            id="more than one payment may be",
        ),
    ],
)
async def test_what_comes_to_something_of_its_own_is_offered_under_its_own_key(
    owed: Owed, offers: dict[str, int]
) -> None:
    assert offers == {key: amount.cents for key, amount in offered(owed, LIMITS, TODAY).items()}
    for key, cents in offers.items():
        with ScriptedPhone((ASK_AMOUNT_KIND, key)) as phone:
            assert Money(cents) == await ask_amount(phone, owed, LIMITS, TODAY)
    with ScriptedPhone((ASK_AMOUNT_KIND, "*")) as phone:
        await ask_amount(phone, owed, LIMITS, TODAY)
    names = {"1": PAST_DUE, "2": TOTAL, "3": MINIMUM, "5": KEEP_SERVICE}
    if list(offers) == ["2"]:  # what was said as the balance is not said again
        assert [ASK_AMOUNT_KIND, WHOLE, OTHER] == phone.heard[-3:]
        return
    for key, name in names.items():
        assert (key in offers) == phone.heard_in_order(
            name, *spoken.money(Money(offers.get(key, 0))), Prompt(f"press-{key}")
        )


async def test_a_key_whose_amount_is_not_offered_is_no_choice() -> None:
    with ScriptedPhone((ASK_AMOUNT_KIND, "1"), (ASK_AMOUNT_KIND, "2")) as phone:
        assert Money(9000) == await ask_amount(phone, owing(0, 9000), LIMITS, TODAY)
    assert NOT_A_CHOICE in phone.heard


async def test_who_pays_more_than_is_owed_hears_by_how_much_and_can_change_it() -> None:
    with ScriptedPhone(
        (ASK_AMOUNT_KIND, "4"),
        (ASK_AMOUNT, "150*00#"),
        (IS_THAT_RIGHT, "2"),
        (ASK_AMOUNT, "150*00#"),
        (IS_THAT_RIGHT, "1"),
    ) as phone:
        assert Money(15000) == await ask_amount(phone, OWED, LIMITS, TODAY)
    assert phone.heard_in_order(
        YOU_WILL_PAY, *spoken.money(Money(15000)),
        MORE_THAN_OWED, *spoken.money(Money(3760)), BECOMES_CREDIT, IS_THAT_RIGHT,
    )  # fmt: skip


@pytest.mark.parametrize("keys", ["112*40#", "40*00#"], ids=["all", "a part"])
async def test_who_pays_no_more_than_is_owed_hears_of_no_credit(keys: str) -> None:
    with ScriptedPhone((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, keys), (IS_THAT_RIGHT, "1")) as phone:
        await ask_amount(phone, OWED, LIMITS, TODAY)
    assert BECOMES_CREDIT not in phone.heard


@pytest.mark.parametrize("cents", [0, -5000], ids=["nothing", "a credit"])
async def test_with_nothing_due_as_much_as_is_allowed_can_be_paid_ahead(cents: int) -> None:
    with ScriptedPhone(
        (PAY_AHEAD, "100*01#"), (ASK_AMOUNT, "100*00#"), (IS_THAT_RIGHT, "1")
    ) as phone:
        assert Money(10000) == await ask_amount(phone, Owed(Money(cents), None), LIMITS, TODAY)
    assert phone.heard_in_order(
        PAY_AHEAD, *spoken.money(Money(10000)), AMOUNT_OVER_BALANCE, *spoken.money(Money(10000))
    )
    assert BECOMES_CREDIT not in phone.heard


@pytest.mark.parametrize(
    ("cents", "over", "why"),
    [
        pytest.param(0, 0, (NOTHING_DUE,), id="nothing due"),
        pytest.param(-5000, 0, (NOTHING_DUE,), id="a credit"),
        pytest.param(50, 0, (AMOUNT_TOO_SMALL, *spoken.money(Money(100))), id="too little"),
        pytest.param(50, 50, None, id="too little, rounded up"),
        pytest.param(100, 0, None, id="just enough"),
    ],
)
def test_where_nothing_may_be_paid_it_is_said_why(
    cents: int, over: int, why: tuple[Prompt, ...] | None
) -> None:
    limits = replace(LIMITS, over_balance=Money(over))
    assert why == why_nothing(Owed(Money(cents), None), limits)
