"""Reminders of instalments that are due soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from paytone.rules.arrangement import Rules
from paytone.store import Store, arrangements, letters


async def remind(store: Store, rules: Rules, *, now: datetime) -> int:
    """
    How many instalments are written of, each once; none where the rules want no reminders.

    May be repeated and may run beside itself.
    """
    if not rules.remind_days_before:
        return 0
    until = now.date() + timedelta(days=rules.remind_days_before)
    count = 0
    for each in await arrangements.coming(store, today=now.date(), until=until):
        count += await letters.queue(
            store,
            kind="instalment-due",
            customer_id=each.customer_id,
            dedupe=f"instalment {each.id}",
            facts={
                "account": each.account_number[-4:],
                "confirmation": each.confirmation,
                "amount_cents": each.left.cents,
                "due": each.due.isoformat(),
            },
            now=now,
        )
    return count
