"""Callers without a PIN, and a line that helps them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from paytone.flows import CallsOut
from paytone.flows.card_entry import ENTER_AGAIN
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, identify
from paytone.flows.new_pin import ASK_NEW_PIN
from paytone.flows.no_pin import BY_CODE
from paytone.flows.passcode_entry import ASK_CODE, BY_EMAIL
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Level, Next, Status
from paytone.rules.passcode import Codes
from paytone.rules.pin import pin_matches
from paytone.rules.security import SecurityQuestion
from paytone.store import Store, accounts
from tests.teller import NUMBER, Counter

CODES: Final = Codes(b"the line's key")
ZIP: Final = "60601"
STRANGERS: Final = "4412000000009999"
NEW_PIN: Final = "830572"
KNOWN: Final = Ended(Status.DONE, Next.ACCOUNT, level=Level.VERIFIED)
REFUSED: Final = Ended(Status.REFUSED, Next.AGENT)
FORGOTTEN: tuple[Turn, ...] = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "##"))
"""The first pound ends the number, which was complete without."""
HAS_ONE: tuple[Turn, ...] = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, "4"))
NEW: tuple[Turn, ...] = ((ASK_NEW_PIN, f"{NEW_PIN}#"), (ENTER_AGAIN, f"{NEW_PIN}#"))


def helping(counter: Counter, *questions: SecurityQuestion) -> Counter:
    """The same counter on a line that sends codes in every way, and asks *questions*."""
    desk = replace(
        counter.desk,
        codes=CODES,
        letters_by=frozenset(Channel),
        calls_out=CallsOut(reach="8008926996", stop="8005550199"),
        security_questions=questions,
    )
    return replace(counter, desk=desk)


async def billed_at(store: Store, zip_code: str = ZIP, number: str = NUMBER) -> None:
    """The account is billed at that ZIP code."""
    await store.run(
        "UPDATE accounts SET zip = %(zip)s WHERE number = %(number)s", zip=zip_code, number=number
    )


async def last_code(store: Store) -> str:
    """The code that was asked for last."""
    row = await store.one("SELECT name FROM passcodes ORDER BY asked_at DESC, name LIMIT 1")
    assert row is not None
    return str.__str__(CODES.of(row["name"]).digits)


def wrong(code: str) -> str:
    """Another code than that."""
    return f"{(int(code) + 1) % 1_000_000:06}"


async def asked(helper: Counter, *, calling: str | None = None, way: str = "1") -> str:
    """A call that asks for a code and hangs up; the code."""
    turns = (*FORGOTTEN, (BY_CODE, "1"), (BY_EMAIL, way), (ASK_CODE, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await identify(phone, helper.desk, await helper.call(calling))
    return await last_code(helper.store)


async def pin_is(helper: Counter, pin: str) -> bool:
    account = await accounts.by_number(helper.store, NUMBER)
    assert account is not None
    return pin_matches(account.pin_hash, pin)
