"""The directory of banks: replaced whole, followed where a bank moved."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.rules.bank import Bank
from paytone.rules.fedach import Participant
from paytone.store import Store, banks
from tests.store.given import NOW

DAY = date(2026, 1, 2)
A, B, C, D = "021000021", "026009593", "121000248", "011000015"


def listed(*moves: tuple[str, str | None]) -> list[Participant]:
    """Banks, and where they moved."""
    return [Participant(routing, f"Bank {routing}", to, DAY) for routing, to in moves]


async def load(store: Store, *moves: tuple[str, str | None], force: bool = True) -> tuple[int, int]:
    """The list, replaced."""
    return await banks.replace_all(store, listed(*moves), by="test", now=NOW, force=force)


async def test_a_bank_is_found_by_its_number(store: Store) -> None:
    assert (2, 0) == await load(store, (A, None), (B, None))
    assert Bank(A, f"Bank {A}") == await banks.bank_of(store, A)
    assert await banks.bank_of(store, C) is None


async def test_a_bank_that_moved_twice_is_found_where_it_is(store: Store) -> None:
    await load(store, (A, B), (B, C), (C, None))
    assert Bank(C, f"Bank {C}") == await banks.bank_of(store, A)


@pytest.mark.parametrize(
    "moves", [((A, B), (B, A)), ((A, D),)], ids=["in a circle", "to one that is not listed"]
)
async def test_a_bank_that_moved_nowhere_is_refused(
    store: Store, moves: tuple[tuple[str, str | None], ...]
) -> None:
    await load(store, *moves)
    assert await banks.bank_of(store, A) is None


async def test_a_list_that_is_far_smaller_changes_nothing_unless_forced(store: Store) -> None:
    await load(store, (A, None), (B, None), (C, None), (D, None))
    with pytest.raises(banks.FarSmaller):
        await load(store, (A, None), force=False)
    assert await banks.bank_of(store, D) is not None
    assert (1, 4) == await load(store, (A, None))
    assert await banks.bank_of(store, D) is None
