"""The spoken authorisation of a bank debit: what is read out, what is said, what is accepted."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Desk
from paytone.flows.bank_entry import bank_account_in_words
from paytone.flows.voice import speech_in
from paytone.phone import CannotRecord, Phone
from paytone.prompts import Prompt, spoken
from paytone.prompts.catalogue import transcript
from paytone.rules.authorisation import Authorisation, Fact, Given, Recording
from paytone.rules.bill import Account
from paytone.rules.method import BankFace
from paytone.rules.money import Money
from paytone.store import authorisations

log = logging.getLogger(__name__)

LISTEN: Final = Prompt("authorize-listen")
ONE_TIME: Final = Prompt("authorize-one-time")
HOLDER: Final = Prompt("authorize-holder")
OWNER: Final = Prompt("authorize-owner")
FROM_YOUR: Final = Prompt("authorize-from")
AMOUNT: Final = Prompt("authorize-amount")
DEBIT_DATE: Final = Prompt("authorize-debit-date")
DATE: Final = Prompt("authorize-date")
ENQUIRIES: Final = Prompt("authorize-enquiries")
BUSINESS_HOURS: Final = Prompt("authorize-business-hours")
REVOKE: Final = Prompt("authorize-revoke")

CANNOT_SPEAK: Final = Prompt("authorize-cannot-speak")
SPEAK: Final = Prompt("authorize-speak")
CARD_INSTEAD: Final = Prompt("authorize-card-instead")
HEAR_AGAIN: Final = Prompt("authorize-hear-again")
SAY_NOW: Final = Prompt("authorize-say-now")
NOT_SPOKEN: Final = Prompt("authorize-not-spoken")
ACCEPT: Final = Prompt("authorize-accept")
ONCE_MORE: Final = Prompt("authorize-once-more")
PLAY_BACK: Final = Prompt("authorize-play-back")
NEEDED: Final = Prompt("authorize-needed")
CARD_OR_PERSON: Final = Prompt("authorize-card-or-person")
LINE_TROUBLE: Final = Prompt("line-trouble")


class Instead(Enum):
    """The caller pays in another way than by bank account."""

    CARD = "card"


@dataclass(frozen=True, slots=True)
class Script:
    """
    What a spoken authorisation is made of.

    Args:
        facts: All that is authorised; read in full.
        say: What the caller is to say.
        accept: The key that gives it, once it was said.
    """

    facts: tuple[Prompt, ...]
    say: Prompt
    accept: Prompt


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the caller said, *at* then, after all of *read_out* was read in *language*."""

    recording: Recording
    at: datetime
    language: str
    read_out: str

    def given(self, authorisation: Authorisation) -> Given:
        """*authorisation*, given by this."""
        return Given(authorisation, self.recording, self.at, self.language, self.read_out)


LONGEST_S: Final = 20.0
SILENCE_S: Final = 3.0


def facts_in_words(authorisation: Authorisation) -> dict[Fact, tuple[Prompt, ...]]:
    """
    The prompts that tell each of the eight facts.

    The name itself is spoken by the caller, into the recording: no prompt can say it.
    """
    assert authorisation.amount is not None, "a debit in the call is of one amount"
    return {
        Fact.ONE_TIME: (LISTEN, ONE_TIME),
        Fact.NAME: _whose(authorisation),
        Fact.ACCOUNT: (FROM_YOUR, *bank_account_in_words(authorisation.debited)),
        Fact.AMOUNT: (AMOUNT, *spoken.money(authorisation.amount)),
        Fact.DEBIT_DATE: (DEBIT_DATE, *spoken.date(authorisation.debit_on, year=True)),
        Fact.DATE: (DATE, *spoken.date(authorisation.given_on, year=True)),
        Fact.ENQUIRIES: (
            ENQUIRIES,
            *spoken.digits(authorisation.enquiries, group=3),
            BUSINESS_HOURS,
        ),
        Fact.REVOKE: (REVOKE,),
    }


def _whose(authorisation: Authorisation) -> tuple[Prompt, ...]:
    if authorisation.is_for_sale:
        return (OWNER,)
    return (HOLDER, *spoken.digits(authorisation.biller_account))


async def authorise(
    phone: Phone, desk: Desk, account: Account, amount: Money, debited: BankFace
) -> Given | Back | Instead:
    """What the caller authorised aloud for a debit today; otherwise as `spoken_yes`."""
    assert desk.checks is not None, "no bank account is asked for without"
    today = desk.clock().date()
    authorisation = Authorisation(
        customer=await name_of(phone, desk, account),
        biller_account=account.number if account.is_sale else account.ending,
        debited=debited,
        amount=amount,
        debit_on=today,
        given_on=today,
        enquiries=desk.checks.enquiries,
    )
    words = facts_in_words(authorisation).values()
    facts = tuple(prompt for each in words for prompt in each)
    spoke = await spoken_yes(phone, desk, Script(facts, SAY_NOW, ACCEPT))
    return spoke.given(authorisation) if isinstance(spoke, Spoken) else spoke


async def name_of(phone: Phone, desk: Desk, account: Account) -> str:
    """The name that the biller holds for the customer."""
    return await patiently(phone, authorisations.customer_name(desk.store, account.customer_id))


async def spoken_yes(phone: Phone, desk: Desk, script: Script) -> Spoken | Back | Instead:
    """
    What the caller said and accepted; `BACK` cancels, CARD pays by card instead.

    All facts are read out in full first. Whoever cannot speak is offered a card or a person
    before anything is recorded (47 CFR 7.3), and so is whoever stays silent.
    """
    choice: str | Back = "3"
    while choice == "3":
        await phone.announce(*script.facts)
        words = (CANNOT_SPEAK, SPEAK, CARD_INSTEAD, HEAR_AGAIN)
        choice = await choose(phone, *words, keys="123")
    if choice is BACK:
        return BACK
    if choice == "2":
        return Instead.CARD
    try:
        recording = await _spoken(phone, script)
    except CannotRecord as exc:
        log.error("a spoken authorisation cannot be recorded: %s", exc)
        await phone.announce(LINE_TROUBLE, NEEDED)
        recording = None
    if recording is BACK:
        return BACK
    if recording is not None:
        text = await asyncio.to_thread(transcript, script.facts, phone.language, desk.sounds)
        return Spoken(recording, desk.clock(), phone.language, text)
    return BACK if await choose(phone, CARD_OR_PERSON, keys="1") is BACK else Instead.CARD


async def _spoken(phone: Phone, script: Script) -> Recording | Back | None:
    """A recording that holds speech and was accepted with 1; None after too many tries."""
    for _ in range(phone.manner.entry_tries):
        await phone.announce(script.say)
        recording = await _record(phone)
        if recording is None:
            await phone.announce(NOT_SPOKEN)
            continue
        choice: str | Back = "3"
        while choice == "3":
            choice = await choose(phone, script.accept, ONCE_MORE, PLAY_BACK, keys="123")
            if choice == "3":
                await phone.play(recording.audio)
        if choice is BACK:
            return BACK
        if choice == "1":
            return recording
    await phone.announce(NEEDED)
    return None


async def _record(phone: Phone) -> Recording | None:
    return await speech_in(await phone.record(longest=LONGEST_S, silence=SILENCE_S))
