"""What a dialplan may have asked, and in which words."""

from __future__ import annotations

import pytest

from paytone.ask import GO_SLOWER, STILL_THERE
from paytone.flows.card_entry import (
    ASK_ANY_POSTAL,
    ASK_CARD,
    ASK_CVV_3,
    ASK_CVV_4,
    ASK_EXPIRY,
    ASK_POSTAL,
    BRANDS_TAKEN,
    CARD_MISREAD,
    ENTER_AGAIN,
    ENTRIES_DIFFER,
    POSTAL_TOO_SHORT,
)
from paytone.flows.pay_bill import TRY_ANOTHER_CARD
from paytone.flows.reworded import Step
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from paytone.rules.pay_result import Result
from tests.flows.taking import AGREE, CARD, DONE, VISA, request
from tests.teller import Counter

NO_POSTAL = CARD[:3]
NO_CODE = (*CARD[:2], CARD[3])
AMEX: Turn = (ASK_CARD, "378282246310005#")


# What is asked


@pytest.mark.parametrize(
    ("given", "turns"),
    [
        pytest.param({"POSTAL": "no"}, NO_POSTAL, id="no postal code"),
        pytest.param({"POSTAL": "60601"}, NO_POSTAL, id="a postal code that is known"),
        pytest.param({"CVV": "no"}, NO_CODE, id="no security code"),
        pytest.param({"CVV": "no", "POSTAL": "no"}, CARD[:2], id="neither"),
    ],
)
async def test_what_is_not_wanted_is_not_asked(
    counter: Counter, given: dict[str, str], turns: tuple[Turn, ...]
) -> None:
    asked = await request(counter, **given)
    with ScriptedPhone(*turns, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    assert (ASK_CVV_3 in phone.heard) == ((ASK_CVV_3, "123") in turns)
    assert (ASK_POSTAL in phone.heard) == ((ASK_POSTAL, "60601") in turns)


async def test_longer_postal_codes_are_taken_and_shorter_ones_are_not(counter: Counter) -> None:
    asked = await request(counter, POSTAL_LENGTH="6")
    turns = (*CARD[:3], (ASK_ANY_POSTAL, "12345#"), (POSTAL_TOO_SHORT, ""))
    with ScriptedPhone(*turns, (ASK_ANY_POSTAL, "1234567#"), AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result


async def test_a_brand_that_is_not_taken_is_refused_by_name(counter: Counter) -> None:
    asked = await request(counter, BRANDS="amex discover")
    turns: tuple[Turn, ...] = ((ASK_CARD, f"{VISA}#"), AMEX, (ASK_EXPIRY, "0927"))
    with ScriptedPhone(*turns, (ASK_CVV_4, "1234"), (ASK_POSTAL, "60601"), AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    told = phone.heard[phone.heard.index(BRANDS_TAKEN) :]
    assert [BRANDS_TAKEN, Prompt("brand-amex"), Prompt("brand-discover"), ASK_CARD] == told[:4]
    assert ["378282246310005"[-4:]] == [taken.face.last_four if taken.face else ""]


async def test_a_number_asked_twice_must_be_the_same(counter: Counter) -> None:
    asked = await request(counter, TWICE="card-number security-code")
    turns: tuple[Turn, ...] = (
        (ASK_CARD, f"{VISA}#"),
        (ENTER_AGAIN, "5555555555554444#"),
        (ENTRIES_DIFFER, ""),
        (ASK_CARD, f"{VISA}#"),
        (ENTER_AGAIN, f"{VISA}#"),
        (ASK_EXPIRY, "0927"),
        (ASK_CVV_3, "123"),
        (ENTER_AGAIN, "123"),
        (ASK_POSTAL, "60601"),
    )
    with ScriptedPhone(*turns, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result


# In whose words


@pytest.mark.parametrize(
    ("sound", "turns", "heard"),
    [
        pytest.param(
            "card_number",
            ((Prompt("own:custom/x"), f"{VISA}#"),),
            [Prompt("own:custom/x")],
            id="a step",
        ),
        pytest.param(
            "card_number",
            ((Prompt("own:custom/x"), "1#"), (Prompt("own:custom/x"), f"{VISA}#")),
            [Prompt("own:custom/x"), CARD_MISREAD, Prompt("own:custom/x")],
            id="our words for the error stay",
        ),
        pytest.param(
            "card_number_invalid_card_number",
            ((ASK_CARD, "1#"), (Prompt("own:custom/x"), f"{VISA}#")),
            [ASK_CARD, Prompt("own:custom/x")],
            id="an error",
        ),
        pytest.param(
            "card_number_timeout",
            ((ASK_CARD, ""), (Prompt("own:custom/x"), f"{VISA}#")),
            [ASK_CARD, STILL_THERE, Prompt("own:custom/x"), GO_SLOWER],
            id="nothing keyed",
        ),
        pytest.param(
            "card_number_invalid_card_type",
            ((ASK_CARD, "36259600000004#"), (Prompt("own:custom/x"), f"{VISA}#")),
            [ASK_CARD, Prompt("own:custom/x")],
            id="a brand nobody takes",
        ),
        pytest.param(
            "card_number_3",
            ((ASK_CARD, "1#"), (ASK_CARD, "1#"), (Prompt("own:custom/x"), f"{VISA}#")),
            [ASK_CARD, CARD_MISREAD, ASK_CARD, Prompt("own:custom/x")],
            id="the third attempt",
        ),
        pytest.param(
            "card_number_invalid_card_number_2",
            ((ASK_CARD, "1#"), (Prompt("own:custom/x"), "1#"), (ASK_CARD, f"{VISA}#")),
            [ASK_CARD, Prompt("own:custom/x"), CARD_MISREAD, ASK_CARD],
            id="the second attempt after an error",
        ),
    ],
)
async def test_a_question_is_asked_in_words_of_the_admins_own(
    counter: Counter, sound: str, turns: tuple[Turn, ...], heard: list[Prompt]
) -> None:
    asked = await request(counter, {sound: "custom/x"})
    with ScriptedPhone(*turns, *CARD[1:], AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    assert heard == phone.heard[: len(heard)]


OWN = Prompt("own:custom/x")


@pytest.mark.parametrize(
    ("sound", "turns"),
    [
        ("expiration_date", (CARD[0], (OWN, "0927"), *CARD[2:], AGREE, DONE)),
        ("security_code", (*CARD[:2], (OWN, "123"), CARD[3], AGREE, DONE)),
        ("security_code_visa", (*CARD[:2], (OWN, "123"), CARD[3], AGREE, DONE)),
        ("postal_code", (*CARD[:3], (OWN, "60601"), AGREE, DONE)),
        ("confirmation", (*CARD, (OWN, "1"), DONE)),
        ("description", (*CARD, (OWN, ""), AGREE, DONE)),
        ("payment_completed", (*CARD, AGREE, (OWN, ""), DONE)),
        ("payment_confirmation", (*CARD, AGREE, (OWN, "#"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_every_step_has_words_of_its_own(
    counter: Counter, sound: str, turns: tuple[Turn, ...]
) -> None:
    asked = await request(counter, {sound: "custom/x"})
    with ScriptedPhone(*turns) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result


async def test_words_for_another_brand_are_not_said(counter: Counter) -> None:
    asked = await request(counter, {"security_code_amex": "custom/x"})
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    assert OWN not in phone.heard


@pytest.mark.parametrize(
    ("sound", "amount", "turns"),
    [
        ("payment_failed", "2001.00", (*CARD, AGREE, (OWN, ""), (TRY_ANOTHER_CARD, "*"))),
        ("another_method", "2001.00", (*CARD, AGREE, (OWN, "*"))),
        ("payment_canceled", "49.99", ((ASK_CARD, "*"), (OWN, ""))),
    ],
    ids=["declined", "another card", "cancelled"],
)
async def test_what_became_of_it_is_said_in_words_of_the_admins_own(
    counter: Counter, sound: str, amount: str, turns: tuple[Turn, ...]
) -> None:
    asked = await request(counter, {sound: "custom/x"}, AMOUNT=amount)
    with ScriptedPhone(*turns) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is not taken.result


async def test_the_amount_is_read_back_whatever_is_reworded(counter: Counter) -> None:
    """Nothing is charged that was not heard."""
    sounds = {"card_number": "a", "confirmation": "b", "description": "c", "payment_completed": "d"}
    asked = await request(counter, sounds)
    turns = ((Prompt("own:a"), f"{VISA}#"), *CARD[1:], (Prompt("own:b"), "1"))
    with ScriptedPhone(*turns, (Prompt("own:d"), ""), DONE) as phone:
        await asked.take(counter, phone)
    review = (
        Prompt("review-pay"),
        *spoken.money(Money(4999)),
        Prompt("own:c"),
        Prompt("review-from"),
    )
    assert phone.heard_in_order(*review)


async def test_each_step_is_told_with_its_attempt_and_error(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone((ASK_CARD, "1#"), (ASK_CARD, ""), *CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    assert [
        Step("card-number", 1, ""),
        Step("card-number", 2, "invalid-card-number"),
        Step("card-number", 3, "timeout"),
        Step("expiration-date", 1, ""),
        Step("security-code", 1, ""),
        Step("postal-code", 1, ""),
        Step("confirmation", 1, ""),
        Step("payment-confirmation", 1, ""),
    ] == asked.steps


async def test_what_was_keyed_is_told_masked_once_it_is_complete_and_right(
    counter: Counter,
) -> None:
    asked = await request(counter)
    with ScriptedPhone((ASK_CARD, f"{VISA[:-1]}2#"), *CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    number = {"card-number": "xxxxxxxxxxxx1111", "brand": "Visa"}
    expiry = {**number, "expiration-date": "xx/xx"}
    code = {**expiry, "security-code": "xxx"}
    assert [
        ("card-number", {}),
        ("card-number", {}),
        ("expiration-date", number),
        ("security-code", expiry),
        ("postal-code", code),
        ("confirmation", {**code, "postal-code": "xxxxx"}),
        ("payment-confirmation", {**code, "postal-code": "xxxxx"}),
    ] == asked.keyed


async def test_who_goes_back_has_keyed_less(counter: Counter) -> None:
    asked = await request(counter)
    number, expiry = CARD[:2]
    back: tuple[Turn, ...] = ((CARD[2][0], "*"), (expiry[0], "*"))
    with ScriptedPhone(number, expiry, *back, *CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    so_far = [(name, list(keyed)) for name, keyed in asked.keyed]
    assert [
        ("card-number", []),
        ("expiration-date", ["card-number", "brand"]),
        ("security-code", ["card-number", "brand", "expiration-date"]),
        ("expiration-date", ["card-number", "brand"]),
        ("card-number", []),
    ] == so_far[:5]
