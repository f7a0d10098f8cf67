"""Which receipts the customer gets, and where: said, switched, and changed."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paytone.ask import TooManyTries, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.history import GO_ON
from paytone.flows.pace import PRESS_4_USUAL_PACE, go_as_usual
from paytone.flows.text_consent import agree_to_texts, number_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.contact import Channel, Contacts
from paytone.rules.job import Ended, Next, Status
from paytone.rules.pace import Pace
from paytone.store import contacts
from paytone.store.contacts import Source

NO_RECEIPTS: Final = Prompt("receipts-not-sent-here")
TEXTS_ON: Final = Prompt("texts-on")
TEXTS_OFF: Final = Prompt("texts-off")
EMAIL_ON: Final = Prompt("email-receipts-on")
EMAIL_OFF: Final = Prompt("email-receipts-off")
EMAIL_UNKNOWN: Final = Prompt("email-unknown")
EMAIL_CHANGED_HOW: Final = Prompt("email-changed-how")
START_TEXTS: Final = Prompt("press-1-start-texts")
STOP_TEXTS: Final = Prompt("press-1-stop-texts")
OTHER_NUMBER: Final = Prompt("press-2-other-number")
START_EMAIL: Final = Prompt("press-3-start-email")
STOP_EMAIL: Final = Prompt("press-3-stop-email")
TEXTS_STOPPED: Final = Prompt("texts-stopped")
CHANGED: Final = Prompt("receipts-changed")


async def receipts(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Say which receipts go where, and change that as often as the caller likes.

    A mobile number is read back and agreed to; an e-mail address cannot be keyed, only receipts
    there be switched. Whose calls go slowly can have the usual pace back. Whoever says nothing
    has heard enough.
    """
    if not desk.letters_by and phone.manner.pace is Pace.USUAL:
        await phone.say(NO_RECEIPTS)
        return Ended(Status.DONE, Next.MENU)
    with suppress(TooManyTries):
        while True:
            _, reached = await patiently(phone, contacts.of_account(desk.store, account.id))
            options = _options(desk, reached)
            if phone.manner.pace is Pace.SLOW:
                options["4"] = PRESS_4_USUAL_PACE
            words = (*_state_in_words(desk, reached), *options.values(), GO_ON)
            choice = await choose(phone, *words, keys="".join(options) + "#")
            if choice not in options:
                break
            await _change(phone, desk, call, account, reached=reached, choice=str(choice))
    return Ended(Status.DONE, Next.MENU)


def _state_in_words(desk: Desk, reached: Contacts) -> tuple[Prompt, ...]:
    words: list[Prompt] = [] if desk.letters_by else [NO_RECEIPTS]
    if Channel.SMS in desk.letters_by:
        if reached.sms_receipts and reached.mobile:
            words += (TEXTS_ON, *number_in_words(reached.mobile))
        else:
            words.append(TEXTS_OFF)
    if Channel.EMAIL in desk.letters_by:
        if reached.email is None:
            words.append(EMAIL_UNKNOWN)
        else:
            words.append(EMAIL_ON if reached.email_receipts else EMAIL_OFF)
        words.append(EMAIL_CHANGED_HOW)
    return tuple(words)


def _options(desk: Desk, reached: Contacts) -> dict[str, Prompt]:
    options: dict[str, Prompt] = {}
    if Channel.SMS in desk.letters_by:
        options["1"] = STOP_TEXTS if reached.sms_receipts else START_TEXTS
        if reached.sms_receipts:
            options["2"] = OTHER_NUMBER
    if Channel.EMAIL in desk.letters_by and reached.email is not None:
        options["3"] = STOP_EMAIL if reached.email_receipts else START_EMAIL
    return options


async def _change(
    phone: Phone, desk: Desk, call: Call, account: Account, *, reached: Contacts, choice: str
) -> None:
    source, now = Source.caller(call.id), desk.clock()
    if choice == "3":
        wanted = not reached.email_receipts
        why = str(START_EMAIL if wanted else STOP_EMAIL)
        work = contacts.want_email(
            desk.store, account.id, wanted=wanted, why=why, source=source, now=now
        )
        await patiently(phone, work)
    elif choice == "4":
        await go_as_usual(phone, desk, call, account)
    elif choice == "1" and reached.sms_receipts:
        work = contacts.stop_texts(
            desk.store, account.id, how=str(STOP_TEXTS), source=source, now=now
        )
        await patiently(phone, work)
        await phone.say(TEXTS_STOPPED)
        return
    else:
        mobile = None if choice == "2" else reached.mobile
        if not await agree_to_texts(phone, desk, call, account, mobile):
            return
    await phone.say(CHANGED)
