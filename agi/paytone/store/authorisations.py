"""Spoken authorisations of bank debits: kept with their payment, and found by its confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from paytone.rules.authorisation import Authorisation, Given, Recording
from paytone.rules.method import AccountType, BankFace
from paytone.rules.money import Money
from paytone.store import Row, Store

CUSTOMER = "SELECT name FROM customers WHERE id = %(customer)s"

BY_CONFIRMATION = "SELECT * FROM authorisations_in_full WHERE confirmation = %(confirmation)s"

LISTED = """
    SELECT confirmation, given_at, amount_cents, currency, debit_on, keep_until
    FROM authorisations_in_full
    WHERE %(since)s::timestamptz IS NULL OR given_at >= %(since)s
    ORDER BY given_at, id
"""

KEEP = """
    INSERT INTO authorisations (
        id, kind, call_id, account_id, method_id, customer, bank_name, account_type, last_four,
        amount_cents, currency, debit_on, given_on, enquiries, mandate, recording, codec, sha256,
        speech_ms, given_at
    )
    VALUES (
        gen_random_uuid(), %(kind)s, (SELECT id FROM calls WHERE id = %(call)s), %(account)s,
        %(method)s, %(customer)s, %(given_bank)s, %(given_type)s, %(given_last_four)s,
        %(given_cents)s, %(given_currency)s, %(debit_on)s, %(given_on)s, %(enquiries)s,
        %(mandate)s, %(recording)s, 'wav-pcm16-8000', sha256(%(recording)s::bytea),
        %(speech_ms)s, %(given_at)s
    )
"""

REVOKE = """
    UPDATE authorisations SET revoked_at = %(now)s
    WHERE method_id = %(method)s AND payment_id IS NULL AND revoked_at IS NULL
"""

USED = """
    INSERT INTO authorisation_uses (confirmation, authorisation_id, act, by, at)
    SELECT confirmation, id, %(act)s, %(by)s, %(now)s
    FROM authorisations_in_full WHERE confirmation = %(confirmation)s
"""

PURGE = """
    WITH purged AS (
        DELETE FROM authorisations
        WHERE current_date > keep_authorisation_until(authorisations)
            AND (kind = 'once' OR revoked_at IS NOT NULL)
            AND (%(confirmation)s::text IS NULL OR payment_id = (
                SELECT id FROM payments WHERE confirmation = %(confirmation)s
            ))
        RETURNING id, payment_id
    )
    INSERT INTO authorisation_uses (confirmation, authorisation_id, act, by, at)
    SELECT payments.confirmation, purged.id, 'purged', %(by)s, %(now)s
    FROM purged LEFT JOIN payments ON payments.id = purged.payment_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """
    An authorisation as it is kept.

    Args:
        confirmation: The payment's.
    """

    id: str
    confirmation: str
    given: Given
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: no voice."""

    confirmation: str
    given: datetime
    amount: Money
    debit_on: date
    keep_until: date


def columns(given: Given) -> dict[str, object]:
    """*given* as the parameters of `payments.open_payment`'s statement."""
    agreed = given.authorisation
    return {
        "customer": agreed.customer,
        "given_bank": agreed.debited.bank_name,
        "given_type": agreed.debited.account_type.value,
        "given_last_four": agreed.debited.last_four,
        "given_cents": agreed.amount.cents,
        "given_currency": agreed.amount.currency,
        "debit_on": agreed.debit_on,
        "given_on": agreed.given_on,
        "enquiries": agreed.enquiries,
        "mandate": agreed.mandate(),
        "recording": given.recording.audio,
        "speech_ms": given.recording.speech_ms,
        "given_at": given.at,
    }


async def customer_name(store: Store, customer_id: str) -> str:
    """The name that the biller holds for the customer."""
    row = await store.one(CUSTOMER, customer=customer_id)
    return str(row["name"]) if row else ""


async def keep(
    store: Store,
    given: Given,
    *,
    account_id: str,
    call_id: str,
    method_id: str,
    standing: bool = False,
) -> None:
    """
    Store what was authorised aloud before its payment is opened, for a debit of a saved method.

    Args:
        standing: It serves for every debit by a schedule until it is revoked; else for one debit
            on a later date, of the same amount.
    """
    await store.run(
        KEEP,
        kind="standing" if standing else "once",
        account=account_id,
        call=call_id,
        method=method_id,
        **columns(given),
    )


async def revoke(store: Store, method_id: str, *, now: datetime) -> int:
    """How many authorisations of the method that wait for debits serve for none any more."""
    return await store.run(REVOKE, method=method_id, now=now)


async def by_confirmation(store: Store, confirmation: str) -> Kept | None:
    """The authorisation of the payment with that confirmation number; None if there is none."""
    row = await store.one(BY_CONFIRMATION, confirmation=confirmation)
    return _kept_of_row(row) if row else None


async def listed(store: Store, *, since: datetime | None) -> list[Listed]:
    """Every authorisation given from *since* on, oldest first."""
    return [
        Listed(
            row["confirmation"],
            row["given_at"],
            Money(row["amount_cents"], row["currency"]),
            row["debit_on"],
            row["keep_until"],
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
        amount=Money(row["amount_cents"], row["currency"]),
        debit_on=row["debit_on"],
        given_on=row["given_on"],
        enquiries=row["enquiries"],
    )
    recording = Recording(bytes(row["recording"]), row["speech_ms"])
    given = Given(authorisation, recording, row["given_at"])
    return Kept(str(row["id"]), row["confirmation"], given, bytes(row["sha256"]))
