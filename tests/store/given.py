"""What a test of the store begins with: accounts, bills, calls, payments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import uuid4

from paytone.gateway import Approved
from paytone.rules.bill import Account, Owed, Unpaid
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import Store, accounts, calls, payments, refunds

NOW: Final = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
NUMBER: Final = "4412000000004412"

ADD_ACCOUNT: Final = """
    WITH customer AS (INSERT INTO customers (name) VALUES ('Test') RETURNING id),
    account AS (
        INSERT INTO accounts (customer_id, number) SELECT id, %(number)s FROM customer RETURNING id
    )
    INSERT INTO account_phones (account_id, phone)
    SELECT id, unnest(%(phones)s::text[]) FROM account
"""

ADD_BILL: Final = """
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    VALUES (%(account)s, %(number)s, %(cents)s, 'USD', %(issued)s, %(due)s)
"""


async def account(store: Store, number: str = NUMBER, *, phones: tuple[str, ...] = ()) -> Account:
    """A new account without bills."""
    await store.run(ADD_ACCOUNT, number=number, phones=list(phones))
    added = await accounts.by_number(store, number)
    assert added is not None
    return added


async def bill(store: Store, billed: Account, cents: int, due: date) -> None:
    """One more bill on the account, issued twenty days before it is due."""
    await store.run(
        ADD_BILL,
        account=billed.id,
        number=str(uuid4()),
        cents=cents,
        issued=due - timedelta(days=20),
        due=due,
    )


def owed(*bills: tuple[int, date]) -> Owed:
    """What an account owes of which these cents, due then, are left to pay."""
    unpaid = tuple(Unpaid(due, Money(cents)) for cents, due in bills)
    balance = Money(sum(cents for cents, _ in bills))
    return Owed(balance, unpaid[0].due if unpaid else None, unpaid)


async def call(store: Store, *, calling: str | None = "3125550142") -> str:
    """The id of a call that has begun."""
    call_id = str(uuid4())
    await calls.open_call(store, call_id, called="+18008926996", calling=calling, now=NOW)
    return call_id


async def payment(
    store: Store,
    by: Account,
    cents: int = 5000,
    *,
    at: datetime = NOW,
    call_id: str | None = None,
    heard: Money | None = None,
) -> Payment:
    """A payment that is being submitted, on the balance that was *heard*; None is today's."""
    if heard is None:
        heard = (await accounts.owed(store, by.id)).balance
    return await payments.open_payment(
        store,
        call_id=call_id or await call(store),
        account_id=by.id,
        heard=heard,
        amount=Money(cents),
        face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
        now=at,
    )


async def settled(
    store: Store, by: Account, cents: int = 5000, transaction: str = "abc"
) -> Payment:
    """A payment that is settled."""
    opened = await payment(store, by, cents)
    outcome = Approved(transaction, Money(cents))
    await payments.close_payment(store, opened.id, outcome, "approved", NOW)
    return await payments.move(store, opened.id, State.SETTLED, "settled", NOW)


async def refund(store: Store, of: Payment, cents: int | None = None) -> Refund:
    """A refund of a settled payment, all of it or less, that the gateway made."""
    amount = of.amount if cents is None else Money(cents)
    asked = await refunds.ask(store, of.id, Way.REFUND, amount, by="clerk", reason="test", now=NOW)
    return await refunds.answered(
        store, asked, Answer.MADE, said="made", now=NOW, transaction=f"refund-{asked.id}"
    )
