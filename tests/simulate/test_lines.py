"""What strikes a statement does what it says."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest

from paytone.simulate.lines import FaultyConnection
from paytone.simulate.loop import StillLoop, Turns
from paytone.simulate.process import PROCESS, Died, Process
from paytone.simulate.weather import CALM, Trouble, Weather
from paytone.store import Store, StoreAway

ADD = "INSERT INTO customers (name) VALUES ('Test')"


class Forecast(Weather):
    """Just this trouble at each statement, or death at this boundary."""

    def __init__(self, trouble: Trouble | None, death: str = "") -> None:
        super().__init__(Random(1), Counter(), CALM)
        self._trouble = trouble
        self._death = death

    def statement(self, about: str) -> Trouble | None:  # noqa: ARG002
        return self._trouble

    def slowness(self) -> float:
        return 6.0

    def dies(self, where: str, *, often: float = 1.0) -> bool:  # noqa: ARG002
        return where == self._death


async def added(database_url: str, weather: Weather, turns: Turns) -> tuple[int, str]:
    """How many rows one statement of a process added, and what came of it there."""
    async with Store.open(database_url, connection_class=FaultyConnection) as store:
        process = Process("call 0", turns, weather, lambda _: None)
        PROCESS.set(process)
        try:
            await store.run(ADD)
            ended = "done"
        except (StoreAway, Died) as exc:
            ended = type(exc).__name__
        if ended == "Died":
            with pytest.raises(Died):
                await store.run(ADD)
        PROCESS.set(None)
        return len(await store.all("SELECT FROM customers")), ended


@pytest.mark.parametrize(
    ("weather", "expected"),
    [
        pytest.param(Forecast(None), (1, "done"), id="fine"),
        pytest.param(Forecast(Trouble.LOST), (0, "StoreAway"), id="lost"),
        pytest.param(Forecast(Trouble.UNDONE), (0, "StoreAway"), id="rolled back"),
        pytest.param(Forecast(Trouble.UNHEARD), (1, "StoreAway"), id="answer lost"),
        pytest.param(Forecast(Trouble.SLOW), (0, "StoreAway"), id="slower than the store waits"),
        pytest.param(Forecast(None, "before a statement"), (0, "Died"), id="death before"),
        pytest.param(Forecast(None, "after a statement"), (1, "Died"), id="death after"),
    ],
)
def test_a_statement_is_struck(
    database_url: str, weather: Weather, expected: tuple[int, str]
) -> None:
    turns = Turns(Random(1), 0.5)
    with asyncio.Runner(loop_factory=lambda: StillLoop(turns)) as runner:
        assert expected == runner.run(added(database_url, weather, turns))
