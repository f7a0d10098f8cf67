"""``paytone methods``: what customers have saved."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.rules.bill import Account
from paytone.rules.card import Brand
from paytone.rules.method import SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import Once
from paytone.store import methods
from tests.cli.command import paytone_beside
from tests.plans import MASTERCARD, agreed, saved_card
from tests.teller import NUMBER, Counter


@pytest.fixture
async def account(counter: Counter) -> Account:
    return await counter.account()


@pytest.fixture
async def visa(counter: Counter, account: Account) -> SavedMethod:
    """A saved Visa, beside a Mastercard."""
    await saved_card(counter, account, number=MASTERCARD, brand=Brand.MASTERCARD)
    return await saved_card(counter, account)


REMOVE = ("methods", "remove", NUMBER, "1111", "--reason", "asked by letter", "--by", "the desk")


async def test_what_is_saved_is_listed_by_its_last_four(
    database_url: str, visa: SavedMethod
) -> None:
    ended = await paytone_beside(database_url, "methods", "list", NUMBER)
    first, second, count = ended.output.splitlines()
    assert "2 saved methods" == count
    assert {"Visa ending in 1111", "MasterCard ending in 4444"} == {
        line.split("  ")[1].split(",")[0] for line in (first, second)
    }
    assert visa.token not in ended.output


async def test_a_removed_one_is_listed_with_who_and_why_on_demand(
    counter: Counter, database_url: str, account: Account, visa: SavedMethod
) -> None:
    assert "removed: Visa ending in 1111\n" == (await paytone_beside(database_url, *REMOVE)).output
    assert visa not in await methods.of_customer(counter.store, account.customer_id)
    ended = await paytone_beside(database_url, "methods", "list", NUMBER)
    assert "1111" not in ended.output
    ended = await paytone_beside(database_url, "methods", "list", NUMBER, "--removed")
    assert "asked by letter, by the desk" in ended.output
    again = await paytone_beside(database_url, *REMOVE)
    assert (1, True) == (again.exit_code, "0 saved methods end in 1111" in again.output)


async def test_what_a_schedule_pays_from_is_kept(
    counter: Counter, database_url: str, account: Account, visa: SavedMethod
) -> None:
    plan = await agreed(counter, account, Once(Money(5000), date(2026, 3, 12)), visa)
    ended = await paytone_beside(database_url, *REMOVE)
    assert 1 == ended.exit_code
    assert plan.confirmation in ended.output
    assert visa in await methods.of_customer(counter.store, account.customer_id)


async def test_no_such_account(database_url: str, account: Account) -> None:
    ended = await paytone_beside(database_url, "methods", "list", "4412000000009999")
    assert (1, True) == (ended.exit_code, "no account has this number" in ended.output)
