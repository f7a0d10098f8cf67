"""What a dialplan may have asked, and stored, in which words; and bank accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from paytone.ask import GO_SLOWER, STILL_THERE
from paytone.back_office.forget import forget_removed
from paytone.flows import Checks
from paytone.flows.agreement import REVIEW_CHECK_KEYS
from paytone.flows.authorisation import ACCEPT, CANNOT_SPEAK, HOLDER, OWNER, SAY_NOW
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
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
from paytone.flows.keep_card import ACCEPT as AGREE_TO_KEEP
from paytone.flows.keep_card import (
    CARD_KEPT,
    CARD_NOT_KEPT,
    KEEP_FOR_BILLER,
    KEEP_ONCE,
    REFUSED_OFTEN,
)
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import CHECK_ACCEPTED, PAID, TRY_ANOTHER_CARD
from paytone.flows.reworded import Step
from paytone.phone import HungUp, Manner
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.fedach import Participant, read
from paytone.rules.money import Money
from paytone.rules.pay_result import Result
from paytone.store import banks, methods
from tests.checks import DEMO, ENQUIRIES
from tests.flows.taking import AGREE, CARD, DONE, VISA, request
from tests.spoken_yes import YES
from tests.teller import NOW, Counter

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


# Storing

STORE_ONLY = {"AMOUNT": "", "STORE": "reusable"}
CONSENT: Turn = (AGREE_TO_KEEP, "1")


async def test_a_card_is_only_stored_and_charges_nothing(counter: Counter) -> None:
    asked = await request(counter, **STORE_ONLY)
    with ScriptedPhone(*CARD, CONSENT) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    assert [] == counter.charges()
    assert phone.heard_in_order(KEEP_FOR_BILLER, AGREE_TO_KEEP, CARD_KEPT)
    (kept,) = await methods.of_customer(counter.store, asked.account.customer_id)
    assert taken.token == kept.token
    assert VISA not in repr(taken)


async def test_a_card_is_charged_and_stored(counter: Counter) -> None:
    asked = await request(counter, STORE="reusable")
    with ScriptedPhone(*CARD, AGREE, CONSENT, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    assert taken.token
    assert 1 == len(counter.charges())


async def test_who_does_not_agree_has_paid_and_stores_nothing(counter: Counter) -> None:
    asked = await request(counter, STORE="reusable")
    with ScriptedPhone(*CARD, AGREE, (AGREE_TO_KEEP, "*"), DONE) as phone:
        taken = await asked.take(counter, phone)
    assert (Result.SUCCESS, "") == (taken.result, taken.token)
    assert [] == await methods.of_customer(counter.store, asked.account.customer_id)


async def test_a_token_for_one_time_ends_after_a_day(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="0", STORE="one-time")
    with ScriptedPhone(*CARD, CONSENT) as phone:
        taken = await asked.take(counter, phone)
    assert KEEP_ONCE in phone.heard
    held = counter.sandbox.books_of().cards
    assert taken.token in held
    assert 0 == await methods.expire(counter.store, now=NOW + timedelta(hours=23))
    day_after = NOW + timedelta(hours=25)
    assert 1 == await methods.expire(counter.store, now=day_after)
    assert 1 == await forget_removed(counter.store, counter.desk.gateway, now=day_after)
    assert taken.token not in held


async def test_a_card_that_its_bank_does_not_know_is_not_stored(counter: Counter) -> None:
    asked = await request(counter, **STORE_ONLY)
    bad = ((ASK_CARD, "4000111111111115#"), *CARD[1:])
    with ScriptedPhone(*bad, CONSENT) as phone:
        taken = await asked.take(counter, phone)
    assert Result.DECLINED is taken.result
    assert CARD_NOT_KEPT in phone.heard


async def test_cards_are_not_tried_out_by_storing_them(counter: Counter) -> None:
    """Five that banks do not know in a day, from one number, whatever the reference."""
    bad = ((ASK_CARD, "4000111111111115#"), *CARD[1:], CONSENT)
    for number in range(5):
        asked = await request(counter, REFERENCE=f"R{number}", **STORE_ONLY)
        with ScriptedPhone(*bad) as phone:
            await asked.take(counter, phone, calling="3125550142")
    asked = await request(counter, REFERENCE="R6", **STORE_ONLY)
    with ScriptedPhone() as phone:
        taken = await asked.take(counter, phone, calling="3125550142")
    assert (Result.DECLINED, "held") == (taken.result, taken.code)
    assert REFUSED_OFTEN in phone.heard


@pytest.mark.parametrize(
    ("keys", "result"), [("*", Result.STAR), ("0", Result.PERSON), ("", Result.TOO_MANY)]
)
async def test_a_card_is_stored_only_with_consent(
    counter: Counter, keys: str, result: Result
) -> None:
    asked = await request(counter, **STORE_ONLY)
    with ScriptedPhone(*CARD, (AGREE_TO_KEEP, keys), manner=Manner(key_tries=1)) as phone:
        taken = await asked.take(counter, phone)
    assert result is taken.result
    assert {} == counter.sandbox.books_of().cards


@pytest.mark.parametrize("at", range(len(CARD) + 1))
async def test_hanging_up_while_a_card_is_to_be_stored_stores_nothing(
    counter: Counter, at: int
) -> None:
    whole = (*CARD, CONSENT)
    asked = await request(counter, **STORE_ONLY)
    with ScriptedPhone(*whole[:at], (whole[at][0], None)) as phone, pytest.raises(HungUp):
        await asked.take(counter, phone)
    assert {} == counter.sandbox.books_of().cards


# Bank accounts

BANK: tuple[Turn, ...] = (
    (ASK_ROUTING, "021000021"),
    (ASK_BANK_ACCOUNT, "1000000000#"),
    (BANK_ACCOUNT_AGAIN, "1000000000#"),
)
SPOKEN: tuple[Turn, ...] = (
    (CHECK_WITH_BANK, "1"),
    (REVIEW_CHECK_KEYS, "1"),
    (CANNOT_SPEAK, "1"),
    (SAY_NOW, ""),
    (ACCEPT, "1"),
)
BY_BANK = {"METHODS": "ach-debit", "NAME": "Some Payer"}


@pytest_asyncio.fixture
async def checks(counter: Counter) -> AsyncIterator[Counter]:
    """The counter, taking electronic checks from the demo's banks."""
    listed = [each for each in read(DEMO.read_text().splitlines()) if isinstance(each, Participant)]
    await banks.replace_all(counter.store, listed, by="test", now=NOW, force=False)
    yield replace(counter, desk=replace(counter.desk, checks=Checks(ENQUIRIES)))


async def test_a_bank_account_is_debited_once_it_is_authorised_aloud(checks: Counter) -> None:
    asked = await request(checks, **BY_BANK)
    turns = (*BANK, (IF_CHECKING, "1"), (IF_PERSONAL, "1"), *SPOKEN, DONE)
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        taken = await asked.take(checks, phone)
    assert Result.SUCCESS is taken.result
    assert phone.heard_in_order(OWNER, CHECK_ACCEPTED)
    assert HOLDER not in phone.heard
    (row,) = await checks.store.all("SELECT * FROM authorisations_in_full")
    assert ("Some Payer", "sale:INV-1001") == (row["customer"], row["biller_account"])
    assert "Some Payer, reference INV-1001" in row["mandate"]


@pytest.mark.parametrize("kind", ["consumer-savings", "commercial-checking"])
async def test_the_kind_of_account_is_not_asked_where_it_is_known(
    checks: Counter, kind: str
) -> None:
    asked = await request(checks, BANK_ACCOUNT_TYPE=kind, **BY_BANK)
    with ScriptedPhone(*BANK, *SPOKEN, DONE, voice=[YES]) as phone:
        taken = await asked.take(checks, phone)
    assert taken.payment is not None
    assert kind.endswith(str(taken.payment.face).split(" account")[0].split()[-1])
    assert IF_CHECKING not in phone.heard


async def test_card_or_bank_account_is_the_callers_choice_where_both_are_taken(
    checks: Counter,
) -> None:
    asked = await request(checks, METHODS="credit-card,ach-debit", NAME="Some Payer")
    with ScriptedPhone((PAY_WITH_CHECK, "2"), *CARD, AGREE, DONE) as phone:
        taken = await asked.take(checks, phone)
    assert Result.SUCCESS is taken.result
    assert PAID in phone.heard


@pytest.mark.parametrize("at", range(len(BANK) + len(SPOKEN)))
async def test_hanging_up_at_each_question_of_a_bank_account_debits_nothing(
    checks: Counter, at: int
) -> None:
    whole = (*BANK, *SPOKEN)
    asked = await request(checks, BANK_ACCOUNT_TYPE="consumer-checking", **BY_BANK)
    voice = [YES] if at > len(whole) - 2 else [None]
    with (
        ScriptedPhone(*whole[:at], (whole[at][0], None), voice=voice) as phone,
        pytest.raises(HungUp),
    ):
        await asked.take(checks, phone)
    assert [] == checks.charges()
