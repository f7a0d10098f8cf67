"""Whether and where a caller wants text messages: a number read back, terms, and a key."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, BadAnswer, Question, ask, choose, patiently
from paytone.flows import Call, Desk
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.contact import ten_digits
from paytone.store import contacts
from paytone.store.contacts import Source

ASK_MOBILE: Final = Prompt("ask-mobile")
MOBILE_MISREAD: Final = Prompt("mobile-misread")
TEXTS_GO_TO: Final = Prompt("texts-go-to")
TEXTS_TERMS: Final = Prompt("texts-terms")
TEXTS_AGREE: Final = Prompt("texts-agree")


def read_mobile(digits: str) -> str:
    """A number that a phone in North America may have."""
    number = ten_digits(digits)
    if number is None:
        raise BadAnswer(MOBILE_MISREAD)
    return number


def number_in_words(number: str) -> tuple[Prompt, ...]:
    """Ten digits in threes and a four."""
    return (*spoken.digits(number[:6], group=3), spoken.PAUSE_SHORT, *spoken.digits(number[6:]))


async def agree_to_texts(
    phone: Phone, desk: Desk, call: Call, account: Account, mobile: str | None
) -> bool:
    """
    Whether the caller agreed to text messages, at *mobile* or at a number keyed now.

    What was agreed to is stored with the names of the prompts that said it.

    Raises:
        StoreAway: The agreement may not be stored.
    """
    while True:
        if mobile is None:
            answer = await ask(phone, Question((ASK_MOBILE,), read_mobile, at_most=11))
            if answer is BACK:
                return False
            mobile = answer
        terms = (TEXTS_GO_TO, *number_in_words(mobile), TEXTS_TERMS)
        choice = await choose(phone, TEXTS_AGREE, keys="12", announce=terms)
        if choice is BACK:
            return False
        if choice == "1":
            break
        mobile = None
    work = contacts.agree_to_texts(
        desk.store,
        account.id,
        mobile,
        said=f"{phone.language}: {TEXTS_GO_TO} {TEXTS_TERMS} {TEXTS_AGREE}",
        source=Source.caller(call.id),
        now=desk.clock(),
    )
    await patiently(phone, work)
    return True
