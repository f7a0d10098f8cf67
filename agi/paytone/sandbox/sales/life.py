"""What happens to a transaction by itself, in the days after the sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from paytone.sandbox.sales.returns import is_debit, returned
from paytone.sandbox.sales.transactions import Transaction

if TYPE_CHECKING:
    from paytone.sandbox.books import Books

WAITING = frozenset({"submitted_for_settlement", "settling", "settlement_pending"})
RETURNABLE = WAITING | {"settled", "settlement_confirmed"}


class NotPossible(ValueError):
    """What is asked of a transaction cannot happen to it: its text says why."""


def expect(books: Books, sale: Transaction) -> None:
    """Let *sale*, if it waits for settlement, settle when its time comes."""
    if sale.status in WAITING:
        heappush(books.due, (_due(books, sale), sale.id))


def expect_credits(books: Books, check_id: str, now: datetime) -> None:
    """Let the small credits of a confirmed verification arrive when their time comes."""
    wait = timedelta(seconds=books.settings.banks_settle_after_s)
    heappush(books.due, (now + wait, check_id))


def pass_time(books: Books, now: datetime) -> None:
    """Let happen whatever is due by *now*, each thing at its own time."""
    while books.due and books.due[0][0] <= now:
        at, name = heappop(books.due)
        sale = books.transactions.get(name)
        if sale is not None and sale.status in WAITING and _due(books, sale) <= now:
            _settled(books, sale, at)
        check = books.checks.get(name)
        if check is not None and check.confirmed and check.status == "pending":
            books.checks[name] = check.moved("verified", at)


def settle(books: Books, name: str, now: datetime) -> Transaction:
    """
    That transaction, settled at once.

    Raises:
        NotPossible: There is none, or it does not wait for settlement.
    """
    sale = _waiting(books, name, WAITING)
    return _settled(books, sale, now)


def give_back(
    books: Books, name: str, code: str, now: datetime, reason: str | None = None
) -> Transaction:
    """
    That debit, sent back by the bank; also one that has settled.

    Raises:
        NotPossible: There is none, it is no bank account's, or it has come to another end.
    """
    sale = _waiting(books, name, RETURNABLE)
    if not is_debit(sale):
        raise NotPossible("only what is paid by bank account can be returned")
    return books.keep(returned(sale, code, now, reason))


def _waiting(books: Books, name: str, statuses: frozenset[str]) -> Transaction:
    sale = books.transactions.get(name)
    if sale is None:
        raise NotPossible("no such transaction")
    if sale.status not in statuses:
        raise NotPossible(f"the transaction is {sale.status}")
    return sale


def _due(books: Books, sale: Transaction) -> datetime:
    settings = books.settings
    wait = settings.banks_settle_after_s if is_debit(sale) else settings.cards_settle_after_s
    return sale.updated + timedelta(seconds=wait)


def _settled(books: Books, sale: Transaction, at: datetime) -> Transaction:
    """*sale* settled, or declined by the test amounts that are declined this late."""
    if is_debit(sale) and (4001 <= sale.amount < 4002):
        return books.keep(returned(sale, "R01", at, None))
    moved = sale.moved("settled", at, user=None, source="")
    batch = f"{at:%Y-%m-%d}_{sale.account}_{books.new_id()}"
    return books.keep(replace(moved, batch=batch, settlement_code="4000"))
