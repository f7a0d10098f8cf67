"""Which cards were declined how often, by keyed fingerprint, whoever tried them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from paytone.gateway import Refusal
from paytone.rules.money import Money
from paytone.rules.retry import A_MONTH, Decline
from paytone.store import Store, calls
from paytone.store.calls import CallEvent

NOTE = """
    INSERT INTO card_attempts (payment_id, fingerprint) VALUES (%(payment)s, %(fingerprint)s)
    ON CONFLICT (payment_id) DO NOTHING
"""

DECLINES = """
    SELECT at, amount_cents, currency, refusal, refusal_hard FROM card_declines
    WHERE fingerprint = %(fingerprint)s AND (refusal_hard OR at > %(since)s)
"""

NOT_CONFIRMED: Final = "card-not-confirmed"
"""What happened in a call where its bank did not confirm a card that was to be kept."""

REFUSED = """
    WITH theirs AS (
        SELECT id FROM calls
        WHERE opened_at > %(since)s AND (account_id = %(account)s OR calling = %(calling)s)
    )
    SELECT (
        SELECT count(*) FROM theirs JOIN call_events ON call_id = theirs.id
        WHERE kind = %(not_confirmed)s
    ) + (
        SELECT count(*) FROM theirs JOIN payments ON payments.call_id = theirs.id
        WHERE state = 'declined' AND method = 'card'
    ) AS refused
"""

OTHER_WORDS_HELP = {Refusal.EXPIRED, Refusal.SECURITY_CODE, Refusal.ADDRESS, Refusal.GONE}
"""Refusals of what was said with the number, not of the number: said rightly it may be taken."""


async def note(store: Store, payment_id: str, fingerprint: str) -> None:
    """Note that a payment, just opened, tries that card; may be repeated."""
    await store.run(NOTE, payment=payment_id, fingerprint=fingerprint)


async def declines(store: Store, fingerprint: str, *, now: datetime) -> list[Decline]:
    """The card's declines as `retry.held` wants them: the last 30 days', and all final."""
    rows = await store.all(DECLINES, fingerprint=fingerprint, since=now - A_MONTH)
    return [
        Decline(
            at=row["at"],
            amount=Money(row["amount_cents"], row["currency"]),
            final=row["refusal_hard"] and Refusal(row["refusal"]) not in OTHER_WORDS_HELP,
        )
        for row in rows
    ]


async def not_confirmed(store: Store, call_id: str, *, verb: str, now: datetime) -> None:
    """Note that in the call its bank did not confirm a card; only for a call that is stored."""
    await calls.record(store, call_id, [CallEvent(now, verb, NOT_CONFIRMED)])


async def refused(store: Store, *, account_id: str, calling: str | None, since: datetime) -> int:
    """
    How many cards were declined or not confirmed for *account_id* or from the number *calling*.

    Args:
        since: When the calls that count began.
    """
    row = await store.one(
        REFUSED, account=account_id, calling=calling, since=since, not_confirmed=NOT_CONFIRMED
    )
    return int(row["refused"]) if row else 0
