"""Which cards were declined how often, by keyed fingerprint, whoever tried them."""

from __future__ import annotations

from datetime import datetime

from paytone.gateway import Refusal
from paytone.rules.money import Money
from paytone.rules.retry import A_MONTH, Decline
from paytone.store import Store

NOTE = """
    INSERT INTO card_attempts (payment_id, fingerprint) VALUES (%(payment)s, %(fingerprint)s)
    ON CONFLICT (payment_id) DO NOTHING
"""

DECLINES = """
    SELECT at, amount_cents, currency, refusal, refusal_hard FROM card_declines
    WHERE fingerprint = %(fingerprint)s AND (refusal_hard OR at > %(since)s)
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
