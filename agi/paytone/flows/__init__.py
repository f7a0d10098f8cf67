"""Flows: one module a job of the call. Each reads from top to bottom as the call does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paytone.bill import Limits
from paytone.gateway import Gateway
from paytone.store import Store
from paytone.till import Till


@dataclass(frozen=True, slots=True)
class LockRule:
    """
    When failed identifications lock an account or a calling number.

    Args:
        limit: Failures that lock.
        window_s: Seconds within which they count.
        lock_s: Seconds that the lock holds.
    """

    limit: int = 6
    window_s: int = 3600
    lock_s: int = 1800


@dataclass(frozen=True, slots=True)
class Checks:
    """
    Electronic checks, where the line takes them.

    Args:
        enquiries: Ten digits of a telephone that people answer in business hours.
    """

    enquiries: str


@dataclass(frozen=True, slots=True)
class Desk:
    """
    What a job works with.

    Args:
        open_gateway: The gateway, the same at each call; loading it takes a while the first time.
        clock: The time now, in the biller's time zone.
        checks: None where the line takes cards only.
    """

    store: Store
    open_gateway: Callable[[], Gateway]
    limits: Limits
    lock_rule: LockRule
    clock: Callable[[], datetime]
    checks: Checks | None = None

    @property
    def gateway(self) -> Gateway:
        """The gateway, opened on first use."""
        return self.open_gateway()

    @property
    def till(self) -> Till:
        """What charges are made with."""
        return Till(self.store, self.open_gateway, self.clock)


@dataclass(frozen=True, slots=True)
class Call:
    """
    The call that a job is part of.

    Args:
        id: A UUID.
        called: The number dialled.
        calling: The ten digits that call; None where they are withheld or foreign.
    """

    id: str
    called: str
    calling: str | None
