"""Saved methods without their guards, and the simulation that misses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from paytone.flows.keep_card import ACCEPT, KEEP_CARD, KEEP_CARD_FOR, face_of_kept, to_keep
from paytone.flows.method_entry import face_in_words
from paytone.gateway import Gateway, Kept
from paytone.jobs import JOBS
from paytone.line.postgres import PrivatePostgres
from paytone.rules.card import Card
from paytone.rules.job import Ended
from paytone.rules.method import SavedMethod
from paytone.simulate.rig import LINE, Rig
from paytone.store import Store, methods
from paytone.store.methods import Consent
from paytone.till import open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found
from tests.simulate.test_flow_guards import CANCELLED, PAID_IT, agreed, sale

WITHOUT_METHODS_THERE = "DROP TRIGGER method_must_be_there ON payments"
WITHOUT_REMOVAL = """
    CREATE OR REPLACE FUNCTION remove_method(the_method uuid, how text, moment timestamptz)
    RETURNS text LANGUAGE sql AS $$ SELECT 'removed' $$
"""


async def saves_unasked(visit: Visit) -> Ended:
    """Saves the card that pays, and asks nobody."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    await open_and_charge(visit.desk.till, sale(visit, agreement, account, agreement.owed.balance))
    card, desk, name = agreement.terms[1], visit.desk, str(uuid4())
    if not isinstance(card, Card):
        return PAID_IT
    kept = await desk.gateway.save_card(to_keep(card), customer=account.customer_id, token=name)
    if isinstance(kept, Kept):
        face = face_of_kept(card)
        words = (KEEP_CARD, *face_in_words(face), KEEP_CARD_FOR, ACCEPT)
        method = SavedMethod(name, account.customer_id, face, kept.token)
        await methods.keep(desk.store, method, Consent(words, "en", None), now=desk.clock())
    return PAID_IT


async def pays_with_what_was_removed(visit: Visit) -> Ended:
    """Charges a method that was removed, if there is one."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    honest = sale(visit, agreement, account, agreement.owed.balance)
    saved = await methods.history_of_customer(visit.desk.store, account.customer_id)
    removed = [each.method for each in saved if each.removed_at]
    means = removed[0] if removed else honest.means
    await open_and_charge(visit.desk.till, replace(honest, means=means))
    return PAID_IT


async def forgets_nothing(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Leaves at the gateway what nobody has any more."""
    return None


def paying(flow: Callable[[Visit], Awaitable[Ended]]) -> Rig:
    """The line where *flow* takes payments."""
    return replace(LINE, jobs={**JOBS, "pay-bill": flow})


OF_SAVED = [
    pytest.param(paying(saves_unasked), "", "nothing_is_saved_without_consent", id="consent"),
    pytest.param(
        paying(pays_with_what_was_removed),
        WITHOUT_METHODS_THERE,
        "a_removed_method_pays_nothing",
        id="a removed method",
    ),
    pytest.param(LINE, WITHOUT_REMOVAL, "who_hears_removed_has_it_removed", id="removal"),
    pytest.param(
        replace(LINE, forget=forgets_nothing), "", "vault_and_table_agree", id="forgetting"
    ),
]


@pytest.mark.parametrize(("rig", "without", "invariant"), OF_SAVED)
def test_a_guard_of_saved_methods_is_missed(
    postgres: PrivatePostgres, migrated_template: str, rig: Rig, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant, rig) is not None
