"""Calls, and what was said and asked in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.store import Store
from paytone.store.accounts import account_of_row

OPEN = """
    INSERT INTO calls (id, called, calling, opened_at)
    VALUES (%(call)s, %(called)s, %(calling)s, %(now)s)
    ON CONFLICT (id) DO NOTHING
"""

ACCOUNT_OF = """
    SELECT accounts.*
    FROM calls JOIN accounts ON accounts.id = calls.account_id
    WHERE calls.id = %(call)s
"""

IDENTIFIED = """
    UPDATE calls SET account_id = %(account)s, identified_at = %(now)s,
        pays_for = NULL, pays_for_since = NULL
    WHERE id = %(call)s
"""

PAYS_FOR = """
    SELECT accounts.*
    FROM calls JOIN accounts ON accounts.id = calls.pays_for
    WHERE calls.id = %(call)s
"""

ONLY_PAYS = """
    UPDATE calls SET pays_for = %(account)s, pays_for_since = %(now)s,
        account_id = NULL, identified_at = NULL
    WHERE id = %(call)s
"""

RECORD = """
    INSERT INTO call_events (call_id, at, verb, kind, prompts)
    SELECT %(call)s, at, verb, kind, string_to_array(prompts, ' ')
    FROM unnest(
        %(at)s::timestamptz[], %(verb)s::text[], %(kind)s::text[], %(prompts)s::text[]
    ) WITH ORDINALITY AS event (at, verb, kind, prompts, place)
    WHERE EXISTS (SELECT FROM calls WHERE id = %(call)s)
    ORDER BY place
"""

HAS_HEARD = """
    SELECT FROM call_events
    WHERE call_id = %(call)s AND kind IN ('said', 'announced') AND %(prompt)s = ANY(prompts) LIMIT 1
"""

CLOSE = """
    UPDATE calls SET closed_at = %(now)s, ending = %(how)s WHERE id = %(call)s AND closed_at IS NULL
"""


class NoSuchCall(LookupError):
    """The store holds no call with that id; no money moved."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """
    One thing that happened in a call; never which keys were pressed, nor how many.

    Args:
        verb: The job that was being done, such as ``pay-bill``.
        kind: What happened, such as ``said``, ``announced``, ``asked``, ``keyed``, ``ended``.
        prompts: What the line said in it, by name.
    """

    at: datetime
    verb: str
    kind: str
    prompts: tuple[Prompt, ...] = ()


async def open_call(
    store: Store, call_id: str, *, called: str, calling: str | None, now: datetime
) -> None:
    """
    Store a call once; repeating it changes nothing.

    Args:
        call_id: A UUID of the caller's choice.
        called: The number dialled.
        calling: The number calling; None when withheld.
    """
    await store.run(OPEN, call=call_id, called=called, calling=calling or None, now=now)


async def account_of(store: Store, call_id: str) -> Account | None:
    """The account that the caller identified for; None before that, and for a call not stored."""
    row = await store.one(ACCOUNT_OF, call=call_id)
    return account_of_row(row) if row else None


async def identified(store: Store, call_id: str, account_id: str, now: datetime) -> None:
    """
    Note that the caller proved to be the account's; may be repeated, also for another account.

    Raises:
        NoSuchCall: The call was never stored; `open_call` it.
    """
    if not await store.run(IDENTIFIED, call=call_id, account=account_id, now=now):
        raise NoSuchCall(call_id)


async def pays_for(store: Store, call_id: str) -> Account | None:
    """The account that the caller may pay and hear nothing of; None for any other caller."""
    row = await store.one(PAYS_FOR, call=call_id)
    return account_of_row(row) if row else None


async def only_pays(store: Store, call_id: str, account_id: str, now: datetime) -> None:
    """
    Note that the caller may pay for the account and hear nothing; whatever was proved before ends.

    Raises:
        NoSuchCall: The call was never stored; `open_call` it.
    """
    if not await store.run(ONLY_PAYS, call=call_id, account=account_id, now=now):
        raise NoSuchCall(call_id)


async def record(store: Store, call_id: str, events: Sequence[CallEvent]) -> None:
    """
    Add *events* to what happened in the call, in one statement; repeating it adds them again.

    Nothing is kept for a call that was never stored, so that a call which began while the database
    was away goes on.
    """
    if not events:
        return
    await store.run(
        RECORD,
        call=call_id,
        at=[event.at for event in events],
        verb=[event.verb for event in events],
        kind=[event.kind for event in events],
        prompts=[" ".join(event.prompts) for event in events],
    )


async def has_heard(store: Store, call_id: str, prompt: Prompt) -> bool:
    """Whether an earlier job of the call has said *prompt*."""
    return await store.one(HAS_HEARD, call=call_id, prompt=prompt) is not None


async def close_call(store: Store, call_id: str, how: str, now: datetime) -> None:
    """Note *how* the call ended, such as ``hung-up``; the first ending stands."""
    await store.run(CLOSE, call=call_id, how=how, now=now)
