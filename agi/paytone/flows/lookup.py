"""One payment, by its confirmation number."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paytone.ask import BACK, BadAnswer, Question, TooManyTries, ask, patiently
from paytone.flows import Call, Desk
from paytone.flows.history import tell_payment
from paytone.flows.receipt_offer import ReceiptOffer
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.confirmation import LENGTH, is_valid
from paytone.rules.job import Ended, Next, Status
from paytone.store import payments

ASK_CONFIRMATION: Final = Prompt("ask-confirmation")
CONFIRMATION_MISREAD: Final = Prompt("confirmation-misread")
NO_SUCH_PAYMENT: Final = Prompt("no-such-payment")
ANOTHER_NUMBER: Final = Prompt("press-1-another-number")


def read_confirmation(digits: str) -> str:
    """Nine digits of which the last fits the others."""
    if len(digits) != LENGTH:
        raise BadAnswer(CONFIRMATION_MISREAD)
    if not is_valid(digits):
        raise BadAnswer(NO_SUCH_PAYMENT)
    return digits


async def lookup(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Say all of the customer's payment with the number that is keyed, one after another.

    A number of somebody else's payment is told like one that no payment has.

    Raises:
        TooManyTries: No number that is the customer's was keyed in as many tries as there are.
    """
    receipts = await ReceiptOffer.to(phone, desk, call, account)
    tries = 0
    while tries < phone.manner.entry_tries:
        question = Question((ASK_CONFIRMATION,), read_confirmation, at_most=LENGTH + 1)
        number = await ask(phone, question)
        if number is BACK:
            break
        payment = await patiently(
            phone, payments.of_customer(desk.store, account.customer_id, number)
        )
        if payment is None:
            await phone.say(NO_SUCH_PAYMENT)
            tries += 1
            continue
        another = False
        with suppress(TooManyTries):
            another = await tell_payment(phone, desk, payment, receipts, more=ANOTHER_NUMBER)
        if not another:
            break
    else:
        raise TooManyTries
    return Ended(Status.DONE, Next.MENU)
