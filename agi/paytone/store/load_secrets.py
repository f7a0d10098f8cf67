"""PINs and answers to security questions of an import: hashed, and brought into the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Final, LiteralString

from paytone.rules.pin import hash_pin, pin_matches
from paytone.store import Connection
from paytone.store.account_file import AccountRow

Place = tuple[str, str]
"""The number of an account, and what of it: PIN, or the name of a question."""

PIN: Final = "pin"

KNOWN: Final = """
    SELECT number, 'pin' AS what, pin_hash AS hash FROM accounts
    WHERE number = ANY(%(numbers)s) AND pin_hash IS NOT NULL
    UNION ALL
    SELECT number, question, answer_hash FROM security_answers
    JOIN accounts ON accounts.id = account_id
    WHERE number = ANY(%(numbers)s)
"""

UNLIKE_EACH_OTHER: Final = """
    SELECT line,
        'the answer to ' || question || ' is not as in the account''s first row that has it'
    FROM (
        SELECT line, question, hash,
            first_value(hash) OVER (PARTITION BY account_number, question ORDER BY line) AS first
        FROM incoming CROSS JOIN jsonb_each_text(answers) AS answer (question, hash)
    ) AS answers_of_accounts
    WHERE hash <> first
    ORDER BY line
"""

NEW_PINS: Final = """
    UPDATE accounts SET pin_hash = incoming.pin_hash
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.pin_hash IS DISTINCT FROM incoming.pin_hash AND incoming.pin_hash IS NOT NULL
    RETURNING accounts.number
"""

NEW_ANSWERS: Final = """
    WITH written AS (
        INSERT INTO security_answers (account_id, question, answer_hash, set_at)
        SELECT DISTINCT accounts.id, question, hash, %(now)s::timestamptz
        FROM incoming
        JOIN accounts ON accounts.number = incoming.account_number
        CROSS JOIN jsonb_each_text(answers) AS answer (question, hash)
        ON CONFLICT (account_id, question) DO UPDATE
            SET answer_hash = EXCLUDED.answer_hash, set_at = EXCLUDED.set_at
            WHERE security_answers.answer_hash <> EXCLUDED.answer_hash
        RETURNING account_id
    )
    SELECT number FROM accounts WHERE id IN (SELECT account_id FROM written)
"""

CHANGES: Final[tuple[LiteralString, ...]] = (NEW_PINS, NEW_ANSWERS)
"""From the table ``incoming`` of `load_accounts`; each gives the accounts' numbers."""


class Secrets:
    """Hashes each secret of each account once, or finds that the account has it already."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._given: dict[Place, str] = {}
        self._hashes: dict[Place, str] = {}

    async def hash(self, rows: Iterable[AccountRow]) -> None:
        """
        Hash what is in *rows*, for `pin_hash_of` and `answers_of`.

        Takes some 20 ms a secret and core; to be done in no transaction.
        """
        new: dict[Place, str] = {}
        for row in rows:
            for place, secret in _secrets(row):
                if place not in self._given:
                    new.setdefault(place, secret)
        numbers = list({number for number, _ in new})
        cursor = await self._connection.execute(KNOWN, {"numbers": numbers})
        known = {(row["number"], row["what"]): row["hash"] for row in await cursor.fetchall()}
        hashes = await asyncio.gather(
            *(asyncio.to_thread(_hash, secret, known.get(place)) for place, secret in new.items())
        )
        self._given.update(new)
        self._hashes.update(zip(new, hashes, strict=True))

    def pin_hash_of(self, row: AccountRow) -> str | None:
        """What is stored of the PIN of *row*; None where the row has none."""
        return self._hash_of((row.account_number, PIN), row.pin) if row.pin else row.pin_hash

    def answers_of(self, row: AccountRow) -> str | None:
        """The hashes of the answers of *row* by question, as JSON; None where it has none."""
        found = {
            question.value: self._hash_of((row.account_number, question.value), answer)
            for question, answer in row.answers.items()
        }
        return json.dumps(found) if found else None

    def _hash_of(self, place: Place, secret: str) -> str:
        if secret != self._given[place]:
            return ""  # unlike any hash, so that the rows are found not to agree
        return self._hashes[place]


def _secrets(row: AccountRow) -> Iterator[tuple[Place, str]]:
    if row.pin:
        yield (row.account_number, PIN), row.pin
    for question, answer in row.answers.items():
        yield (row.account_number, question.value), answer


def _hash(secret: str, known: str | None) -> str:
    return known if known and pin_matches(known, secret) else hash_pin(secret)
