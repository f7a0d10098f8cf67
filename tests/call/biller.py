"""A biller with a line of its own: its customers, what its database holds, what Braintree holds."""

from __future__ import annotations

import asyncio
import csv
import http.client
import itertools
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg.rows import dict_row

from paytone.caller import Caller, Hearing, Touch
from paytone.line.demo import NUMBER, softphone
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin

OUTER = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("PAYTONE_") or name == "PAYTONE_ASTERISK"
}
HURRIED = {"PAYTONE_PHONE_TO_EAR_S": "0.05"}
"""The line as shipped, but for the pause after a long entry."""

QUICK = Touch(hold=0.04, gap=0.06)
PIN = "2580"
USUAL = "112.40"
COLUMNS = ("account_number", "customer_name", "pin_hash", "bill_number", "amount", "issued", "due")
PATIENCE = 30.0

Row = dict[str, Any]
_numbers = itertools.count(4_700_000_000_000_001)

PAYMENTS = """
    SELECT payments.* FROM payments JOIN accounts ON accounts.id = payments.account_id
    WHERE accounts.number = %(number)s ORDER BY payments.opened_at
"""
MOVES = "SELECT to_state FROM payment_changes WHERE payment_id = %(payment)s ORDER BY id"
CALLS = """
    SELECT calls.* FROM calls JOIN accounts ON accounts.id = calls.account_id
    WHERE accounts.number = %(number)s ORDER BY calls.opened_at
"""
EVENTS = "SELECT verb, kind, prompts FROM call_events WHERE call_id = %(call)s ORDER BY seq"
BALANCE = "SELECT balance_cents FROM account_balance WHERE account_number = %(number)s"


class NotSoon(AssertionError):
    """What was waited for did not come about."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Someone with one bill."""

    number: str
    owes: Money
    pin: str = field(default=PIN, repr=False)


class Biller:
    """
    A line that is up, with customers.

    Args:
        hearing: What its callers know.
    """

    def __init__(self, line: Line, hearing: Hearing) -> None:
        self.line = line
        self._hearing = hearing
        self._customers: dict[str, list[Customer]] = {}
        self._fault = asyncio.Lock()

    @classmethod
    @contextmanager
    def opened(
        cls,
        hearing: Hearing,
        owing: Mapping[str, int],
        *,
        verbose: int = 1,
        demo_caller: str = "",
        dialplan: Path = CHECKOUT / "dialplan",
        queue: str = "",
        settings: Mapping[str, str] | None = None,
        with_worker: bool = False,
        agent: str = "",
    ) -> Iterator[Self]:
        """A biller with a new line, and as many customers as *owing* has for each amount."""
        outer = {**OUTER, **HURRIED, **(settings or {})}
        with Line(
            outer,
            verbose=verbose,
            demo_caller=demo_caller,
            dialplan=dialplan,
            queue=queue,
            with_worker=with_worker,
            agent=agent,
        ) as line:
            biller = cls(line, hearing)
            biller.add_customers(owing)
            yield biller

    def add_customers(self, owing: Mapping[str, int]) -> None:
        """Import accounts with one bill each, as an operator does."""
        owed = [(str(next(_numbers)), amount) for amount, n in owing.items() for _ in range(n)]
        for number, amount in owed:
            customer = Customer(number, Money.of(Decimal(amount)))
            self._customers.setdefault(amount, []).append(customer)
        self._import(owed)

    def reissue(self, customer: Customer, amount: str) -> None:
        """Import the customer's bill with another amount."""
        self._import([(customer.number, amount)])

    def _import(self, owed: list[tuple[str, str]]) -> None:
        pin_hash = hash_pin(PIN)
        file = self.line.folder / "accounts.csv"
        with file.open("w", newline="") as text:
            rows = csv.writer(text)
            rows.writerow(COLUMNS)
            for number, amount in owed:
                rows.writerow((number, "Test", pin_hash, f"B{number}", amount, "-7d", "+14d"))
        self.line.paytone("accounts", "import", str(file))

    def customer(self, owes: str = USUAL) -> Customer:
        """A customer whom nobody else was given."""
        return self._customers[owes].pop()

    def dial(
        self, number: str = NUMBER, *, calling_from: str | None = None
    ) -> AbstractAsyncContextManager[Caller]:
        """A call to the line, or to another *number* of its Asterisk, by quick fingers."""
        phone = softphone(self.line.configuration.etc)
        return Caller.dial(
            server=(phone.host, phone.port),
            number=number,
            username=phone.user,
            password=phone.password,
            hearing=self._hearing,
            calling_from=calling_from,
            touch=QUICK,
        )

    # What the database holds.

    def rows(self, query: LiteralString, **values: object) -> list[Row]:
        """Every row that *query* gives."""
        with psycopg.connect(self.line.database_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def payments(self, customer: Customer) -> list[Row]:
        """The customer's payments, oldest first."""
        return self.rows(PAYMENTS, number=customer.number)

    def moves(self, payment: Row) -> list[str]:
        """The states that *payment* went through."""
        return [row["to_state"] for row in self.rows(MOVES, payment=payment["id"])]

    def states(self, customer: Customer) -> list[str]:
        """Where each of the customer's payments stands."""
        return [payment["state"] for payment in self.payments(customer)]

    def owed_cents(self, customer: Customer) -> int:
        """What the customer owes now."""
        (row,) = self.rows(BALANCE, number=customer.number)
        return int(row["balance_cents"])

    def calls(self, customer: Customer) -> list[Row]:
        """The calls that were identified as the customer's, oldest first."""
        return self.rows(CALLS, number=customer.number)

    def events(self, call: Row) -> list[Row]:
        """What is recorded of *call*."""
        return self.rows(EVENTS, call=call["id"])

    async def ending(self, customer: Customer) -> str:
        """How the customer's last call ended, once that is stored."""
        found = await self.until(lambda: (self.calls(customer) or [{}])[-1].get("ending"))
        return str(found)

    # What Braintree holds.

    def charges(self, payment: Row) -> list[tuple[str, str]]:
        """Amount and status of each transaction for *payment*."""
        held = self._ask("GET", f"/sandbox/transactions?order_id={payment['id']}")
        return [(charge["amount"], charge["status"]) for charge in held]

    def charged(self, customer: Customer) -> list[str]:
        """The amounts that Braintree took for the customer's payments, one an attempt that held."""
        taken = "submitted_for_settlement"
        return [
            amount
            for payment in self.payments(customer)
            for amount, status in self.charges(payment)
            if status == taken
        ]

    @asynccontextmanager
    async def fault(self, **fault: object) -> AsyncIterator[None]:
        """Let the next sale, which the block brings about, meet *fault*; no other sale does."""
        async with self._fault:
            number = self.inject(kind="sale", **fault)
            yield
            await self.until(lambda: self._struck(number))

    def inject(self, **fault: object) -> int:
        """The number of a *fault* that now waits for a request."""
        return int(self._ask("POST", "/sandbox/faults", fault)["fault"])

    def struck(self) -> list[str]:
        """The order ids that met a fault since these were last cleared."""
        return [str(met["order_id"]) for met in self._ask("GET", "/sandbox/faults")["struck"]]

    def clear_faults(self) -> None:
        """Forget the faults that wait and those that struck."""
        self._ask("DELETE", "/sandbox/faults")

    def transactions(self) -> list[Row]:
        """Everything that Braintree holds."""
        held: list[Row] = self._ask("GET", "/sandbox/transactions")
        return held

    def _struck(self, number: int) -> bool:
        return any(s["fault"] == number for s in self._ask("GET", "/sandbox/faults")["struck"])

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        sandbox = http.client.HTTPConnection("127.0.0.1", self.line.ports.sandbox, timeout=5)
        try:
            sandbox.request(method, path, json.dumps(body) if body else None)
            return json.loads(sandbox.getresponse().read())
        finally:
            sandbox.close()

    async def until(self, come: Callable[[], Any], timeout: float = PATIENCE) -> Any:
        """
        What *come* gives as soon as that is true.

        Raises:
            NotSoon: It was not within *timeout*.
        """
        end = asyncio.get_running_loop().time() + timeout
        while not (found := come()):
            if asyncio.get_running_loop().time() > end:
                raise NotSoon(f"not within {timeout:g} s")
            await asyncio.sleep(0.05)
        return found


class Together:
    """Calls held at the same time, each under a name; one that fails fails its own test alone."""

    def __init__(self, results: Mapping[str, object]) -> None:
        self._results = results

    @classmethod
    async def hold(cls, calls: Mapping[str, Awaitable[object]]) -> Self:
        """All *calls*, when the last is over."""
        results = await asyncio.gather(*calls.values(), return_exceptions=True)
        return cls(dict(zip(calls, results, strict=True)))

    def __getitem__(self, name: str) -> Any:
        """What the call came to; what it raised is raised."""
        result = self._results[name]
        if isinstance(result, BaseException):
            raise result
        return result
