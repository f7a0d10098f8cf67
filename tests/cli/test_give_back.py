"""``paytone payments refund`` and ``void``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from click.testing import Result

from paytone.rules.payment import State
from paytone.sandbox.sales.life import settle
from tests.back_office.test_settlement import paid
from tests.cli.command import paytone_beside
from tests.served import sandbox_served
from tests.teller import Counter


@pytest.fixture
def url(counter: Counter) -> Iterator[str]:
    with sandbox_served(counter.sandbox) as where:
        yield where


async def run(database_url: str, url: str, *words: str) -> Result:
    """What ``paytone payments`` with *words* printed."""
    return await paytone_beside(database_url, "payments", *words, PAYTONE_BRAINTREE_URL=url)


async def test_a_refund_tells_what_goes_back_and_who_asked(
    counter: Counter, database_url: str, url: str
) -> None:
    account, name = await paid(counter)
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    (payment,) = await counter.payments(account)
    words = ("refund", payment.confirmation, "--amount", "12.40", "--reason", "late", "--by", "ann")
    for _ in range(2):
        ended = await run(database_url, url, *words)
        assert 0 == ended.exit_code
        assert ended.output.startswith("refund of 12.40 USD by ann: goes back as ")
        assert ended.output.endswith("the payment is settled\n")
    assert 2 == len(counter.charges())
    shown = await run(database_url, url, "show", payment.confirmation)
    assert "refund of 12.40 USD made (goes back as" in shown.output
    assert shown.output.endswith("by ann: late\n")


async def test_a_void_calls_it_off(counter: Counter, database_url: str, url: str) -> None:
    account, _ = await paid(counter)
    (payment,) = await counter.payments(account)
    ended = await run(database_url, url, "void", payment.confirmation, "--reason", "wrong account")
    assert 0 == ended.exit_code
    (payment,) = await counter.payments(account)
    assert State.VOIDED is payment.state


async def test_a_gateway_that_is_away_gives_nothing_back(
    counter: Counter, database_url: str
) -> None:
    account, _ = await paid(counter)
    (payment,) = await counter.payments(account)
    nobody = "http://127.0.0.1:9"
    ended = await run(database_url, nobody, "void", payment.confirmation, "--reason", "x")
    assert 1 == ended.exit_code
    assert "nothing goes back: the payment is settling, not known" in ended.output


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "ten", "NaN"])
async def test_what_is_no_amount_is_refused(database_url: str, amount: str) -> None:
    words = ("refund", "000000000", "--reason", "x", "--amount", amount)
    ended = await run(database_url, "http://127.0.0.1:9", *words)
    assert 1 == ended.exit_code
    assert "is not an amount such as 12.50" in ended.output
