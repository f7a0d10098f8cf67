"""PINs set by callers, and the answers that prove who they are."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from paytone.rules.security import SecurityQuestion
from paytone.store import Store
from paytone.store.accounts import NoSuchAccount

SET_PIN = """
    WITH changed AS (
        UPDATE accounts SET pin_hash = %(pin_hash)s WHERE id = %(account)s RETURNING id
    )
    INSERT INTO pin_changes (account_id, at, proved_by, call_id)
    SELECT id, %(now)s, %(proved_by)s, %(call)s FROM changed
"""

PHONES = "SELECT phone FROM account_phones WHERE account_id = %(account)s"

ANSWERS = """
    SELECT question, answer_hash FROM security_answers WHERE account_id = %(account)s::uuid
"""

SET_ANSWER = """
    INSERT INTO security_answers (account_id, question, answer_hash, set_at)
    SELECT id, %(question)s, %(answer_hash)s, %(now)s FROM accounts WHERE number = %(number)s
    ON CONFLICT (account_id, question) DO UPDATE
    SET answer_hash = EXCLUDED.answer_hash, set_at = EXCLUDED.set_at
"""

MAY_PAY = "SELECT FROM accounts WHERE id = %(account)s::uuid AND zip = %(zip_code)s"


class ProvedBy(Enum):
    """By what a caller without a PIN proved to be the account's; the database has the same."""

    PASSCODE = "passcode"
    SECURITY = "security"


async def set_pin(
    store: Store,
    account_id: str,
    pin_hash: str,
    *,
    proved_by: ProvedBy,
    call_id: str,
    now: datetime,
) -> None:
    """Set the account's PIN; the customer is written to of it in the same transaction."""
    await store.run(
        SET_PIN,
        account=account_id,
        pin_hash=pin_hash,
        proved_by=proved_by.value,
        call=call_id,
        now=now,
    )


async def phones(store: Store, account_id: str) -> list[str]:
    """The phone numbers on the account."""
    return [row["phone"] for row in await store.all(PHONES, account=account_id)]


async def answers(store: Store, account_id: str | None) -> dict[SecurityQuestion, str]:
    """The hashes of what the account's customer answers; empty where there is no account."""
    rows = await store.all(ANSWERS, account=account_id)
    return {SecurityQuestion(row["question"]): row["answer_hash"] for row in rows}


async def set_answer(
    store: Store, number: str, question: SecurityQuestion, answer_hash: str, now: datetime
) -> None:
    """
    Store what the customer answers; may be repeated.

    Raises:
        NoSuchAccount: There is none with that number.
    """
    values = {"question": question.value, "answer_hash": answer_hash}
    if not await store.run(SET_ANSWER, number=number, now=now, **values):
        raise NoSuchAccount(number)


async def zip_is(store: Store, account_id: str | None, zip_code: str) -> bool:
    """Whether the account is billed at *zip_code*; never where that is not known."""
    return await store.one(MAY_PAY, account=account_id, zip_code=zip_code) is not None
