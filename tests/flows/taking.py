"""A dialplan's request for a payment, and a caller who answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paytone.flows import Talk
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.reworded import Reworded, Step
from paytone.flows.take_payment import take_payment
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, own_sounds
from paytone.rules.bill import Account
from paytone.rules.pay_request import PayRequest, Terms, read_request
from paytone.rules.pay_result import Taken
from paytone.store import payment_requests
from tests.teller import Counter

VISA = "4111111111111111"
CARD: tuple[Turn, ...] = (
    (ASK_CARD, f"{VISA}#"),
    (ASK_EXPIRY, "0927"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
)
AGREE: Turn = (REVIEW_KEYS, "1")
DONE: Turn = (REPEAT_CONFIRMATION, "#")
USUAL = {"AMOUNT": "49.99", "REFERENCE": "INV-1001"}


@dataclass
class Request:
    """
    One request, as the dialplan's variables make it.

    Attributes:
        steps: Every question that was about to be asked.
        keyed: Each of these, and what was keyed before it.
    """

    asked: PayRequest
    account: Account
    sounds: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    keyed: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def take(
        self, counter: Counter, phone: ScriptedPhone, *, calling: str | None = None
    ) -> Taken:
        """What comes of it on a new call."""

        async def own(name: str) -> tuple[Prompt, ...]:
            return own_sounds(self.sounds[name]) if name in self.sounds else ()

        def reached(step: Step, keyed: Mapping[str, str]) -> None:
            self.steps.append(step)
            self.keyed.append((step.name, keyed))

        line = Reworded(phone, own, reached)
        talk = Talk(line, counter.desk, await counter.call(calling), self.account)
        return await take_payment(talk, line, self.asked)


def terms(counter: Counter, *, callbacks: tuple[str, ...] = ()) -> Terms:
    """What the counter's line can do."""
    return Terms(
        "USD",
        counter.desk.limits,
        takes_checks=counter.desk.checks is not None,
        languages=frozenset({"en"}),
        callbacks=callbacks,
    )


async def request(
    counter: Counter, sounds: dict[str, str] | None = None, /, **given: str
) -> Request:
    """A request for 49.99 under INV-1001, or what *given* says, stored."""
    asked = read_request({**USUAL, **given}, terms(counter))
    call = await counter.call()
    opened = await payment_requests.begin(
        counter.store, asked, currency="USD", call_id=call.id, now=counter.desk.clock()
    )
    return Request(asked, opened.account, sounds or {})
