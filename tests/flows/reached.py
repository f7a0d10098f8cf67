"""Customers who can be written to, and what is queued for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.rules.bill import Account
from paytone.rules.contact import Channel, Contacts
from paytone.store import contacts
from paytone.store.contacts import Source
from tests.store import given
from tests.teller import NOW, Counter

EMAIL: Final = "someone@customer.example"
MOBILE: Final = "3125550177"


def writing(counter: Counter, *channels: Channel) -> Counter:
    """The same counter on a line that can send letters by *channels*; by all if none is named."""
    desk = replace(counter.desk, letters_by=frozenset(channels or Channel))
    return replace(counter, desk=desk)


async def knows(
    counter: Counter, *, email: str | None = None, receipts: bool = True, mobile: str | None = None
) -> None:
    """Every customer has these."""
    await counter.store.run(
        "UPDATE customers SET email = %(email)s, email_receipts = %(receipts)s,"
        " mobile = %(mobile)s",
        email=email,
        receipts=receipts,
        mobile=mobile,
    )


async def agreed(counter: Counter, account: Account) -> None:
    """The customer agreed to text messages in an earlier call."""
    source = Source.caller(await given.call(counter.store))
    await contacts.agree_to_texts(
        counter.store, account.id, MOBILE, said="terms", source=source, now=NOW
    )


async def reached(counter: Counter, account: Account) -> Contacts:
    """Where the customer is written to now."""
    return (await contacts.of_account(counter.store, account.id))[1]


async def queued(counter: Counter) -> list[tuple[str, str]]:
    """Kind and channel of every letter, in order."""
    rows = await counter.store.all("SELECT kind, channel FROM letters ORDER BY id")
    return [(row["kind"], row["channel"]) for row in rows]
