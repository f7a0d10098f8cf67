"""Payments: opened before the gateway is asked, closed with what it said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from random import Random
from typing import LiteralString, assert_never
from uuid import uuid4

import psycopg

from paytone.gateway import Approved, Declined, Outcome, Unknown, Unreached
from paytone.rules.authorisation import Given
from paytone.rules.method import CardKind, Face
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE, OPEN, Occasion, Payment, State
from paytone.store import Row, Store, authorisations
from paytone.store.faces import face_columns, face_of_row
from paytone.store.numbered import numbered

OPEN_PAYMENT = """
    WITH held AS MATERIALIZED (SELECT hold_account(%(account)s, %(heard)s))
    INSERT INTO payments (
        id, confirmation, account_id, call_id, amount_cents, currency, method, brand, expiry_year,
        expiry_month, bank_name, account_type, last_four, method_id, occasion, fee_cents, state,
        opened_at, changed_at, reason
    )
    SELECT %(id)s, %(confirmation)s, %(account)s, %(call)s, %(cents)s, %(currency)s, %(kind)s,
        %(brand)s, %(year)s, %(month)s, %(bank)s, %(account_type)s, %(last_four)s, %(method)s,
        %(occasion)s, %(fee)s, 'submitting', %(now)s, %(now)s, 'agreed with the caller'
    FROM held
    RETURNING *
"""

OPEN_DEBIT = f"""
    WITH opened AS ({OPEN_PAYMENT}), authorised AS (
        INSERT INTO authorisations (
            id, kind, call_id, account_id, payment_id, method_id, customer, bank_name,
            account_type, last_four, amount_cents, currency, debit_on, given_on, enquiries,
            mandate, recording, codec, sha256, speech_ms, given_at
        )
        SELECT gen_random_uuid(), 'once', call_id, account_id, id, method_id, %(customer)s,
            %(given_bank)s, %(given_type)s, %(given_last_four)s, %(given_cents)s,
            %(given_currency)s, %(debit_on)s, %(given_on)s, %(enquiries)s, %(mandate)s,
            %(recording)s, 'wav-pcm16-8000', sha256(%(recording)s::bytea), %(speech_ms)s,
            %(given_at)s
        FROM opened
        RETURNING id
    ), words AS (
        INSERT INTO authorisation_words (authorisation_id, language, read_out)
        SELECT id, %(language)s, %(read_out)s FROM authorised
    )
    SELECT * FROM opened
"""  # noqa: S608 - both are literals

MOVE = """
    UPDATE payments SET state = %(state)s, reason = %(reason)s, changed_at = %(now)s,
        transaction_id = coalesce(%(transaction)s, transaction_id),
        refusal = %(refusal)s, refusal_hard = %(hard)s,
        refusal_code = %(code)s, refusal_text = %(text)s
    WHERE id = %(id)s
    RETURNING *
"""

CHARGED = """
    UPDATE payments SET
        state = CASE
            WHEN state = 'voiding' THEN 'voiding'
            WHEN state IN ('not-charged', 'declined') AND %(late)s THEN 'voiding'
            WHEN state IN ('submitting', 'unknown', 'not-charged', 'declined') AND (
                SELECT heard FROM payment_tellings
                WHERE payment_id = payments.id ORDER BY payment_tellings.id DESC LIMIT 1
            ) = 'not-paid' THEN 'voiding'
            ELSE 'settling'
        END,
        reason = %(reason)s, changed_at = %(now)s, transaction_id = %(transaction)s,
        card_kind = coalesce(%(card_kind)s, card_kind),
        refusal = NULL, refusal_hard = NULL, refusal_code = NULL, refusal_text = NULL
    WHERE id = %(id)s
    RETURNING *
"""

OF_ACCOUNT = """
    SELECT * FROM payments WHERE account_id = %(account)s AND state = ANY(%(states)s)
    ORDER BY opened_at DESC, id LIMIT %(at_most)s
"""

BY_ID = "SELECT * FROM payments WHERE id = %(id)s"

BY_CONFIRMATION = "SELECT * FROM payments WHERE confirmation = %(confirmation)s"

OF_CUSTOMER = """
    SELECT payments.* FROM payments JOIN accounts ON accounts.id = payments.account_id
    WHERE confirmation = %(confirmation)s AND customer_id = %(customer)s
"""

EACH = """
    SELECT payments.*, accounts.number AS account_number
    FROM payments JOIN accounts ON accounts.id = payments.account_id
    WHERE (%(since)s::timestamptz IS NULL OR opened_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR opened_at < %(until)s)
        AND (%(state)s::text IS NULL OR state = %(state)s)
    ORDER BY opened_at, payments.id
"""

SAME_SINCE = """
    SELECT * FROM payments JOIN payment_states USING (state)
    WHERE account_id = %(account)s AND amount_cents - fee_cents = %(cents)s
        AND opened_at > %(since)s AND counted
    ORDER BY opened_at DESC LIMIT 1
"""

CHANGES = """
    SELECT at, from_state, to_state, reason FROM payment_changes
    WHERE payment_id = %(id)s ORDER BY id
"""

_NOT_ALLOWED = "PT001"


class NotAllowed(Exception):
    """The payment may not move so from where it stands; nothing was changed and no money moved."""


class AnotherIsOpen(Exception):
    """Nobody knows yet whether another payment on the account moved money; none was begun."""


class BalanceMoved(Exception):
    """The account no longer owes what the caller heard; no payment was begun."""


class MethodRemoved(Exception):
    """The saved method was removed meanwhile; no payment was begun."""


class NoSuchPayment(LookupError):
    """The store holds no payment with that id; no money moved by asking."""


class AlreadyPaid(Exception):
    """The sale was paid before; no payment was begun."""


NOT_OPENED = {
    "PT003": AnotherIsOpen,
    "PT004": BalanceMoved,
    "PT021": MethodRemoved,
    "PT031": AlreadyPaid,
}


async def open_payment(
    store: Store,
    *,
    call_id: str | None,
    account_id: str,
    heard: Money,
    amount: Money,
    face: Face,
    now: datetime,
    method_id: str | None = None,
    occasion: Occasion = Occasion.CALL,
    given: Given | None = None,
    fee: Money = NO_FEE,
    random: Random | None = None,
) -> Payment:
    """
    A new payment, stored as submitting, with an id and a confirmation of its own.

    After StoreAway do not charge: it may be stored, and reconciling will find it never charged.

    Args:
        call_id: None where no call is under way.
        heard: The balance that the caller heard before agreeing.
        amount: All that is charged; more than zero, in the account's currency; the database
            refuses any other.
        method_id: The saved method that pays; None for one that was keyed in the call.
        given: What the caller authorised aloud, stored with the payment or not at all; the
            database opens no debit of a bank account without it.
        fee: The part of the amount that is the fee.
        random: Where confirmations come from; the system's if None.

    Raises:
        AnotherIsOpen: One call at a time pays an account.
        BalanceMoved: A bill or a payment has come in since the caller heard the balance.
        MethodRemoved: *method_id* was removed.
        AlreadyPaid: The account is a sale's, and something was paid on it.
    """

    async def opened(confirmation: str) -> Row | None:
        return await store.one(
            OPEN_DEBIT if given else OPEN_PAYMENT,
            id=uuid4(),
            confirmation=confirmation,
            account=account_id,
            heard=heard.cents,
            call=call_id,
            cents=amount.cents,
            currency=amount.currency,
            method=method_id,
            occasion=occasion.value,
            fee=fee.cents,
            now=now,
            **face_columns(face),
            **(authorisations.columns(given) if given else {}),
        )

    try:
        row = await numbered(opened, unless="payments_confirmation_key", random=random)
    except psycopg.Error as exc:
        if exc.sqlstate in NOT_OPENED:
            raise NOT_OPENED[exc.sqlstate] from exc
        raise
    assert row is not None
    return payment_of_row(row)


async def close_payment(
    store: Store,
    payment_id: str,
    outcome: Outcome,
    reason: str,
    now: datetime,
    *,
    late: bool = False,
) -> Payment:
    """
    The payment, moved to settling, declined, not-charged or unknown, as *outcome* has it.

    A charge of which the caller was told that it is not made goes to voiding instead: the money
    goes back. Repeating it with the same outcome is harmless.

    Args:
        late: The outcome was found later; then a charge that stood as declined or not charged
            goes to voiding too, whatever was heard.

    Raises:
        NotAllowed: The payment already stands elsewhere, or names another transaction.
        NoSuchPayment: It was never opened.
    """
    match outcome:
        case Approved(transaction=transaction, card_kind=card_kind):
            return await _moved(
                store,
                CHARGED,
                id=payment_id,
                reason=reason,
                now=now,
                transaction=transaction,
                late=late,
                card_kind=card_kind and card_kind.value,
            )
        case Declined(transaction=transaction):
            return await _move(
                store,
                payment_id,
                State.DECLINED,
                reason,
                now,
                transaction=transaction,
                refused=outcome,
            )
        case Unreached():
            return await _move(store, payment_id, State.NOT_CHARGED, reason, now)
        case Unknown():
            return await _move(store, payment_id, State.UNKNOWN, reason, now)
        case _:
            assert_never(outcome)


async def never_charged(store: Store, payment_id: str, reason: str, now: datetime) -> Payment:
    """The payment, closed as one that the gateway never had; errors as in `close_payment`."""
    return await _move(store, payment_id, State.NOT_CHARGED, reason, now)


async def move(
    store: Store, payment_id: str, to_state: State, reason: str, now: datetime
) -> Payment:
    """The payment, moved on to *to_state*, such as settled or voided; errors as `close_payment`."""
    return await _move(store, payment_id, to_state, reason, now)


async def open_on(store: Store, account_id: str) -> list[Payment]:
    """The account's payments of which nobody knows yet whether money moved, newest first."""
    states = [state.value for state in OPEN]
    rows = await store.all(OF_ACCOUNT, account=account_id, states=states, at_most=None)
    return [payment_of_row(row) for row in rows]


async def of_account(store: Store, account_id: str, at_most: int) -> list[Payment]:
    """The account's last payments in any state, newest first."""
    states = [state.value for state in State]
    rows = await store.all(OF_ACCOUNT, account=account_id, states=states, at_most=at_most)
    return [payment_of_row(row) for row in rows]


async def same_since(
    store: Store, account_id: str, amount: Money, since: datetime
) -> Payment | None:
    """
    The account's last payment that counts and paid just *amount*, fees aside, if it was opened
    after *since*.
    """
    row = await store.one(SAME_SINCE, account=account_id, cents=amount.cents, since=since)
    return payment_of_row(row) if row else None


async def by_confirmation(store: Store, confirmation_number: str) -> Payment | None:
    """The payment with that confirmation number; None if there is none."""
    row = await store.one(BY_CONFIRMATION, confirmation=confirmation_number)
    return payment_of_row(row) if row else None


async def of_customer(store: Store, customer_id: str, confirmation_number: str) -> Payment | None:
    """The customer's payment with that confirmation number; None if it is nobody's or another's."""
    row = await store.one(OF_CUSTOMER, confirmation=confirmation_number, customer=customer_id)
    return payment_of_row(row) if row else None


async def by_id(store: Store, payment_id: str) -> Payment | None:
    """The payment with that id; None if there is none."""
    row = await store.one(BY_ID, id=payment_id)
    return payment_of_row(row) if row else None


async def changes(store: Store, payment_id: str) -> list[Row]:
    """Every change, oldest first: at, from_state (None at first), to_state, reason."""
    return await store.all(CHANGES, id=payment_id)


async def each(
    store: Store, *, since: datetime | None, until: datetime | None, state: State | None
) -> AsyncIterator[Row]:
    """Every payment opened from *since* to before *until* in *state*, with its account's number."""
    wanted = state.value if state else None
    async for row in store.each(EACH, since=since, until=until, state=wanted):
        yield row


def payment_of_row(row: Row) -> Payment:
    """The payment in a row of the table payments."""
    return Payment(
        id=str(row["id"]),
        confirmation=row["confirmation"],
        account_id=str(row["account_id"]),
        amount=Money(row["amount_cents"], row["currency"]),
        state=State(row["state"]),
        face=face_of_row(row),
        transaction=row["transaction_id"],
        opened=row["opened_at"],
        occasion=Occasion(row["occasion"]),
        fee=Money(row["fee_cents"], row["currency"]),
        method_id=row["method_id"] and str(row["method_id"]),
        card_kind=row["card_kind"] and CardKind(row["card_kind"]),
    )


async def _move(
    store: Store,
    payment_id: str,
    to_state: State,
    reason: str,
    now: datetime,
    *,
    transaction: str | None = None,
    refused: Declined | None = None,
) -> Payment:
    return await _moved(
        store,
        MOVE,
        id=payment_id,
        state=to_state.value,
        reason=reason,
        now=now,
        transaction=transaction,
        refusal=refused and refused.refusal.value,
        hard=refused and refused.hard,
        code=refused and refused.code,
        text=refused and refused.text,
    )


async def _moved(store: Store, query: LiteralString, **values: object) -> Payment:
    try:
        row = await store.one(query, **values)
    except psycopg.Error as exc:
        if exc.sqlstate == _NOT_ALLOWED:
            raise NotAllowed(exc.diag.message_primary) from exc
        raise
    if row is None:
        raise NoSuchPayment(values["id"])
    return payment_of_row(row)
