"""Common journeys made over real calls, with the keys and the seconds that they take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from paytone.bench import BenchFailed
from paytone.bench.books import account_numbers, write_accounts
from paytone.bench.common import Asked, Journey, Patience, Took, common, saving
from paytone.bench.journey import PIN
from paytone.bench.measure import Tell
from paytone.caller import Caller, Hearing, NoAnswer, NotHeard, Refused
from paytone.config import CHECKOUT, Settings
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.identify import ASK_PIN
from paytone.line.demo import NUMBER, Softphone, softphone
from paytone.line.line import Line
from paytone.prompts import Prompt

GREETING: Final = Prompt("greeting")
AT_ONCE: Final = 15
"""Calls at one time, so that none waits for the processor."""
OPTION_S: Final = 1.4
"""Into a prompt that says all the options of its question, until the first of them was said."""


def measure(outer: Mapping[str, str], tell: Tell) -> list[Took]:
    """
    Every common journey once by each kind of caller, on a line of its own.

    Raises:
        BenchFailed: A call did not go as the journey says.
    """
    today = Settings.from_env(outer).now().date()
    journeys = [(each, patience) for each in common(today) for patience in Patience]
    with TemporaryDirectory(prefix="paytone-bench-") as folder:
        file, numbers = Path(folder) / "accounts.csv", account_numbers(0, len(journeys))
        write_accounts(file, numbers)
        with Line(outer, accounts=file, with_worker=False, tell=tell) as line:
            tell(f"{len(journeys)} journeys over real calls, {AT_ONCE} at a time")
            phone = softphone(line.configuration.etc)
            callers = Callers(phone, Hearing.from_folder(CHECKOUT / "sounds/en"), saving(today))
            return asyncio.run(callers.all(list(zip(journeys, numbers, strict=True))))


class Callers:
    """
    Callers with the softphone of a line.

    Args:
        first: The call in which those who need one save a card.
    """

    def __init__(self, phone: Softphone, hearing: Hearing, first: Journey) -> None:
        self._phone = phone
        self._hearing = hearing
        self._first = first
        self._few = asyncio.Semaphore(AT_ONCE)

    async def all(self, wanted: list[tuple[tuple[Journey, Patience], str]]) -> list[Took]:
        """What each journey took, by a caller with the account of that number."""
        works = [self.make(journey, patience, number) for (journey, patience), number in wanted]
        return list(await asyncio.gather(*works))

    async def make(self, journey: Journey, patience: Patience, number: str) -> Took:
        """
        What *journey* took.

        Raises:
            BenchFailed: The line did not say what it should.
        """
        try:
            async with self._few:
                if journey.saved:
                    await self._call(self._first, Patience.AT_ONCE, number)
                return await self._call(journey, patience, number)
        except (NotHeard, NoAnswer, Refused) as exc:
            raise BenchFailed(f"{journey.name}, {patience.value}: {exc}") from exc

    async def _call(self, journey: Journey, patience: Patience, number: str) -> Took:
        async with Caller.dial(
            server=(self._phone.host, self._phone.port),
            number=NUMBER,
            username=self._phone.user,
            password=self._phone.password,
            hearing=self._hearing,
        ) as call:
            clock = asyncio.get_running_loop().time
            await call.hear(GREETING, timeout=30)
            await call.press(number)
            await call.hear(ASK_PIN)
            await call.press(f"{PIN}#")
            began = clock()
            for asked in journey.asked:
                for prompt in asked.awaited(patience):
                    await call.hear(prompt, timeout=60)
                await _hear_out(call, asked, patience)
                await call.press(asked.keys)
            await call.hear(journey.told, timeout=60)
            told = clock()
            if journey.over == journey.told:
                await call.hear_end()
            else:
                await call.hear(journey.over, timeout=60)
            return Took(journey, patience, told - began, clock() - began)


async def _hear_out(call: Caller, asked: Asked, patience: Patience) -> None:
    """Until what was waited for is over; of the review, whose prompt says all options, a part."""
    if asked.question == REVIEW_KEYS and patience is Patience.TO_OPTION:
        await asyncio.sleep(OPTION_S)
    elif patience is not Patience.AT_ONCE:
        await call.hear_end()
