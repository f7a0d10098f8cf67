"""Passcodes: asked for, tried and used; never the codes themselves."""

from __future__ import annotations

from datetime import datetime

from paytone.rules.passcode import LIVES, PER_ACCOUNT, PER_NUMBER, TRIES, Way
from paytone.store import Store

ASK = """
    SELECT ask_passcode(
        %(name)s, %(account)s::uuid, %(calling)s, %(way)s, %(now)s, %(lives)s, %(per_account)s,
        %(per_number)s
    ) AS asked
"""

TRY = """
    UPDATE passcodes SET tries = tries + 1
    WHERE name = (
        SELECT name FROM passcodes WHERE account_id = %(account)s::uuid
        ORDER BY asked_at DESC, name LIMIT 1
    )
        AND used_at IS NULL AND expires > %(now)s AND tries < %(tries)s
    RETURNING name
"""

USE = """
    UPDATE passcodes SET used_at = %(now)s
    WHERE name = %(name)s AND used_at IS NULL AND expires > %(now)s
"""

OF_DIAL = """
    SELECT passcodes.name
    FROM dials
    JOIN calls_out ON calls_out.id = dials.call_out_id
    JOIN passcodes ON calls_out.dedupe = 'passcode ' || passcodes.name
    WHERE dials.id = %(dial)s AND used_at IS NULL AND passcodes.expires > %(now)s
"""


async def ask(
    store: Store, name: str, account_id: str | None, *, calling: str | None, way: Way, now: datetime
) -> bool:
    """
    Let the code of *name* be sent, unless too many were today; what then is takes the same steps.

    Args:
        account_id: None where there is no such account; it is counted, and nothing is sent.
    """
    row = await store.one(
        ASK,
        name=name,
        account=account_id,
        calling=calling,
        way=way.value,
        now=now,
        lives=LIVES,
        per_account=PER_ACCOUNT,
        per_number=PER_NUMBER,
    )
    return bool(row and row["asked"])


async def attempt(store: Store, account_id: str | None, now: datetime) -> str | None:
    """
    The name of the account's last code, one of its tries used up.

    None where it was used, has expired, or was tried too often, and without an account.
    """
    row = await store.one(TRY, account=account_id, now=now, tries=TRIES)
    return row["name"] if row else None


async def use(store: Store, name: str, now: datetime) -> bool:
    """Whether the code is used by this call: of several at once by one alone."""
    return await store.run(USE, name=name, now=now) == 1


async def of_dial(store: Store, dial_id: str, now: datetime) -> str | None:
    """The name of the code that a call was made to say; None where it is no longer good."""
    row = await store.one(OF_DIAL, dial=dial_id, now=now)
    return row["name"] if row else None
