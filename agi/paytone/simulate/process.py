"""A worker that does a job and may die at any boundary of it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from paytone.simulate.errands import ERRAND
from paytone.simulate.loop import Turns
from paytone.simulate.weather import Weather


class Died(BaseException):
    """
    The process is gone. Every boundary raises it from then on, so that nothing is done any more, in
    ``finally`` blocks neither; a request that was handed over may still be worked on.
    """


class Process:
    """
    What does one job.

    Args:
        who: Names the call in turns and in the trace.
        note: Writes a line into the trace.
    """

    def __init__(
        self, who: str, turns: Turns, weather: Weather, note: Callable[[str], None]
    ) -> None:
        self.who = who
        self.weather = weather
        self.note = note
        self._turns = turns
        self._alive = True

    async def boundary(self, where: str, *, often: float = 1.0) -> None:
        """Wait for the turn to pass a boundary, and perhaps die there."""
        self.stay()
        await self._turns.take(self.who)
        self.pass_by(where, often=often)

    def boundary_in_thread(self, where: str, *, often: float = 1.0) -> None:
        """The same for a thread of the gateway's."""
        self.stay()
        ERRAND.get().stand(lambda go: self._turns.queue(self.who, go))
        self.pass_by(where, often=often)

    def pass_by(self, where: str, *, often: float = 1.0) -> None:
        """Pass a boundary without a turn."""
        self.stay()
        if self.weather.dies(where, often=often):
            self._alive = False
            self.note(f"dies {where}")
        self.stay()

    def stay(self) -> None:
        """
        Raises:
            Died: The process is gone.
        """
        if not self._alive:
            raise Died


PROCESS: Final[ContextVar[Process | None]] = ContextVar("process", default=None)
"""Whose work this is; None for the harness's own."""
