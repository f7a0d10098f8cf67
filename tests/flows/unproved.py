"""Callers without a PIN, and a line that helps them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.flows import CallsOut
from paytone.rules.contact import Channel
from paytone.rules.passcode import Codes
from paytone.rules.security import SecurityQuestion
from paytone.store import Store
from tests.teller import NUMBER, Counter

CODES: Final = Codes(b"the line's key")
ZIP: Final = "60601"
STRANGERS: Final = "4412000000009999"
NEW_PIN: Final = "830572"


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
