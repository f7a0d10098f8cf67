"""An event loop whose clock moves only when nothing else can happen, and whose tasks take turns."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from random import Random
from typing import Any, final

LONGEST_S = 30.0
"""Real seconds that the database, or a thread, may take to answer."""


class Stuck(RuntimeError):
    """Nothing is left that could go on; a defect of the simulation."""


class Turns:
    """
    Who goes next, of all that wait at a boundary: one at a time, as the dice fall.

    Args:
        steadiness: How likely the one who went last goes on if it can.
    """

    def __init__(self, dice: Random, steadiness: float) -> None:
        self._dice = dice
        self._steadiness = steadiness
        self._waiting: list[tuple[str, Callable[[], None]]] = []
        self._last = ""

    async def take(self, who: str) -> None:
        """Return when it is this one's turn; *who* names the call it belongs to."""
        turn = asyncio.get_running_loop().create_future()
        self.queue(who, lambda: None if turn.done() else turn.set_result(None))
        await turn

    def queue(self, who: str, go: Callable[[], None]) -> None:
        """Call *go* when it is its turn."""
        self._waiting.append((who, go))

    def give(self) -> bool:
        """Let one go on; False if none waits."""
        if not self._waiting:
            return False
        # The database's own haste is not to decide who came first.
        self._waiting.sort(key=lambda waiting: waiting[0])
        who, go = self._waiting.pop(self._choose())
        self._last = who
        go()
        return True

    def _choose(self) -> int:
        if len({who for who, _ in self._waiting}) == 1:
            return 0
        if self._dice.random() < self._steadiness:
            for at, (who, _) in enumerate(self._waiting):
                if who == self._last:
                    return at
        return self._dice.randrange(len(self._waiting))


class _Selector(selectors.SelectSelector):
    """Waits for the database for real; tells *idle* when there is nothing to wait for."""

    def __init__(self, idle: Callable[[float | None], bool]) -> None:
        super().__init__()
        self._idle = idle

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        only_the_loops_own = len(self.get_map()) == 1
        if only_the_loops_own and (found := super().select(0)):
            return found
        if only_the_loops_own and self._idle(timeout):
            return []
        if found := super().select(LONGEST_S):
            return found
        raise Stuck


@final
class StillLoop(asyncio.SelectorEventLoop):
    """A loop that begins at second 0; *turns* are given while it is idle."""

    def __init__(self, turns: Turns) -> None:
        self._seconds = 0.0
        self._turns = turns
        super().__init__(_Selector(self._move_on))

    def time(self) -> float:
        return self._seconds

    def _move_on(self, timeout: float | None) -> bool:
        if self._turns.give():
            return True
        if timeout is None:
            return False
        self._seconds += timeout
        return True
