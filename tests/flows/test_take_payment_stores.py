"""Cards that a dialplan has stored: with consent, and charged nothing by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.back_office.forget import forget_removed
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.keep_card import ACCEPT as AGREE_TO_KEEP
from paytone.flows.keep_card import (
    CARD_KEPT,
    CARD_NOT_KEPT,
    KEEP_FOR_BILLER,
    KEEP_ONCE,
    REFUSED_OFTEN,
)
from paytone.phone import HungUp, Manner
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.pay_result import Result
from paytone.store import methods
from tests.flows.taking import AGREE, CARD, DONE, VISA, request
from tests.teller import NOW, Counter

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
