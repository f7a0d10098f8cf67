"""The biller of a world: accounts, bills, and a merchant's settings at the gateway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

import psycopg
from argon2 import PasswordHasher

from paytone.sandbox.merchants import PAYTONE, Merchant, Settings
from paytone.simulate.answers import PIN, ROUTING, ZIP
from paytone.simulate.facts import Billed
from paytone.store import Store

PIN_HASH: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
"""As weak as argon2 can be: thousands are checked."""

AMOUNTS: Final = (11240, 5000, 4000, 2500, 200_100, 204_600, 201_000, 300_000, 100_400, 499_999)
"""Some of them what the gateway declines."""

OPEN_ACCOUNT: Final = """
    WITH customer AS (
        INSERT INTO customers (name) SELECT 'Simulated' WHERE %(beside)s::uuid IS NULL RETURNING id
    ), whose AS (
        SELECT id FROM customer
        UNION ALL SELECT customer_id FROM accounts WHERE id = %(beside)s::uuid
    ), account AS (
        INSERT INTO accounts (
            customer_id, number, pin_hash, minimum_cents, minimum_at, keep_service_cents,
            keep_service_at, zip
        )
        SELECT id, %(number)s, %(pin_hash)s, %(minimum)s, %(now)s, %(keep_service)s, %(now)s,
            %(zip)s
        FROM whose RETURNING id
    ), phone AS (
        INSERT INTO account_phones (account_id, phone) SELECT id, %(phone)s FROM account
    )
    SELECT id FROM account
"""

ISSUE: Final = """
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    VALUES (%(account)s, %(number)s, %(cents)s, 'USD', %(issued)s, %(due)s)
"""

REISSUE: Final = "UPDATE bills SET amount_cents = %(cents)s WHERE number = %(number)s"

LIST_BANK: Final = """
    INSERT INTO banks (routing, name, changed)
    VALUES (%(routing)s, 'JPMORGAN CHASE BANK, NA', '2026-01-01') ON CONFLICT DO NOTHING
"""

FORGERIES: Final = (
    "UPDATE ledger SET amount_cents = amount_cents + 1 WHERE account_id = %(account)s",
    "UPDATE ledger SET reason = 'mended' WHERE account_id = %(account)s",
    "DELETE FROM ledger WHERE account_id = %(account)s",
    "UPDATE authorisations SET payment_id = NULL WHERE account_id = %(account)s",
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account, as the biller and its holder know it."""

    id: str
    number: str
    phone: str


def draw_merchant(dice: Random) -> Merchant:
    """The merchant, with settings that any control panel might show."""
    settings = Settings(
        avs_rules=dice.random() < 0.4,
        cvv_rules=dice.random() < 0.4,
        fraud_tools=dice.random() < 0.3,
        moto=dice.choice(("allowed", "allowed", "allowed", "refused-by-account")),
        request_keys=dice.random() < 0.8,
        refusals_use_keys=dice.random() < 0.5,
        search_lag_s=dice.choice((0.0, 0.0, 5.0, 60.0, 240.0)),
    )
    return replace(PAYTONE, settings=settings)


class Biller:
    """
    Who issues bills; it never fails.

    Attributes:
        billed: Every bill and every change of one.
        customers: Who has an account.
    """

    def __init__(
        self, dice: Random, world: int, store: Store, clock: Callable[[], datetime]
    ) -> None:
        self.billed: list[Billed] = []
        self._dice = dice
        self._world = world
        self._store = store
        self._clock = clock
        self.customers: list[Customer] = []
        self._last: dict[str, tuple[str, int]] = {}

    async def open_account(self, beside: Customer | None = None) -> Customer:
        """A new account that owes something; of the same customer as *beside*."""
        await self._store.run(LIST_BANK, routing=ROUTING)
        number = f"4{self._world:013d}{len(self.customers):02d}"
        phone = f"3{self._world:08d}{len(self.customers)}"
        row = await self._store.one(
            OPEN_ACCOUNT, number=number, phone=phone, pin_hash=PIN_HASH,
            beside=beside and beside.id, minimum=self._dice.randint(100, 5000),
            keep_service=self._dice.randint(100, 5000), now=self._clock(), zip=ZIP,
        )  # fmt: skip
        assert row is not None
        customer = Customer(str(row["id"]), number, phone)
        self.customers.append(customer)
        await self.issue(customer)
        return customer

    async def issue(self, customer: Customer) -> None:
        """Another bill for *customer*."""
        bill, cents, now = f"{self._world}-{len(self.billed)}", self._amount(), self._clock()
        await self._store.run(
            ISSUE, account=customer.id, number=bill, cents=cents,
            issued=now.date() - timedelta(days=30),
            due=now.date() + timedelta(days=self._dice.choice((-10, 20))),
        )  # fmt: skip
        self._last[customer.id] = bill, cents
        self.billed.append(Billed(now, customer.id, cents))

    async def reissue(self, customer: Customer) -> None:
        """The last bill of *customer* with another amount."""
        (bill, before), cents, now = self._last[customer.id], self._amount(), self._clock()
        await self._store.run(REISSUE, number=bill, cents=cents)
        self._last[customer.id] = bill, cents
        self.billed.append(Billed(now, customer.id, cents - before))

    async def forge(self) -> list[str]:
        """Those attempts to change the books that were not refused; call it when all is over."""
        done = []
        for customer in self.customers:
            for forgery in FORGERIES:
                try:
                    if not await self._store.run(forgery, account=customer.id):
                        continue
                except psycopg.ProgrammingError:
                    continue
                done.append(f"not refused: {forgery.split(' WHERE')[0]}")
        return done

    def _amount(self) -> int:
        dice = self._dice
        return dice.choice(AMOUNTS) if dice.random() < 0.5 else dice.randint(100, 60_000)
