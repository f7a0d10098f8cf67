"""A real line for the session, with customers on it, and real calls to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from paytone.caller import Caller, Hearing
from paytone.line.demo import first_account
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line
from tests.call.biller import USUAL, Biller

Dial = Callable[[], AbstractAsyncContextManager[Caller]]

OWING = {USUAL: 12}


@pytest.fixture(scope="session")
def hearing() -> Hearing:
    """Ears that know every prompt."""
    return Hearing.from_folder(CHECKOUT / "sounds/en")


@pytest.fixture(scope="session")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose parts all work; calls come from the first demo account's number."""
    number = first_account().phone
    with Biller.opened(hearing, OWING, verbose=3, demo_caller=number) as opened:
        yield opened


@pytest.fixture(scope="session")
def line(biller: Biller) -> Line:
    """The line of `biller`."""
    return biller.line


@pytest.fixture(scope="session")
def dial(biller: Biller) -> Dial:
    """Calls that line: ``async with dial() as call``."""
    return biller.dial
