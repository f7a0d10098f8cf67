"""What must hold of saved methods: the words that were agreed to, and what was removed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from paytone.flows.keep_bank import KEEP_BANK_FOR
from paytone.flows.keep_card import ACCEPT, KEEP_CARD, KEEP_CARD_FOR
from paytone.flows.method_entry import face_in_words
from paytone.prompts import Prompt
from paytone.prompts.grammar import recordings
from paytone.sandbox.core import Sandbox
from paytone.store import Row, Store
from paytone.store.faces import face_of_row

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts
    from paytone.simulate.invariants import Check, Invariant

SAVED: Final = """
    SELECT payment_methods.*, array_agg(accounts.id::text) AS accounts
    FROM payment_methods JOIN accounts USING (customer_id)
    WHERE customer_id IN (SELECT customer_id FROM accounts WHERE id = ANY(%(accounts)s))
    GROUP BY payment_methods.id
    ORDER BY added_at, payment_methods.id
"""

CUSTOMERS: Final = """
    SELECT DISTINCT customer_id::text AS id FROM accounts WHERE id = ANY(%(accounts)s)
"""

OUTSIDE: Final = (ACCEPT,)
"""What stands for the words of whoever agreed outside of calls; see `plans`."""

SLACK: Final = timedelta(seconds=15)
"""Between the time that a removal is stamped with and its commit: a slow statement."""


@dataclass(frozen=True, slots=True)
class Saved:
    """
    A method as it is stored.

    Args:
        accounts: The accounts of the customer whose it is.
        words: As it is spoken.
        consent: The words that its customer agreed to.
    """

    id: str
    accounts: frozenset[str]
    token: str
    words: tuple[Prompt, ...]
    consent: tuple[Prompt, ...]
    added: datetime
    removed: datetime | None


async def saved_of(store: Store, accounts: list[str]) -> list[Saved]:
    """Every method that the customers of those accounts ever saved."""
    return [_saved(row) for row in await store.all(SAVED, accounts=accounts)]


def _saved(row: Row) -> Saved:
    return Saved(
        str(row["id"]),
        frozenset(row["accounts"]),
        row["token"],
        recordings(face_in_words(face_of_row(row, kind="kind"))),
        recordings(tuple(map(Prompt, row["consent_prompts"]))),
        row["added_at"],
        row["removed_at"],
    )


async def vaulted_of(store: Store, sandbox: Sandbox, accounts: list[str]) -> frozenset[str]:
    """
    The tokens of the cards that the gateway keeps for the customers of those accounts, and of the
    bank accounts that they have saved; others it keeps for a debit of theirs.
    """
    books = sandbox.books_of()
    saved = {each.token for each in await saved_of(store, accounts) if each.removed is None}
    customers = [row["id"] for row in await store.all(CUSTOMERS, accounts=accounts)]
    cards = frozenset(card.token for each in customers for card in books.cards_of(each))
    return cards | (saved & books.methods.keys())


def nothing_is_saved_without_consent(facts: Facts) -> Check:
    """Each saved method rests on a 1 of its own, after the very words stored with it were heard."""
    given: Counter[tuple[str, tuple[Prompt, ...]]] = Counter()
    for witness, account in facts.called:
        given.update((account, words) for words in witness.consents)
    for method in facts.saved:
        if method.consent == OUTSIDE:
            continue
        named = method.consent in {
            (KEEP_CARD, *method.words, what_for, ACCEPT)
            for what_for in (KEEP_CARD_FOR, KEEP_BANK_FOR)
        }
        by = next((a for a in sorted(method.accounts) if given[a, method.consent]), None)
        if by is not None:
            given[by, method.consent] -= 1
        yield None if named and by else f"method {method.id} rests on no consent"


def a_removed_method_pays_nothing(facts: Facts) -> Check:
    """Once a method is removed no payment by it is begun."""
    removed = {method.id: method.removed for method in facts.saved if method.removed}
    for payment in facts.payments:
        if payment.method is not None:
            moment = removed.get(payment.method)
            late = moment is not None and payment.opened > moment + SLACK
            yield f"payment {payment.id} is by a removed method" if late else None


def who_hears_removed_has_it_removed(facts: Facts) -> Check:
    """Whoever was told that a card is removed can be sure of it."""
    for witness, account in facts.called:
        for at, words in witness.removals:
            gone = any(
                account in method.accounts and method.words == words
                and method.removed is not None and method.removed <= at
                for method in facts.saved
            )  # fmt: skip
            yield None if gone else f"call {witness.number}: {' '.join(words)} is not removed"


def vault_and_table_agree(facts: Facts) -> Check:
    """In the end the gateway keeps the cards that customers have saved, and no other."""
    kept = {method.token for method in facts.saved if method.removed is None}
    for token in sorted(kept | facts.vaulted):
        where = "the vault" if token in facts.vaulted else "the table"
        yield None if token in kept & facts.vaulted else f"card {token} is only in {where}"


SAVED_METHODS: Final[tuple[Invariant, ...]] = (
    nothing_is_saved_without_consent,
    a_removed_method_pays_nothing,
    who_hears_removed_has_it_removed,
    vault_and_table_agree,
)
