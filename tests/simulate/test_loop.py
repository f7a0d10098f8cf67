"""Time that moves only when nothing else can happen, and threads that take turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from random import Random
from typing import TypeVar

import pytest

from paytone.simulate.errands import Errands, sleep
from paytone.simulate.loop import StillLoop, Turns

T = TypeVar("T")


def run(work: Coroutine[object, object, T], turns: Turns | None = None) -> T:
    still = turns or Turns(Random(1), 0.0)
    with asyncio.Runner(loop_factory=lambda: StillLoop(still)) as runner:
        return runner.run(work)


def test_a_day_passes_at_once() -> None:
    async def day() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    began = time.monotonic()
    assert pytest.approx(86_400) == run(day())
    assert time.monotonic() - began < 5


def test_a_thread_that_sleeps_takes_the_loops_time_and_lets_others_go_on() -> None:
    async def both() -> list[str]:
        done: list[str] = []

        def errand() -> None:
            done.append("thread begins")
            sleep(20.0)
            done.append("thread ends")

        thread = asyncio.wrap_future(Errands().submit(errand))
        await asyncio.sleep(19.0)
        done.append("19 s")
        await thread
        return done

    assert ["thread begins", "19 s", "thread ends"] == run(both())


@pytest.mark.parametrize("steadiness", [0.0, 1.0])
def test_the_same_dice_give_the_same_turns(steadiness: float) -> None:
    def order() -> str:
        turns, taken = Turns(Random(3), steadiness), []

        async def steps(who: str) -> None:
            for _ in range(6):
                await turns.take(who)
                taken.append(who)

        async def all_of_them() -> None:
            await asyncio.gather(*map(steps, "abc"))

        run(all_of_them(), turns)
        return "".join(taken)

    assert order() == order()
    assert (steadiness == 1.0) is (order()[:6] in {"aaaaaa", "bbbbbb", "cccccc"})
