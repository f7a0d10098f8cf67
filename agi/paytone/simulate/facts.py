"""What a world came to: the books here, the books there, and what callers agreed to and heard."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from paytone.flows.fee import charged
from paytone.flows.method_entry import face_in_words
from paytone.flows.resume import ON_DATE
from paytone.gateway.braintree_reply import TAKEN
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.method import Kind
from paytone.rules.money import Money
from paytone.rules.payment import COUNTED, HEARD, OPEN, State
from paytone.sandbox.core import Sandbox
from paytone.sandbox.sales.transactions import Transaction
from paytone.simulate.after_truths import (
    Asked,
    GoneBack,
    differences_of,
    gone_back,
    refunds_of,
)
from paytone.simulate.arrangement_truths import Arranged, arranged_of, due_by_arrangement
from paytone.simulate.check_truths import KeptVoice, voices_of
from paytone.simulate.plan_truths import Cancelled, Ran, runs_of
from paytone.simulate.saved_truths import Saved, saved_of, vaulted_of
from paytone.simulate.witness import Agreement, Claim, Witness, confirmation_in
from paytone.store import Row, Store
from paytone.store.faces import face_of_row

WENT_BACK: Final = {State.RETURNED, State.REFUNDED, State.VOIDED}

PAYMENTS: Final = """
    SELECT payments.*, right(accounts.number, 4) AS ending,
        coalesce(booked.cents, 0) AS booked_cents, coalesce(booked.fee, 0) AS booked_fee
    FROM payments JOIN accounts ON accounts.id = account_id
    LEFT JOIN LATERAL (
        SELECT sum(
            CASE 'receivable' WHEN credit THEN amount_cents WHEN debit THEN -amount_cents END
        ) AS cents,
        sum(CASE 'fees' WHEN credit THEN amount_cents WHEN debit THEN -amount_cents END) AS fee
        FROM ledger WHERE payment_id = payments.id
    ) AS booked ON true
    WHERE account_id = ANY(%(accounts)s) ORDER BY opened_at, id
"""

CHANGES: Final = """
    SELECT payment_changes.* FROM payment_changes JOIN payments ON payments.id = payment_id
    WHERE account_id = ANY(%(accounts)s) ORDER BY payment_changes.id
"""

BALANCES: Final = """
    SELECT account_id::text, balance_cents FROM account_balance WHERE account_id = ANY(%(accounts)s)
"""

POSTED: Final = """
    SELECT account_id::text AS account, at, amount_cents AS cents FROM ledger_lines
    WHERE account_id = ANY(%(accounts)s) AND ledger_account = 'receivable' AND kind <> 'bill'
"""

TAKEN_IN: Final = """
    SELECT coalesce(sum(amount_cents), 0)::bigint AS cents FROM ledger_lines
    WHERE account_id = ANY(%(accounts)s) AND ledger_account IN ('gateway', 'bank')
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a payment, in the order in which the database took them."""

    at: datetime
    payment: str
    before: State | None
    after: State


@dataclass(frozen=True, slots=True)
class Stored:
    """
    A payment as it is stored.

    Args:
        method: The saved method that pays; None for one that is not saved.
        by_bank: By electronic check.
        cents: All that is charged.
        booked_cents: What it lowers the balance by, in the ledger.
        booked_fee_cents: What it brings in fees, in the ledger.
    """

    id: str
    call: str | None
    account: str
    method: str | None
    by_bank: bool
    cents: int
    fee_cents: int
    state: State
    transaction: str | None
    confirmation: str
    opened: datetime
    ending_words: tuple[Prompt, ...]
    amount_words: tuple[Prompt, ...]
    bill_words: tuple[Prompt, ...]
    method_words: tuple[Prompt, ...]
    booked_cents: int
    booked_fee_cents: int
    changes: tuple[Change, ...]

    @property
    def bill_cents(self) -> int:
        """What goes towards the bill, where it counts."""
        return self.cents - self.fee_cents

    @property
    def counts(self) -> bool:
        return self.state in COUNTED

    @property
    def went_back(self) -> bool:
        """It counted once, and the back office or its bank gave it back."""
        return self.state in WENT_BACK and any(move.after in COUNTED for move in self.changes)

    def state_at(self, at: datetime) -> State | None:
        """Where it stood at *at*; None before it was opened."""
        return next((move.after for move in reversed(self.changes) if move.at <= at), None)


@dataclass(frozen=True, slots=True)
class Charge:
    """
    A transaction at the gateway.

    Args:
        taken: The money has moved, or will, and nothing sends it back.
        approved: It was taken at some time.
        settled: It has reached the biller's bank.
        came_back: A bank sent it back.
        left_cents: What of it has not gone back.
        mandate: The words that a bank debit was made with; None of a card's.
    """

    id: str
    order: str
    cents: int
    taken: bool
    approved: bool
    settled: bool
    came_back: bool
    left_cents: int
    mandate: str | None


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill, or a change of one, as the biller knows it."""

    at: datetime
    account: str
    cents: int


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything that the invariants judge by.

    Args:
        called: Each witness, and the account that its caller called about.
        crashes: Jobs and workers that ended in an exception.
        cancelled: When each schedule that was cancelled surely was.
        vaulted: The tokens of the cards that the gateway keeps for these customers.
        arranged: Arrangements for more time.
        due_by: The arrangement that says when something is due, by account.
        refunds: What was asked to go back here; *gone_back*: what went back there.
        differences: What the last comparison found.
        posted: What was booked beside bills: the account, when, and by how much it owes more.
        voices: The spoken authorisations that are kept.
        forged: Attempts to change the books that were not refused.
    """

    payments: tuple[Stored, ...]
    changes: tuple[Change, ...]
    charges: tuple[Charge, ...]
    balances: dict[str, int]
    taken_in_cents: int
    billed: tuple[Billed, ...]
    called: tuple[tuple[Witness, str], ...]
    crashes: tuple[str, ...]
    runs: tuple[Ran, ...]
    cancelled: Cancelled
    saved: tuple[Saved, ...]
    vaulted: frozenset[str]
    voices: tuple[KeptVoice, ...]
    arranged: tuple[Arranged, ...]
    due_by: dict[str, str]
    refunds: tuple[Asked, ...]
    gone_back: tuple[GoneBack, ...]
    differences: tuple[str, ...]
    posted: tuple[tuple[str, datetime, int], ...]
    forged: tuple[str, ...] = ()

    def charges_of(self, payment: Stored) -> list[Charge]:
        """What the gateway did for *payment*."""
        return [charge for charge in self.charges if charge.order == payment.id]

    def agreed(self, witness: Witness, at: int) -> list[Stored]:
        """The payments opened on a caller's agreement; one an account at most, if all is well."""
        begins, following = witness.agreements[at].at, witness.agreements[at + 1 :]
        return [
            payment
            for payment in self.payments
            if payment.call in witness.calls
            and begins <= payment.opened
            and (not following or payment.opened < following[0].at)
        ]

    def agreements(self) -> list[tuple[Witness, int, Agreement]]:
        """Every agreement, with its place."""
        return [
            (witness, at, agreement)
            for witness, _ in self.called
            for at, agreement in enumerate(witness.agreements)
        ]

    def claims(self) -> list[tuple[Witness, str, Claim]]:
        """Everything that was told of payments."""
        return [
            (witness, account, claim)
            for witness, account in self.called
            for claim in witness.claims
        ]

    def meant(self, witness: Witness, account: str, claim: Claim) -> list[Stored]:
        """The payments that *claim* may be about; several only of the same amount, day and fate."""
        if claim.agreement is not None:
            agreed = self.agreed(witness, claim.agreement)
            return [each for each in agreed if claim.ending in {(), each.ending_words}]
        own = self._own(witness, account, claim)
        if confirmation := confirmation_in(claim.words):
            return [payment for payment in own if payment.confirmation == confirmation]
        if ON_DATE in claim.words:
            named = [payment for payment in own if _named(payment, claim)]
            return [payment for payment in named if _fits(payment, claim)] or named
        return [payment for payment in own if payment.state_at(claim.at) in OPEN]

    def _own(self, witness: Witness, account: str, claim: Claim) -> list[Stored]:
        """The payments that the caller may be told of."""
        if claim.without_pin:
            return [each for each in self.payments if each.call in witness.calls]
        calls = {call for beside, whose in self.called if whose == account for call in beside.calls}
        return [each for each in self.payments if each.account == account or each.call in calls]


def _named(payment: Stored, claim: Claim) -> bool:
    day = spoken.date(payment.opened.astimezone(claim.at.tzinfo).date())
    words = (*payment.amount_words, ON_DATE, *recordings(day))
    return claim.words[1 : 1 + len(words)] == words


def _fits(payment: Stored, claim: Claim) -> bool:
    then = payment.state_at(claim.at)
    return then is not None and HEARD[then] is claim.heard


async def gather(
    store: Store,
    sandbox: Sandbox,
    accounts: list[str],
    *,
    billed: list[Billed],
    called: list[tuple[Witness, str]],
    crashes: list[str],
    cancelled: Cancelled,
) -> Facts:
    """The facts about *accounts*; *sandbox* is theirs alone."""
    changes = [_change(row) for row in await store.all(CHANGES, accounts=accounts)]
    taken_in = await store.one(TAKEN_IN, accounts=accounts)
    assert taken_in is not None
    return Facts(
        payments=tuple(
            _stored(row, changes) for row in await store.all(PAYMENTS, accounts=accounts)
        ),
        changes=tuple(changes),
        charges=tuple(_charges(sandbox)),
        balances=await _balances(store, accounts),
        taken_in_cents=taken_in["cents"],
        billed=tuple(billed),
        called=tuple(called),
        crashes=tuple(crashes),
        runs=tuple(await runs_of(store, accounts)),
        cancelled=cancelled,
        saved=tuple(await saved_of(store, accounts)),
        vaulted=await vaulted_of(store, sandbox, accounts),
        voices=tuple(await voices_of(store, accounts)),
        arranged=tuple(await arranged_of(store, accounts)),
        due_by=await due_by_arrangement(store, accounts),
        refunds=tuple(await refunds_of(store, accounts)),
        gone_back=tuple(gone_back(sandbox)),
        differences=tuple(await differences_of(store)),
        posted=tuple(
            (row["account"], row["at"], row["cents"])
            for row in await store.all(POSTED, accounts=accounts)
        ),
    )


async def _balances(store: Store, accounts: list[str]) -> dict[str, int]:
    rows = await store.all(BALANCES, accounts=accounts)
    return {row["account_id"]: row["balance_cents"] for row in rows}


def _change(row: Row) -> Change:
    before = row["from_state"]
    return Change(
        row["at"], str(row["payment_id"]), State(before) if before else None, State(row["to_state"])
    )


def _stored(row: Row, changes: list[Change]) -> Stored:
    name = str(row["id"])
    return Stored(
        id=name,
        call=str(row["call_id"]) if row["call_id"] else None,
        account=str(row["account_id"]),
        method=str(row["method_id"]) if row["method_id"] else None,
        by_bank=row["method"] == Kind.BANK.value,
        cents=row["amount_cents"],
        fee_cents=row["fee_cents"],
        state=State(row["state"]),
        transaction=row["transaction_id"],
        confirmation=row["confirmation"],
        opened=row["opened_at"],
        ending_words=recordings(spoken.digits(row["ending"])),
        amount_words=recordings(charged(Money(row["amount_cents"]), Money(row["fee_cents"]))),
        bill_words=recordings(spoken.money(Money(row["amount_cents"] - row["fee_cents"]))),
        method_words=recordings(face_in_words(face_of_row(row))),
        booked_cents=int(row["booked_cents"]),
        booked_fee_cents=int(row["booked_fee"]),
        changes=tuple(change for change in changes if change.payment == name),
    )


def _left(held: Transaction, gone_cents: int) -> int:
    return Money.of(held.amount).cents - gone_cents if held.status in TAKEN else 0


def _charges(sandbox: Sandbox) -> list[Charge]:
    gone = Counter[str]()
    for each in gone_back(sandbox):
        gone[each.charge] += each.cents
    return [
        Charge(
            id=held.id,
            order=held.order_id or "",
            cents=Money.of(held.amount).cents,
            taken=held.status in TAKEN and _left(held, gone[held.id]) > 0,
            approved=held.approved,
            settled=held.status == "settled",
            came_back=held.status == "settlement_declined",
            left_cents=_left(held, gone[held.id]),
            mandate=_mandate(held),
        )
        for held in sandbox.books_of().transactions.values()
        if held.type == "sale"
    ]


def _mandate(held: Transaction) -> str | None:
    other = held.instrument.other
    given = other.details.get("ach_mandate") if other else None
    return str(given["text"]) if isinstance(given, dict) else None
