"""A caller who wants no more calls: for the number that calls, or for another; no PIN is asked."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, Question, ask, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.text_consent import number_in_words, read_mobile
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status
from paytone.store import do_not_call
from paytone.store.do_not_call import Stopped

STOP_TO: Final = Prompt("stop-calls-to")
PRESS_1: Final = Prompt("press-1")
ANOTHER: Final = Prompt("stop-calls-another")
ASK_NUMBER: Final = Prompt("stop-calls-ask-number")
DONE: Final = Prompt("stop-calls-done")


async def stop_calls(phone: Phone, desk: Desk, call: Call) -> Ended:
    """
    Take a number off every list of calls that we make, at once and for ever.

    Whoever may want it may have it: nothing is told of any account.
    """
    number = call.calling
    while True:
        if number is None:
            answer = await ask(phone, Question((ASK_NUMBER,), read_mobile, at_most=11))
            if answer is BACK:
                return Ended(Status.CANCELLED, Next.MENU)
            number = answer
        words = (STOP_TO, *number_in_words(number), PRESS_1, ANOTHER)
        choice = await choose(phone, *words, keys="12")
        if choice is BACK:
            return Ended(Status.CANCELLED, Next.MENU)
        if choice == "1":
            break
        number = None
    await patiently(
        phone,
        do_not_call.stop(
            desk.store,
            number,
            source=Stopped.CALL,
            said=f"{STOP_TO} {PRESS_1}",
            now=desk.clock(),
            call_id=call.id,
        ),
    )
    await phone.announce(DONE)
    return Ended(Status.DONE, Next.MENU)
