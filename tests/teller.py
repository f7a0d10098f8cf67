"""A counter to pay at: a real database and Braintree's own SDK on a sandbox in this process."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

import pytest
import pytest_asyncio

from paytone.flows import Call, Desk, LockRule
from paytone.gateway.braintree import BraintreeGateway
from paytone.rules.bill import Account, Limits
from paytone.rules.payment import Payment
from paytone.rules.pin import hash_pin
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_for
from paytone.store import Store, accounts, calls, payments

NOW: Final = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TODAY: Final = NOW.date()
NUMBER: Final = "4412000000004412"
PHONE: Final = "3125550142"
PIN: Final = "2580"
PIN_HASH: Final = hash_pin(PIN)

ADD_ACCOUNT: Final = """
    WITH customer AS (INSERT INTO customers (name) VALUES ('Test') RETURNING id),
    account AS (
        INSERT INTO accounts (customer_id, number, pin_hash)
        SELECT id, %(number)s, %(pin_hash)s FROM customer RETURNING id
    ),
    phone AS (
        INSERT INTO account_phones (account_id, phone) SELECT id, %(phone)s FROM account
    )
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    SELECT id, %(number)s, %(cents)s, 'USD', '2026-02-20', %(due)s FROM account
"""


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk with what stands behind it."""

    desk: Desk
    store: Store
    sandbox: Sandbox

    async def account(
        self,
        *,
        number: str = NUMBER,
        phone: str = PHONE,
        owes_cents: int = 11240,
        due: date = date(2026, 3, 5),
    ) -> Account:
        """A new account that owes *owes_cents*, with the PIN `PIN`."""
        await self.store.run(
            ADD_ACCOUNT, number=number, phone=phone, cents=owes_cents, due=due, pin_hash=PIN_HASH
        )
        account = await accounts.by_number(self.store, number)
        assert account is not None
        return account

    async def call(self, calling: str | None = None) -> Call:
        """A new call, stored."""
        call = Call(str(uuid.uuid4()), "+18008926996", calling)
        await calls.open_call(
            self.store, call.id, called=call.called, calling=calling, now=self.desk.clock()
        )
        return call

    async def payments(self, account: Account) -> list[Payment]:
        """Every payment of *account*, newest first."""
        return await payments.of_account(self.store, account.id, 100)

    async def owes_cents(self, account: Account) -> int:
        """What *account* owes now."""
        return (await accounts.owed(self.store, account.id)).balance.cents

    def charges(self) -> list[tuple[str, str, str]]:
        """Order id, amount and status of every transaction that Braintree holds."""
        return [
            (str(held.order_id), str(held.amount), held.status)
            for held in self.sandbox.books_of().transactions.values()
        ]


@pytest.fixture
def sandbox() -> Sandbox:
    """A Braintree in this process, empty."""
    return Sandbox(clock=lambda: datetime.now(UTC))


@pytest_asyncio.fixture
async def counter(store: Store, sandbox: Sandbox) -> AsyncIterator[Counter]:
    """A counter at `NOW`; nobody has an account yet."""
    gateway = BraintreeGateway(gateway_for(sandbox, timeout=1.0), patience=2.0)
    desk = Desk(
        store=store,
        open_gateway=lambda: gateway,
        limits=Limits(),
        lock_rule=LockRule(limit=4, window_s=3600, lock_s=1800),
        clock=lambda: NOW,
    )
    yield Counter(desk, store, sandbox)


def later(counter: Counter, now: datetime) -> Counter:
    """The same counter at another time."""
    return replace(counter, desk=replace(counter.desk, clock=lambda: now))
