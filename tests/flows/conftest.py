"""Lines that flows are tested on."""

from __future__ import annotations

import pytest

from tests.flows.reached import EMAIL, knows
from tests.flows.unproved import billed_at, helping
from tests.teller import Counter


@pytest.fixture
async def helper(counter: Counter) -> Counter:
    """A line that sends codes; one customer, who can be written to."""
    await counter.account()
    await knows(counter, email=EMAIL)
    await billed_at(counter.store)
    return helping(counter)
