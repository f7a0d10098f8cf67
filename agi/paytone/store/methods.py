"""Saved methods: what the gateway keeps for a customer, and what the customer agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paytone.prompts import Prompt
from paytone.rules.method import CardKind, SavedMethod
from paytone.store import Row, Store
from paytone.store.faces import face_columns, face_of_row

ASK = """
    INSERT INTO methods_asked (token, asked_at) VALUES (%(token)s, %(now)s)
    ON CONFLICT (token) DO NOTHING
"""

NOT_KEPT = "DELETE FROM methods_asked WHERE token = %(token)s"

ORPHANS = """
    SELECT token::text FROM methods_asked WHERE asked_at < %(before)s
    ORDER BY asked_at LIMIT %(limit)s
"""

KEEP = """
    WITH kept AS (DELETE FROM methods_asked WHERE token::text = %(token)s)
    INSERT INTO payment_methods (
        id, customer_id, kind, token, brand, expiry_year, expiry_month, bank_name, account_type,
        last_four, card_kind, fingerprint, added_at, keep_until, consent_call, consent_prompts,
        consent_language
    )
    VALUES (
        %(id)s, %(customer)s, %(kind)s, %(token)s, %(brand)s, %(year)s, %(month)s, %(bank)s,
        %(account_type)s, %(last_four)s, %(card_kind)s, %(fingerprint)s, %(now)s, %(until)s,
        (SELECT id FROM calls WHERE id = %(call)s), %(prompts)s, %(language)s
    )
    ON CONFLICT (id) DO NOTHING
"""

REMOVE = "SELECT remove_method(%(id)s, %(why)s, %(now)s) AS removal"

EXPIRE = """
    UPDATE payment_methods SET removed_at = %(now)s, removed_why = 'its time is over'
    WHERE keep_until <= %(now)s AND removed_at IS NULL
"""

OF_CUSTOMER = """
    SELECT payment_methods.* FROM payment_methods
    LEFT JOIN LATERAL (
        SELECT max(opened_at) AS used_at FROM payments JOIN payment_states USING (state)
        WHERE method_id = payment_methods.id AND occasion = 'call' AND counted
    ) AS payments ON true
    WHERE customer_id = %(customer)s AND removed_at IS NULL
    ORDER BY greatest(added_at, used_at) DESC, id
"""

TO_FORGET = """
    SELECT * FROM payment_methods WHERE removed_at IS NOT NULL AND forgotten_at IS NULL
    ORDER BY removed_at LIMIT %(limit)s
"""

FORGOTTEN = """
    UPDATE payment_methods SET forgotten_at = greatest(%(now)s, removed_at)
    WHERE id = %(id)s AND removed_at IS NOT NULL AND forgotten_at IS NULL
"""

HISTORY = """
    SELECT * FROM payment_methods WHERE customer_id = %(customer)s ORDER BY added_at DESC, id
"""

BY_ID = "SELECT * FROM payment_methods WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class Consent:
    """
    What the customer agreed to when a method was saved (the card networks' rules for that).

    Args:
        prompts: The words that were said, prompt by prompt.
        language: In which they were said, such as ``en``.
        call_id: None where it was given otherwise than in a call.
    """

    prompts: Sequence[Prompt]
    language: str
    call_id: str | None


@dataclass(frozen=True, slots=True)
class History:
    """
    A method with what was agreed to, and when it was removed.

    Args:
        removed_at: None for one that is there.
    """

    method: SavedMethod
    card_kind: CardKind | None
    added_at: datetime
    consent_call: str | None
    removed_at: datetime | None
    removed_why: str | None


class Removal(Enum):
    """What came of removing a method."""

    REMOVED = "removed"
    NOT_THERE = "not there"
    """It was removed before."""
    PAYING = "paying"
    """A payment by it is on its way to the gateway; it is not removed."""


async def ask_to_keep(store: Store, token: str, *, now: datetime) -> None:
    """
    Note, before the gateway is asked, that it may keep something under *token*.

    Unless `keep` stores it as a method, it is forgotten after a while (`orphans`).
    """
    await store.run(ASK, token=token, now=now)


async def not_kept(store: Store, token: str) -> None:
    """Note that the gateway keeps nothing under *token*; may be repeated."""
    await store.run(NOT_KEPT, token=token)


async def orphans(store: Store, *, before: datetime, limit: int) -> list[str]:
    """Up to *limit* names, asked for *before* then, under which the gateway may keep a card."""
    rows = await store.all(ORPHANS, before=before, limit=limit)
    return [str(row["token"]) for row in rows]


async def keep(
    store: Store,
    method: SavedMethod,
    consent: Consent,
    *,
    now: datetime,
    card_kind: CardKind | None = None,
    until: datetime | None = None,
) -> None:
    """
    Store that the gateway keeps *method*, and the customer's *consent*; may be repeated.

    Args:
        until: When it is to be removed by itself (`expire`); None keeps it until somebody does.
    """
    await store.run(
        KEEP,
        id=method.id,
        customer=method.customer_id,
        token=method.token,
        card_kind=card_kind and card_kind.value,
        fingerprint=method.fingerprint,
        now=now,
        until=until,
        call=consent.call_id,
        prompts=list(consent.prompts),
        language=consent.language,
        **face_columns(method.face),
    )


async def remove(store: Store, method: SavedMethod, *, why: str, now: datetime) -> Removal:
    """Offer and charge *method* never again, unless it is PAYING; may be repeated."""
    row = await store.one(REMOVE, id=method.id, why=why, now=now)
    assert row is not None
    return Removal(row["removal"])


async def expire(store: Store, *, now: datetime) -> int:
    """How many methods are removed because they were kept for a time that is over."""
    return await store.run(EXPIRE, now=now)


async def of_customer(store: Store, customer_id: str) -> list[SavedMethod]:
    """The customer's saved methods, what was saved or used last first; expired ones too."""
    rows = await store.all(OF_CUSTOMER, customer=customer_id)
    return [method_of_row(row) for row in rows]


async def history_of_customer(store: Store, customer_id: str) -> list[History]:
    """Everything that the customer ever saved, the last first."""
    return [
        History(
            method=method_of_row(row),
            card_kind=row["card_kind"] and CardKind(row["card_kind"]),
            added_at=row["added_at"],
            consent_call=row["consent_call"] and str(row["consent_call"]),
            removed_at=row["removed_at"],
            removed_why=row["removed_why"],
        )
        for row in await store.all(HISTORY, customer=customer_id)
    ]


async def to_forget(store: Store, *, limit: int) -> list[SavedMethod]:
    """Up to *limit* removed methods that the gateway may still keep, the longest removed first."""
    return [method_of_row(row) for row in await store.all(TO_FORGET, limit=limit)]


async def forgotten(store: Store, method: SavedMethod, *, now: datetime) -> None:
    """Note that the gateway keeps the removed *method* no more; may be repeated."""
    await store.run(FORGOTTEN, id=method.id, now=now)


async def by_id(store: Store, method_id: str) -> SavedMethod | None:
    """The method with that id, removed or not; None if there is none."""
    row = await store.one(BY_ID, id=method_id)
    return method_of_row(row) if row else None


def method_of_row(row: Row) -> SavedMethod:
    """The method in a row of the table payment_methods."""
    return SavedMethod(
        id=str(row["id"]),
        customer_id=str(row["customer_id"]),
        face=face_of_row(row, kind="kind"),
        token=row["token"],
        fingerprint=row["fingerprint"],
    )
