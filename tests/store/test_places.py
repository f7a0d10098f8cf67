"""Payment centres and ZIP codes as they are stored and found."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from paytone.rules.place import Centre, Spot
from paytone.store import Store, places
from tests.store import given
from tests.store.test_centre_file import MARKET

SPOT = Spot(41.92, -88.13)
FAR = replace(MARKET, name="Far", zip_code="90001", hours=None, phone=None)
NAMED = replace(MARKET, place_prompt="place-abcdefghijkl", hours_prompt="hours-abcdefghijkl")


async def bring(store: Store, *centres: Centre) -> int:
    return await places.replace_centres(store, centres, by="test", now=given.NOW)


async def bring_zips(store: Store, **zips: Spot) -> int:
    known = {name.removeprefix("z"): spot for name, spot in zips.items()}
    return await places.replace_zips(store, known, by="test", now=given.NOW)


async def test_a_list_takes_the_place_of_the_one_before(store: Store) -> None:
    assert (0, 2) == (await bring(store, MARKET, FAR), await bring(store, NAMED))
    assert (0, 1) == (await bring_zips(store, z60188=SPOT), await bring_zips(store, z60188=SPOT))
    assert [(NAMED, SPOT)] == await places.placed(store)
    imports = await store.all("SELECT by, what, count FROM place_imports ORDER BY id")
    assert [("centres", 2), ("centres", 1), ("ZIP codes", 1), ("ZIP codes", 1)] == [
        (row["what"], row["count"]) for row in imports
    ]


async def test_a_list_that_the_database_refuses_leaves_the_one_before(store: Store) -> None:
    await bring(store, MARKET)
    with pytest.raises(psycopg.errors.UniqueViolation):
        await bring(store, FAR, FAR)
    assert [(MARKET, False)] == await places.listed(store)


async def test_where_nobody_knows_is_listed_and_not_found(store: Store) -> None:
    await bring(store, MARKET, FAR)
    assert not await places.are_there(store)
    await bring_zips(store, z60188=SPOT)
    assert await places.are_there(store)
    assert [(MARKET, SPOT)] == await places.placed(store)
    assert [(MARKET, True), (FAR, False)] == await places.listed(store)


async def test_an_area_is_what_begins_with_the_same_three_digits(store: Store) -> None:
    await bring_zips(store, z60188=SPOT, z60100=SPOT, z60199=SPOT, z60200=SPOT, z60099=SPOT)
    assert {"60100", "60188", "60199"} == set(await places.area_of(store, "60123"))


async def test_the_zip_code_of_an_account(store: Store) -> None:
    account = await given.account(store)
    assert await places.zip_of(store, account.id) is None
    await store.run("UPDATE accounts SET zip = '60188'")
    assert "60188" == await places.zip_of(store, account.id)


async def test_how_things_stand_is_counted(store: Store, database_url: str) -> None:
    assert places.Standing(0, 0, 0, []) == places.standing(database_url)
    await bring(store, NAMED, FAR)
    await bring_zips(store, z60188=SPOT)
    counted = places.Standing(2, 1, 1, ["place-abcdefghijkl", "hours-abcdefghijkl"])
    assert counted == places.standing(database_url)
