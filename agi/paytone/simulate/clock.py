"""A world's time: the loop's, and the days that are passed over between calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FIRST_DAY: Final = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ZONE: Final = ZoneInfo("America/New_York")
STEP: Final = timedelta(seconds=30)
WORK: Final = timedelta(minutes=3)
"""How long a job of the worker's, or a clerk, takes at most; its moves are stamped as it begins."""


class Clock:
    """
    The time in a world whose loop begins now.

    Attributes:
        tick: Told whenever time was passed over: the gateway's work that is due then.
    """

    def __init__(self) -> None:
        self.tick: Callable[[], object] = lambda: None
        self._loop = asyncio.get_running_loop()
        self._ahead = timedelta()
        self._late = FIRST_DAY.astimezone(ZONE)

    def now(self) -> datetime:
        """The time where the biller is, in whole milliseconds."""
        passed = timedelta(milliseconds=round(self._loop.time() * 1000))
        return (FIRST_DAY + passed + self._ahead).astimezone(ZONE)

    def put_off(self, seconds: float) -> None:
        """The gateway has work to do in so many seconds; it must be reminded in time."""
        self._late = max(self._late, self.now() + timedelta(seconds=seconds + 1))
        self._remind()

    def pass_over(self, seconds: float) -> None:
        """Let time pass in which nobody calls; in small steps while the gateway has work to do."""
        until = self.now() + timedelta(seconds=seconds)
        while (now := self.now()) < until:
            self._ahead += min(until - now, STEP) if now < self._late else until - now
            self.tick()
        self._remind()

    def _remind(self) -> None:
        if (left := self._late - self.now()) > timedelta():
            self._loop.call_later(left.total_seconds(), self.tick)
