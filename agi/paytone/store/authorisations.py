"""Spoken authorisations of bank debits: kept with payment or schedule, found by its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from paytone.gateway import Mandate
from paytone.rules.authorisation import Authorisation, Given, Plan, Recording
from paytone.rules.method import AccountType, BankFace
from paytone.rules.money import Money
from paytone.store import Connection, Row, Store

CUSTOMER = "SELECT name FROM customers WHERE id = %(customer)s"

BY_CONFIRMATION = """
    SELECT * FROM authorisations_of(%(confirmation)s)
    LEFT JOIN authorisation_words ON authorisation_id = id
    ORDER BY revoked_at IS NOT NULL, given_at DESC, id
"""

LISTED = """
    SELECT confirmation, given_at, amount_cents, currency, debit_on, keep_until, terms, revoked_at
    FROM authorisations_in_full
    WHERE %(since)s::timestamptz IS NULL OR given_at >= %(since)s
    ORDER BY given_at, id
"""

KEEP = """
    WITH kept AS (
        INSERT INTO authorisations (
            id, kind, call_id, account_id, method_id, schedule_id, terms, customer, bank_name,
            account_type, last_four, amount_cents, currency, debit_on, given_on, enquiries,
            mandate, recording, codec, sha256, speech_ms, given_at
        )
        SELECT gen_random_uuid(), %(kind)s, (SELECT id FROM calls WHERE id = %(call)s), id,
            %(method)s, %(schedule)s, %(terms)s, %(customer)s, %(given_bank)s, %(given_type)s,
            %(given_last_four)s, %(given_cents)s, coalesce(%(given_currency)s, currency),
            %(debit_on)s, %(given_on)s, %(enquiries)s, %(mandate)s, %(recording)s,
            'wav-pcm16-8000', sha256(%(recording)s::bytea), %(speech_ms)s, %(given_at)s
        FROM accounts WHERE id = %(account)s
        RETURNING id
    )
    INSERT INTO authorisation_words (authorisation_id, language, read_out)
    SELECT id, %(language)s, %(read_out)s FROM kept
"""

REVOKE = """
    UPDATE authorisations SET revoked_at = greatest(%(now)s, given_at)
    WHERE schedule_id = %(schedule)s AND revoked_at IS NULL
"""

MANDATE = """
    SELECT mandate, given_at FROM authorisations
    WHERE schedule_id = %(schedule)s AND revoked_at IS NULL
    ORDER BY given_at DESC LIMIT 1
"""

USED = """
    INSERT INTO authorisation_uses (confirmation, authorisation_id, act, by, at)
    SELECT %(confirmation)s, id, %(act)s, %(by)s, %(now)s FROM authorisations_of(%(confirmation)s)
"""

PURGE = """
    WITH purged AS (
        DELETE FROM authorisations
        WHERE current_date > keep_authorisation_until(authorisations)
            AND (%(confirmation)s::text IS NULL OR id IN (
                SELECT id FROM authorisations_of(%(confirmation)s)
            ))
        RETURNING id, payment_id, schedule_id
    )
    INSERT INTO authorisation_uses (confirmation, authorisation_id, act, by, at)
    SELECT coalesce(payments.confirmation, schedules.confirmation), purged.id, 'purged', %(by)s,
        %(now)s
    FROM purged
    LEFT JOIN payments ON payments.id = purged.payment_id
    LEFT JOIN schedules ON schedules.id = purged.schedule_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """
    An authorisation as it is kept.

    Args:
        confirmation: The payment's, or the schedule's.
        ended: Since when it serves for no debit; None while it does, and for one of one payment.
    """

    id: str
    confirmation: str
    given: Given
    sha256: bytes
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """
    One line of the list: no voice.

    Args:
        amount: None where each bill's notice tells it.
        terms: How much and when, in words; None for one debit in a call.
        keep_until: None while it serves for debits that follow by a schedule.
    """

    confirmation: str
    given: datetime
    amount: Money | None
    debit_on: date
    keep_until: date | None
    terms: str | None
    ended: datetime | None


def columns(given: Given) -> dict[str, object]:
    """*given* as the parameters of `payments.open_payment`'s statement."""
    agreed = given.authorisation
    return {
        "customer": agreed.customer,
        "given_bank": agreed.debited.bank_name,
        "given_type": agreed.debited.account_type.value,
        "given_last_four": agreed.debited.last_four,
        "given_cents": agreed.amount and agreed.amount.cents,
        "given_currency": agreed.amount and agreed.amount.currency,
        "debit_on": agreed.debit_on,
        "given_on": agreed.given_on,
        "enquiries": agreed.enquiries,
        "mandate": agreed.mandate(),
        "language": given.language,
        "read_out": given.read_out or None,
        "recording": given.recording.audio,
        "speech_ms": given.recording.speech_ms,
        "given_at": given.at,
    }


async def customer_name(store: Store, customer_id: str) -> str:
    """The name that the biller holds for the customer."""
    row = await store.one(CUSTOMER, customer=customer_id)
    return str(row["name"]) if row else ""


async def keep(
    connection: Connection,
    given: Given,
    *,
    account_id: str,
    call_id: str | None,
    method_id: str,
    schedule_id: str,
) -> None:
    """Store what was authorised aloud for the debits of a schedule from the saved method."""
    plan = given.authorisation.plan
    assert plan is not None, "what is debited in the call is stored with its payment"
    values = {
        "kind": "standing" if plan.repeats else "once",
        "terms": plan.terms,
        "account": account_id,
        "call": call_id,
        "method": method_id,
        "schedule": schedule_id,
        **columns(given),
    }
    await connection.execute(KEEP, values)


async def revoke(connection: Connection, schedule_id: str, *, now: datetime) -> int:
    """How many authorisations of the schedule serve for no debit any more."""
    return (await connection.execute(REVOKE, {"schedule": schedule_id, "now": now})).rowcount


async def mandate(store: Store, schedule_id: str) -> Mandate | None:
    """What was authorised aloud for the schedule's debits; None where nothing is any more."""
    row = await store.one(MANDATE, schedule=schedule_id)
    return Mandate(row["mandate"], row["given_at"]) if row else None


async def by_confirmation(store: Store, confirmation: str) -> Kept | None:
    """As the first of `all_by_confirmation`; None if there is none."""
    kept = await all_by_confirmation(store, confirmation)
    return kept[0] if kept else None


async def all_by_confirmation(store: Store, confirmation: str) -> list[Kept]:
    """
    What the payment with that number was made by; or all there were for the schedule with that
    number, the one that serves first, then the last first.
    """
    rows = await store.all(BY_CONFIRMATION, confirmation=confirmation)
    return [_kept_of_row(row) for row in rows]


async def listed(store: Store, *, since: datetime | None) -> list[Listed]:
    """Every authorisation given from *since* on, oldest first."""
    return [
        Listed(
            row["confirmation"],
            row["given_at"],
            _amount(row),
            row["debit_on"],
            row["keep_until"],
            row["terms"],
            row["revoked_at"],
        )
        for row in await store.all(LISTED, since=since)
    ]


async def used(store: Store, confirmation: str, act: str, *, by: str, now: datetime) -> None:
    """Note who listened to (``played``) or took out (``exported``) an authorisation."""
    await store.run(USED, confirmation=confirmation, act=act, by=by, now=now)


async def purge(store: Store, *, by: str, now: datetime, confirmation: str | None = None) -> int:
    """How many authorisations, all of them over two years past their debit, were deleted."""
    return await store.run(PURGE, confirmation=confirmation, by=by, now=now)


def _kept_of_row(row: Row) -> Kept:
    debited = BankFace(row["bank_name"], row["last_four"], AccountType(row["account_type"]))
    authorisation = Authorisation(
        customer=row["customer"],
        biller_account=row["biller_account"],
        debited=debited,
        amount=_amount(row),
        debit_on=row["debit_on"],
        given_on=row["given_on"],
        enquiries=row["enquiries"],
        plan=Plan(row["terms"], repeats=row["kind"] == "standing") if row["terms"] else None,
    )
    recording = Recording(bytes(row["recording"]), row["speech_ms"])
    given = Given(
        authorisation, recording, row["given_at"], row["language"] or "en", row["read_out"] or ""
    )
    sha256, ended = bytes(row["sha256"]), row["revoked_at"]
    return Kept(str(row["id"]), row["confirmation"], given, sha256, ended)


def _amount(row: Row) -> Money | None:
    cents = row["amount_cents"]
    return None if cents is None else Money(cents, row["currency"])
