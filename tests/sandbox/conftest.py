"""A sandbox whose clock the tests move, and the SDK in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import PAYTONE, Merchant
from paytone.sandbox.strategy import gateway_for

START: Final = datetime(2026, 3, 2, 15, 30, 0, 250_000, tzinfo=UTC)
TIMEOUT: Final = 20.0

VISA: Final = "4111111111111111"
CVV: Final = "987"

Fields = dict[str, Any]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock, seed=7)


@pytest.fixture
def merchant(sandbox: Sandbox, clock: Clock) -> Callable[[Merchant], Any]:
    """The SDK for any merchant; waiting moves the clock."""
    return lambda one: gateway_for(sandbox, one, timeout=TIMEOUT, sleep=clock.move)


@pytest.fixture
def sdk(merchant: Callable[[Merchant], Any]) -> Any:
    """The SDK for the default merchant."""
    return merchant(PAYTONE)


@contextmanager
def settings(sandbox: Sandbox, **changes: Any) -> Iterator[None]:
    """The default merchant with other settings for a while."""
    before = sandbox.books_of().settings
    sandbox.set(replace(before, **changes))
    yield
    sandbox.set(before)


def order(amount: str | None = "112.40", **changes: Any) -> Fields:
    """A telephone sale as the line asks for it, with *changes*."""
    sale = {
        "amount": amount,
        "credit_card": {"number": VISA, "expiration_date": "09/2030", "cvv": CVV},
        "billing": {"postal_code": "60622"},
        "transaction_source": "moto",
        "options": {"submit_for_settlement": True},
    }
    return {**sale, **changes}


def codes(result: Any) -> list[tuple[str, str]]:
    """Attribute and code of every error in *result*."""
    return [(error.attribute, error.code) for error in result.errors.deep_errors]
