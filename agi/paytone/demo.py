"""The demo: a real SIP call that pays a bill, told as it happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paytone.caller import Caller, Heard, Hearing, NoAnswer, NotHeard, Refused, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU
from paytone.flows.method_entry import PAY_WITH_CARD
from paytone.flows.pay_bill import CONFIRMATION_IS, NEW_BALANCE_IS
from paytone.line.demo import CARD, NUMBERS, DemoAccount, Softphone
from paytone.prompts import Prompt
from paytone.prompts.catalogue import Catalogue
from paytone.rules import confirmation as confirmations
from paytone.rules.bill import Owed
from paytone.rules.payment import Payment, State
from paytone.store import Store, accounts, payments

SECRET: Final = frozenset({ASK_PIN, ASK_CARD, ASK_EXPIRY, ASK_CVV_3, ASK_POSTAL})
DIGIT: Final = "number-"


class DemoFailed(Exception):
    """The call did not do what the demo shows; the text says what."""


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What one demo call came to.

    Args:
        seconds: From answer to hang-up.
    """

    payment: Payment
    before: Owed
    after: Owed
    seconds: float


class Transcript:
    """Tells sentences as they end: when the caller keys, or when the next one begins."""

    def __init__(self, catalogue: Catalogue, tell: Callable[[str], None]) -> None:
        self._catalogue = catalogue
        self._tell = tell
        self._heard: list[Prompt] = []

    @property
    def language(self) -> str:
        """In which the line is spoken to."""
        return self._catalogue.language

    def heard(self, event: Heard) -> None:
        """The line began a prompt; a whole sentence after a finished one starts a new row."""
        if event.prompt is None:
            return
        if self._heard and self._catalogue.transcript(self._heard[-1:])[-1:] in "?!":
            self.end()
        self._heard.append(event.prompt)

    def pressed(self, keys: str) -> None:
        """The caller pressed *keys*, secret ones shown as dots."""
        self.end()
        self._tell(f"  Caller  [{keys}]")

    def end(self) -> None:
        """Tell what is not told yet."""
        if self._heard:
            self._tell(f"  Line    {self._catalogue.transcript(self._heard)}")
            self._heard.clear()


async def pay_by_phone(
    phone: Softphone, account: DemoAccount, *, sounds: Path, store: Store, transcript: Transcript
) -> Shown:
    """
    Dial the line, pay *account*'s bill with a new card, and check what came of it.

    Raises:
        DemoFailed: The call, the payment or what was said differ from what should be.
    """
    stored = await accounts.by_number(store, account.number)
    if stored is None:
        raise DemoFailed(
            f"the database has no account {account.number}: "
            "run `paytone accounts import provision/demo-accounts.csv`"
        )
    before = await accounts.owed(store, stored.id)
    if before.balance.cents <= 0:
        raise DemoFailed(
            f"account {account.number} owes {before.balance}, so there is nothing to pay: "
            "import a bill for it"
        )
    started = time.monotonic()
    heard = await _call(phone, account, Hearing.from_folder(sounds), transcript)
    seconds = time.monotonic() - started
    paid = await payments.by_confirmation(store, _confirmation(heard))
    if paid is None or paid.state is not State.SETTLING:
        raise DemoFailed("the confirmation number that was said belongs to no payment that counts")
    after = await accounts.owed(store, stored.id)
    if after.balance != before.balance - paid.towards_bill:
        raise DemoFailed(f"{before.balance} less {paid.towards_bill} is not {after.balance}")
    return Shown(paid, before, after, seconds)


async def _call(
    phone: Softphone, account: DemoAccount, hearing: Hearing, transcript: Transcript
) -> list[Prompt]:
    steps = (
        (ASK_ACCOUNT, account.number),
        (ASK_PIN, f"{account.pin}#"),
        (MENU, "1"),
        (ASK_AMOUNT_KIND, "2"),
        (PAY_WITH_CARD, "2"),
        (ASK_CARD, f"{CARD.replace(' ', '')}#"),
        (ASK_EXPIRY, "0930"),
        (ASK_CVV_3, "123"),
        (ASK_POSTAL, "10001"),
        (REVIEW_KEYS, "1"),
        (REPEAT_CONFIRMATION, "#"),
        (MENU, "#"),
    )
    try:
        async with Caller.dial(
            server=(phone.host, phone.port),
            number=NUMBERS[transcript.language],
            username=phone.user,
            password=phone.password,
            hearing=hearing,
            on_heard=transcript.heard,
            on_pressed=transcript.pressed,
        ) as call:
            await script(call, steps, secret=SECRET)
            await call.until_hung_up()
            return [prompt for prompt in call.heard if prompt is not None]
    except (NotHeard, NoAnswer, Refused) as exc:
        raise DemoFailed(f"the call did not go as it should: {exc}") from exc
    finally:
        transcript.end()


def _confirmation(heard: Sequence[Prompt]) -> str:
    """The confirmation number as it was said."""
    first, last = heard.index(CONFIRMATION_IS), heard.index(NEW_BALANCE_IS)
    said = "".join(p.removeprefix(DIGIT) for p in heard[first:last] if p.startswith(DIGIT))
    if not confirmations.is_valid(said):
        raise DemoFailed(f"the line said {said!r} for a confirmation number")
    return said
