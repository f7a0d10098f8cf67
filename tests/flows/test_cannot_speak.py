"""
Whoever cannot speak has another way than the spoken authorisation, and is told so (47 CFR 7.3).

The words themselves are tested, in both languages: a caller who cannot speak decides by them.
"""

from __future__ import annotations

import pytest

from paytone.ask import WantsPerson
from paytone.flows.authorisation import (
    CANNOT_SPEAK,
    CARD_INSTEAD,
    CARD_OR_PERSON,
    HEAR_AGAIN,
    NEEDED,
    SAY_NOW,
    SPEAK,
)
from paytone.flows.autopay import autopay
from paytone.flows.pay_bill import pay_bill
from paytone.flows.plan_authorisation import SAY_THESE
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.prompts.catalogue import transcript
from paytone.rules.bill import Account
from paytone.rules.job import Status
from paytone.store import authorisations
from tests.checks import CARD, READY, REVIEWED, SPEAKS, TO_REVIEW, debits
from tests.flows.debited import AUTOPAY, NEW_CARD, customer
from tests.plans import writing
from tests.teller import Counter

CHOICES = (CANNOT_SPEAK, SPEAK, CARD_INSTEAD, HEAR_AGAIN)
BEFORE = {
    "en": "You will now be asked to speak. If you cannot, pay by card, or press 0 for a person. "
    "To speak your authorization, press 1. To pay by card instead, press 2. "
    "To hear this again, press 3.",
    "es": "Ahora se le pedirá que hable. Si no puede, pague con tarjeta u oprima 0 para una "
    "persona. Para decir su autorización, oprima 1. Para pagar mejor con tarjeta, oprima 2. "
    "Para escuchar esto de nuevo, oprima 3.",
}
AFTERWARDS = {
    "en": "Without your spoken authorization we cannot take money from your bank account. "
    "You have not been charged. To pay by card, press 1. For a person, press 0.",
    "es": "Sin su autorización hablada no podemos tomar dinero de su cuenta bancaria. "
    "No se le ha cobrado nada. Para pagar con tarjeta, oprima 1. Para una persona, oprima 0.",
}
PAYS: tuple[Turn, ...] = (*TO_REVIEW, REVIEWED)
SETS_UP: tuple[Turn, ...] = AUTOPAY[:4]
TRIES: tuple[Turn, ...] = (READY, SPEAKS, SPEAKS, SPEAKS)

languages = pytest.mark.parametrize("language", ["en", "es"])


def said_from(phone: ScriptedPhone, first: Prompt, count: int) -> str:
    """The words of *count* prompts from the first time that *first* was heard."""
    at = phone.heard.index(first)
    return transcript(phone.heard[at : at + count], phone.language)


async def pays(checks: Counter, phone: ScriptedPhone) -> tuple[Account, Status]:
    account = await checks.account()
    ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    return account, ended.status


@languages
async def test_card_and_person_are_named_before_anything_is_to_be_said(
    checks: Counter, language: str
) -> None:
    with ScriptedPhone(*PAYS, (CANNOT_SPEAK, "2"), *CARD, language=language) as phone:
        account, status = await pays(checks, phone)
    assert BEFORE[language] == said_from(phone, CANNOT_SPEAK, len(CHOICES))
    assert Status.PAID is status
    (payment,) = await checks.payments(account)
    assert "Visa ending in 1111" == str(payment.face)
    await _nothing_was_spoken_or_debited(checks, phone)


@languages
async def test_a_person_is_one_key_away_before_anything_is_to_be_said(
    checks: Counter, language: str
) -> None:
    with (
        ScriptedPhone(*PAYS, (CANNOT_SPEAK, "0"), language=language) as phone,
        pytest.raises(WantsPerson),
    ):
        await pays(checks, phone)
    assert BEFORE[language] == said_from(phone, CANNOT_SPEAK, len(CHOICES))
    await _nothing_was_spoken_or_debited(checks, phone)
    assert [] == checks.charges()


@languages
async def test_card_and_person_are_named_again_to_whoever_was_silent(
    checks: Counter, language: str
) -> None:
    turns = (*PAYS, *TRIES, (CARD_OR_PERSON, "1"), *CARD)
    with ScriptedPhone(*turns, voice=[SILENCE] * 3, language=language) as phone:
        account, status = await pays(checks, phone)
    assert AFTERWARDS[language] == said_from(phone, NEEDED, 2)
    assert Status.PAID is status
    (payment,) = await checks.payments(account)
    assert "Visa ending in 1111" == str(payment.face)
    assert [] == [each for each in debits(checks) if each[1]]


@languages
async def test_a_person_is_one_key_away_for_whoever_was_silent(
    checks: Counter, language: str
) -> None:
    turns = (*PAYS, *TRIES, (CARD_OR_PERSON, "0"))
    with (
        ScriptedPhone(*turns, voice=[SILENCE] * 3, language=language) as phone,
        pytest.raises(WantsPerson),
    ):
        await pays(checks, phone)
    assert AFTERWARDS[language] == said_from(phone, NEEDED, 2)
    assert [] == checks.charges()


@languages
async def test_they_are_named_for_plans_from_a_bank_account_as_well(
    checks: Counter, language: str
) -> None:
    account = await customer(checks)
    turns = (*SETS_UP, (CANNOT_SPEAK, "2"), *NEW_CARD)
    with ScriptedPhone(*turns, language=language) as phone:
        await autopay(phone, writing(checks).desk, await checks.call(), account)
    assert BEFORE[language] == said_from(phone, CANNOT_SPEAK, len(CHOICES))
    await _nothing_was_spoken_or_debited(checks, phone)


async def _nothing_was_spoken_or_debited(checks: Counter, phone: ScriptedPhone) -> None:
    assert not {SAY_NOW, SAY_THESE} & set(phone.heard)
    assert [] == await authorisations.listed(checks.store, since=None)
    assert [] == [each for each in debits(checks) if each[1]]
