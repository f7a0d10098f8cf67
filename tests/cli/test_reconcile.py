"""``paytone reconcile``: the comparison with Braintree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import Result

from tests.back_office.test_compare import charge
from tests.back_office.test_settlement import paid
from tests.cli.command import paytone_beside
from tests.served import sandbox_served
from tests.teller import Counter, later


@pytest.fixture
def today(counter: Counter) -> Counter:
    return later(counter, datetime.now(UTC))


async def reconcile(counter: Counter, database_url: str, *words: str) -> Result:
    """What ``paytone reconcile`` with *words* printed."""
    with sandbox_served(counter.sandbox) as url:
        return await paytone_beside(database_url, "reconcile", *words, PAYTONE_BRAINTREE_URL=url)


async def test_what_differs_is_listed_with_what_to_do(today: Counter, database_url: str) -> None:
    await paid(today)
    strange = await charge(today, "another-program")
    until = ("--until", "2099-01-01T00:00:00", "--since", "2026-01-01")
    ended = await reconcile(today, database_url, "compare", *until)
    assert 1 == ended.exit_code
    lines = ended.output.splitlines()
    assert "2 transactions at Braintree, 1 payments here" == lines[0]
    assert f"strange-charge: {strange} of 112.40 USD, order id another-program is under" in lines[1]
    assert "    Braintree took money that no payment here knows." == lines[2]
    assert lines[3].startswith("    Look it up in Braintree's Control Panel.")
    assert lines[4].startswith("1 differences; compared up to 2099-01-01 00:00 on ")
    again = await reconcile(today, database_url, "report")
    assert (1, lines[1:]) == (again.exit_code, again.output.splitlines())


async def test_a_report_without_differences_ends_well(today: Counter, database_url: str) -> None:
    ended = await reconcile(today, database_url, "report")
    assert 1 == ended.exit_code
    assert "nothing was compared yet" in ended.output
    assert 0 == (await reconcile(today, database_url, "compare")).exit_code
    assert 0 == (await reconcile(today, database_url, "report")).exit_code
