"""The spoken authorisation of debits that follow by a schedule: read in full, said, accepted."""

from __future__ import annotations

from datetime import date
from typing import Final

from paytone.ask import Back
from paytone.flows import Talk
from paytone.flows.authorisation import Instead, Script, Spoken, name_of, spoken_yes
from paytone.flows.plan_words import first_day
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Authorisation, Given, Plan
from paytone.rules.method import BankFace
from paytone.rules.schedule import AutoPay, Once, Terms
from paytone.store.schedules import in_words

ONE_TIME: Final = Prompt("authorize-one-time")
RECURRING: Final = Prompt("authorize-recurring")
HOLDER: Final = Prompt("authorize-holder")
DATE: Final = Prompt("authorize-date")
REVOKE: Final = Prompt("authorize-plan-revoke")
SAY_NOW: Final = Prompt("authorize-say-now")
SAY_THESE: Final = Prompt("authorize-say-these")
ACCEPT: Final = Prompt("authorize-plan-accept")


def script_of(talk: Talk, terms: Terms, words: tuple[Prompt, ...]) -> Script:
    """
    All that is read of *terms*, and what the caller is to say.

    Args:
        words: The terms; what only a debit of a bank account needs is added to them.
    """
    repeats = not isinstance(terms, Once)
    facts = (
        *words,
        RECURRING if repeats else ONE_TIME,
        HOLDER,
        *spoken.digits(talk.account.ending),
        DATE,
        *spoken.date(talk.desk.clock().date(), year=True),
        REVOKE,
    )
    return Script(facts, SAY_THESE if repeats else SAY_NOW, ACCEPT)


async def authorise_plan(
    talk: Talk, terms: Terms, debited: BankFace, script: Script
) -> Given | Back | Instead:
    """What the caller authorised aloud for the debits of *terms*; otherwise as `spoken_yes`."""
    phone, desk = talk.phone, talk.desk
    customer = await name_of(phone, desk, talk.account)
    spoke = await spoken_yes(phone, desk, script)
    if not isinstance(spoke, Spoken):
        return spoke
    today = spoke.at.date()
    authorisation = Authorisation(
        customer=customer,
        biller_account=talk.account.ending,
        debited=debited,
        amount=None if isinstance(terms, AutoPay) else terms.amount,
        debit_on=_earliest(terms, today),
        given_on=today,
        enquiries=desk.enquiries,
        plan=Plan(in_words(terms), repeats=not isinstance(terms, Once)),
    )
    return spoke.given(authorisation)


def _earliest(terms: Terms, today: date) -> date:
    """Of AutoPay today: a bill may be planned for that was told of before."""
    return today if isinstance(terms, AutoPay) else first_day(terms, today)
