"""Contacts: where customers may be written to, what they agreed to, and who changed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg

from paytone.rules.contact import Contacts
from paytone.store import Row, Store

OF_ACCOUNT = """
    SELECT customers.id, email, email_receipts, mobile, EXISTS (
        SELECT FROM customer_channels
        WHERE customer_id = customers.id AND channel = 'sms'
    ) AS sms_receipts
    FROM accounts JOIN customers ON customers.id = accounts.customer_id
    WHERE accounts.id = %(account)s
"""

AGREE = """
    WITH customer AS (
        UPDATE customers SET mobile = %(mobile)s
        FROM accounts
        WHERE accounts.id = %(account)s AND customers.id = accounts.customer_id
        RETURNING customers.id
    ), change AS (
        INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
        SELECT id, %(now)s, 'text messages on', %(source)s, %(said)s, %(call)s FROM customer
    )
    INSERT INTO contact_consents (
        customer_id, channel, address, purpose, source, said, call_id, at
    )
    SELECT id, 'sms', %(mobile)s, 'receipts', %(kind)s, %(said)s, %(call)s, %(now)s FROM customer
    ON CONFLICT (customer_id, channel, address, purpose) WHERE withdrawn_at IS NULL DO NOTHING
"""

STOP_OF_ACCOUNT = """
    WITH stopped AS (
        UPDATE contact_consents SET withdrawn_at = %(now)s, withdrawn_how = %(how)s
        FROM accounts
        WHERE accounts.id = %(account)s AND withdrawn_at IS NULL AND channel = 'sms'
            AND contact_consents.customer_id = accounts.customer_id
        RETURNING contact_consents.customer_id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
    SELECT DISTINCT customer_id, %(now)s, 'text messages off', %(source)s, %(how)s, %(call)s::uuid
    FROM stopped
"""

STOP_NUMBER = """
    WITH stopped AS (
        UPDATE contact_consents SET withdrawn_at = %(now)s, withdrawn_how = %(how)s
        WHERE address = %(mobile)s AND withdrawn_at IS NULL
        RETURNING customer_id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why)
    SELECT DISTINCT customer_id, %(now)s, 'text messages off', %(source)s, %(how)s FROM stopped
"""

WISH = """
    WITH customer AS (
        UPDATE customers SET email_receipts = %(wanted)s
        FROM accounts
        WHERE accounts.id = %(account)s AND customers.id = accounts.customer_id
            AND email_receipts <> %(wanted)s
        RETURNING customers.id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
    SELECT id, %(now)s, %(what)s, %(source)s, %(why)s, %(call)s FROM customer
"""

NEW_ADDRESS = """
    WITH customer AS (
        UPDATE customers SET email = %(email)s
        FROM accounts
        WHERE accounts.id = %(account)s AND customers.id = accounts.customer_id
            AND email IS DISTINCT FROM %(email)s
        RETURNING customers.id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why)
    SELECT id, %(now)s, 'e-mail address', %(source)s, %(why)s FROM customer
"""

LANGUAGE_OF = """
    SELECT language FROM accounts JOIN customers ON customers.id = customer_id
    WHERE accounts.id = %(account)s
"""

SPEAK = """
    WITH customer AS (
        UPDATE customers SET language = %(language)s
        FROM accounts
        WHERE accounts.id = %(account)s AND customers.id = accounts.customer_id
            AND language <> %(language)s
        RETURNING customers.id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
    SELECT id, %(now)s, %(what)s, %(source)s, %(why)s, %(call)s FROM customer
"""

CHANGES = """
    SELECT at, what, source, why FROM contact_changes
    JOIN accounts USING (customer_id) WHERE accounts.id = %(account)s ORDER BY contact_changes.id
"""


class NotAnAddress(ValueError):
    """The database takes no such address; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    Who changes a contact.

    Args:
        kind: ``call`` or ``admin``.
        who: The admin; for a call, ``the caller``.
        call_id: Of a call, and only then.
    """

    kind: str
    who: str
    call_id: str | None = None

    @classmethod
    def caller(cls, call_id: str) -> Source:
        """A caller who has proved to be the customer."""
        return cls("call", "the caller", call_id)

    @classmethod
    def admin(cls, who: str) -> Source:
        """Somebody at the biller."""
        return cls("admin", who)


async def of_account(store: Store, account_id: str) -> tuple[str, Contacts]:
    """The id of the account's customer, and where they may be written to."""
    row = await store.one(OF_ACCOUNT, account=account_id)
    if row is None:
        raise LookupError(account_id)
    return str(row["id"]), Contacts(
        row["email"], row["email_receipts"], row["mobile"], row["sms_receipts"]
    )


async def agree_to_texts(
    store: Store, account_id: str, mobile: str, *, said: str, source: Source, now: datetime
) -> None:
    """
    Note that the customer wants text messages at the ten digits *mobile*; may be repeated.

    Args:
        said: The words that were agreed to, or where the agreement is.
    """
    await store.run(
        AGREE,
        account=account_id,
        mobile=mobile,
        said=said,
        kind=source.kind,
        source=source.who,
        call=source.call_id,
        now=now,
    )


async def stop_texts(
    store: Store, account_id: str, *, how: str, source: Source, now: datetime
) -> None:
    """Send the customer no text message any more, from now on; may be repeated."""
    await store.run(
        STOP_OF_ACCOUNT,
        account=account_id,
        how=how,
        source=source.who,
        call=source.call_id,
        now=now,
    )


async def stop_number(store: Store, mobile: str, *, how: str, source: Source, now: datetime) -> int:
    """
    Send no text message to the ten digits *mobile* any more; how many customers had agreed.

    What was agreed to of calls there ends too: who says stop need not say it once a channel.
    """
    return await store.run(STOP_NUMBER, mobile=mobile, how=how, source=source.who, now=now)


async def want_email(
    store: Store, account_id: str, *, wanted: bool, why: str, source: Source, now: datetime
) -> None:
    """Let receipts go to the customer's address, or no longer; may be repeated."""
    await store.run(
        WISH,
        account=account_id,
        wanted=wanted,
        what=f"e-mail receipts {'on' if wanted else 'off'}",
        why=why,
        source=source.who,
        call=source.call_id,
        now=now,
    )


async def set_email(
    store: Store, account_id: str, email: str | None, *, why: str, source: Source, now: datetime
) -> None:
    """
    Give the customer another address, or none; may be repeated.

    Raises:
        NotAnAddress: It is none.
    """
    try:
        await store.run(
            NEW_ADDRESS, account=account_id, email=email, why=why, source=source.who, now=now
        )
    except psycopg.errors.CheckViolation as exc:
        raise NotAnAddress from exc


async def language_of(store: Store, account_id: str) -> str:
    """In which the account's customer is spoken and written to, such as ``en``."""
    row = await store.one(LANGUAGE_OF, account=account_id)
    if row is None:
        raise LookupError(account_id)
    return str(row["language"])


async def set_language(
    store: Store, account_id: str, language: str, *, why: str, source: Source, now: datetime
) -> None:
    """Speak and write to the customer in *language* from now on; may be repeated."""
    await store.run(
        SPEAK,
        account=account_id,
        language=language,
        what=f"language {language}",
        source=source.who,
        why=why,
        call=source.call_id,
        now=now,
    )


async def changes(store: Store, account_id: str) -> list[Row]:
    """What was changed, oldest first: at, what, source, why."""
    return await store.all(CHANGES, account=account_id)
