"""A card keyed in, right and wrong."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.ask import BACK, BadAnswer, TooManyTries
from paytone.flows.card_entry import (
    ASK_CARD,
    ASK_CVV_3,
    ASK_CVV_4,
    ASK_EXPIRY,
    ASK_POSTAL,
    CARD_DECLINED_HARD,
    CARD_MISREAD,
    CARD_NOT_TAKEN,
    CARD_WRONG_LENGTH,
    CVV_MISREAD,
    ENDING_IN,
    EXPIRES,
    EXPIRY_MISREAD,
    EXPIRY_PAST,
    POSTAL_MISREAD,
    CardEntry,
    read_card_number,
    read_expiry,
)
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.card import Brand, CardNumber, Expiry

TODAY = date(2026, 3, 2)
VISA = "4111111111111111"
NOBODY: frozenset[CardNumber] = frozenset()

REST = ((ASK_EXPIRY, "0927"), (ASK_CVV_3, "123"), (ASK_POSTAL, "60601"))


@pytest.mark.parametrize(
    ("digits", "brand"),
    [
        ("4111111111111111", Brand.VISA),
        ("4012888888881881", Brand.VISA),
        ("5555555555554444", Brand.MASTERCARD),
        ("2223000048400011", Brand.MASTERCARD),
        ("378282246310005", Brand.AMEX),
        ("6011111111111117", Brand.DISCOVER),
    ],
)
def test_a_number_tells_its_brand(digits: str, brand: Brand) -> None:
    assert brand is read_card_number(digits).brand


@pytest.mark.parametrize(
    ("digits", "say"),
    [
        pytest.param("4111111111111112", CARD_MISREAD, id="check digit"),
        pytest.param("411111111111111", CARD_WRONG_LENGTH, id="one digit short"),
        pytest.param("3530111333300000", CARD_NOT_TAKEN, id="JCB"),
        pytest.param("1234567890123456", CARD_MISREAD, id="no brand, no check digit"),
    ],
)
def test_each_kind_of_bad_number_has_its_words(digits: str, say: Prompt) -> None:
    with pytest.raises(BadAnswer) as bad:
        read_card_number(digits)
    assert (say,) == bad.value.say


@pytest.mark.parametrize("keys", ["0927", "927"])
def test_an_expiry_may_leave_out_its_zero(keys: str) -> None:
    assert Expiry(2027, 9) == read_expiry(keys, TODAY)


def test_the_month_of_today_is_not_past() -> None:
    assert Expiry(2026, 3) == read_expiry("0326", TODAY)


@pytest.mark.parametrize(
    ("keys", "say"),
    [
        pytest.param("0226", EXPIRY_PAST, id="last month"),
        pytest.param("1325", EXPIRY_MISREAD, id="thirteenth month"),
        pytest.param("0027", EXPIRY_MISREAD, id="month zero"),
        pytest.param("27", EXPIRY_MISREAD, id="too short"),
        pytest.param("0999", EXPIRY_MISREAD, id="too far off"),
    ],
)
def test_each_kind_of_bad_expiry_has_its_words(keys: str, say: Prompt) -> None:
    with pytest.raises(BadAnswer) as bad:
        read_expiry(keys, TODAY)
    assert (say,) == bad.value.say


async def test_a_card_is_read_back_by_brand_last_four_and_month() -> None:
    with ScriptedPhone((ASK_CARD, f"{VISA}#"), *REST) as phone:
        card = await CardEntry(phone, TODAY, NOBODY).ask()
    assert card is not BACK
    assert (Brand.VISA, "1111", Expiry(2027, 9)) == (card.brand, card.number.last_four, card.expiry)
    assert phone.heard_in_order(
        Prompt("brand-visa"),
        ENDING_IN,
        *spoken.digits("1111"),
        EXPIRES,
        *spoken.month_year(2027, 9),
    )


async def test_no_more_than_four_digits_of_a_card_are_spoken() -> None:
    with ScriptedPhone((ASK_CARD, "4012888888881881#"), *REST) as phone:
        await CardEntry(phone, TODAY, NOBODY).ask()
    digits = [prompt for prompt in phone.heard if prompt.startswith("digits-")]
    assert list(spoken.digits("1881")) == digits


async def test_an_american_express_is_asked_for_four_digits() -> None:
    with ScriptedPhone(
        (ASK_CARD, "378282246310005#"), (ASK_EXPIRY, "0927"), (ASK_CVV_4, "1234"), REST[2]
    ) as phone:
        card = await CardEntry(phone, TODAY, NOBODY).ask()
    assert card is not BACK
    assert card.security_code is not None
    assert "1234" == card.security_code.digits


@pytest.mark.parametrize(
    ("wrong", "say", "turns"),
    [
        pytest.param(
            (ASK_EXPIRY, "1327"), EXPIRY_MISREAD, ((ASK_CARD, VISA + "#"), *REST), id="expiry"
        ),
        pytest.param((ASK_CVV_3, "12#"), CVV_MISREAD, ((ASK_CARD, VISA + "#"), *REST), id="cvv"),
        pytest.param(
            (ASK_POSTAL, "606#"), POSTAL_MISREAD, ((ASK_CARD, VISA + "#"), *REST), id="postal"
        ),
    ],
)
async def test_a_wrong_entry_is_explained_and_asked_again(
    wrong: tuple[Prompt, str], say: Prompt, turns: tuple[tuple[Prompt, str], ...]
) -> None:
    at = [prompt for prompt, _ in turns].index(wrong[0])
    with ScriptedPhone(*turns[:at], wrong, *turns[at:]) as phone:
        assert await CardEntry(phone, TODAY, NOBODY).ask() is not BACK
    assert phone.heard_in_order(wrong[0], say, wrong[0])


async def test_three_wrong_numbers_end_the_entry() -> None:
    wrong = (ASK_CARD, "4111111111111112#")
    with ScriptedPhone(wrong, wrong, wrong) as phone, pytest.raises(TooManyTries):
        await CardEntry(phone, TODAY, NOBODY).ask()


async def test_star_goes_back_one_question() -> None:
    with ScriptedPhone(
        (ASK_CARD, f"{VISA}#"),
        (ASK_EXPIRY, "*"),
        (ASK_CARD, "5555555555554444#"),
        *REST,
    ) as phone:
        card = await CardEntry(phone, TODAY, NOBODY).ask()
    assert card is not BACK
    assert Brand.MASTERCARD is card.brand


async def test_star_after_digits_takes_them_back() -> None:
    with ScriptedPhone((ASK_CARD, "4111*"), (ASK_CARD, f"{VISA}#"), *REST) as phone:
        assert await CardEntry(phone, TODAY, NOBODY).ask() is not BACK


async def test_star_at_the_number_leaves_the_card() -> None:
    with ScriptedPhone((ASK_CARD, "*")) as phone:
        assert await CardEntry(phone, TODAY, NOBODY).ask() is BACK


async def test_a_card_declined_for_good_is_not_taken_again() -> None:
    barred = frozenset({CardNumber(VISA)})
    with ScriptedPhone((ASK_CARD, f"{VISA}#"), (ASK_CARD, "5555555555554444#"), *REST) as phone:
        await CardEntry(phone, TODAY, barred).ask()
    assert phone.heard_in_order(ASK_CARD, CARD_DECLINED_HARD, ASK_CARD)


async def test_pound_after_a_complete_answer_is_dropped() -> None:
    """Callers press pound after a code of fixed length; it must not answer the next question."""
    with ScriptedPhone(
        (ASK_CARD, f"{VISA}#"), (ASK_EXPIRY, "0927#"), (ASK_CVV_3, "123#"), (ASK_POSTAL, "60601#")
    ) as phone:
        assert await CardEntry(phone, TODAY, NOBODY).ask() is not BACK
    assert 1 == phone.heard.count(ASK_POSTAL)
