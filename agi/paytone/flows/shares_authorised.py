"""The spoken authorisation of debits for several accounts at once: each share named, said once."""

from __future__ import annotations

from typing import Final

from paytone.ask import Back
from paytone.flows import Desk
from paytone.flows.authorisation import (
    ACCEPT,
    AMOUNT,
    BUSINESS_HOURS,
    DATE,
    DEBIT_DATE,
    ENQUIRIES,
    FROM_YOUR,
    HOLDER,
    LISTEN,
    REVOKE,
    Instead,
    Script,
    Spoken,
    name_of,
    spoken_yes,
)
from paytone.flows.bank_entry import bank_account_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Authorisation, Given
from paytone.rules.method import BankFace
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE
from paytone.rules.shares import Share

ONE_TIME_EACH: Final = Prompt("authorize-one-time-each")
SAY_THESE: Final = Prompt("authorize-say-these")


async def authorise_shares(
    phone: Phone, desk: Desk, shares: tuple[Share, ...], debited: BankFace, fee: Money
) -> tuple[Given, ...] | Back | Instead:
    """
    What the caller authorised aloud for each of *shares*, debited today; else as `spoken_yes`.

    One recording serves for all: each debit, with its account and amount, was read out before.

    Args:
        fee: Debited with the first share.
    """
    assert desk.checks is not None, "no bank account is asked for without"
    today = desk.clock().date()
    customer = await name_of(phone, desk, shares[0].account)
    debits = [
        Authorisation(
            customer=customer,
            biller_account=share.account.ending,
            debited=debited,
            amount=share.amount + (fee if share is shares[0] else NO_FEE),
            debit_on=today,
            given_on=today,
            enquiries=desk.checks.enquiries,
        )
        for share in shares
    ]
    spoke = await spoken_yes(phone, desk, Script(_facts(debits), SAY_THESE, ACCEPT))
    return tuple(map(spoke.given, debits)) if isinstance(spoke, Spoken) else spoke


def _facts(debits: list[Authorisation]) -> tuple[Prompt, ...]:
    words = [LISTEN, ONE_TIME_EACH, FROM_YOUR, *bank_account_in_words(debits[0].debited)]
    for debit in debits:
        assert debit.amount is not None, "a debit in the call is of one amount"
        words += [HOLDER, *spoken.digits(debit.biller_account)]
        words += [AMOUNT, *spoken.money(debit.amount)]
    today = spoken.date(debits[0].given_on, year=True)
    telephone = spoken.digits(debits[0].enquiries, group=3)
    words += [DEBIT_DATE, *today, DATE, *today, ENQUIRIES, *telephone, BUSINESS_HOURS, REVOKE]
    return tuple(words)
