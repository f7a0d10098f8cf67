"""Callers who stand at certain places of their calls when the FastAGI server is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from paytone.caller import Caller, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.prompts import Prompt
from tests.call.biller import Biller, Customer
from tests.call.conversation import Turns, pay, to_charge

SLOW_S = 10.0
"""Far longer than a job takes to start anew."""


@dataclass(frozen=True, slots=True)
class Held:
    """
    A call that is over, and whose it was.

    Args:
        since: When the caller no longer waited for others to take their places.
    """

    customer: Customer
    call: Caller
    since: float = 0.0


class Meeting:
    """
    Brings callers to their places, kills the server, and lets them go on.

    Args:
        callers: How many come.
        charges: How many of them confirm a charge.
        kill: What is done then; None kills the server with all its workers.
    """

    def __init__(
        self,
        biller: Biller,
        *,
        callers: int,
        charges: int,
        kill: Callable[[], None] | None = None,
    ) -> None:
        self.biller = biller
        self._kill = kill or biller.line.fastagi.kill
        self._ready = asyncio.Barrier(callers + 1)
        self._charges = charges
        self._charging = asyncio.Semaphore(0)
        self._killed = asyncio.Event()
        self._back = asyncio.Event()
        self._at = 0.0

    async def kill(self) -> None:
        """Kill, once all are in their places and charges begun."""
        await self._ready.wait()
        for _ in range(self._charges):
            await self._charging.acquire()
        self._at = asyncio.get_running_loop().time()
        self._kill()
        self._killed.set()

    async def at_a_question(self, at: Prompt, before: int, then: Turns) -> Held:
        """Goes on with *then* at the next question that is heard after the server's death."""
        customer = self.biller.customer()
        after = tuple((p, customer.number if keys == "account" else keys) for p, keys in then)
        async with self.biller.dial() as call:
            await script(call, (*to_charge(customer)[:before], (at, "")))
            await self._ready.wait()
            await self._killed.wait()
            await script(call, after)
            await call.until_hung_up()
        return Held(customer, call, self._at)

    async def in_the_charge(self, when: str, then: Turns) -> Held:
        """Confirms; the server dies before it hears from Braintree."""
        customer = self.biller.customer()
        async with self.biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            await self._ready.wait()
            async with self.biller.fault(when=when, act="delay", seconds=SLOW_S):
                await call.press("1")
            self._charging.release()
            await self._killed.wait()
            await script(call, then[:1])
            self._back.set()
            await script(call, then[1:])
            await call.until_hung_up()
        return Held(customer, call)

    async def afterwards(self) -> Held:
        """A call that begins when others go on without the server, and pays."""
        await self._back.wait()
        customer = self.biller.customer()
        return Held(customer, await pay(self.biller, customer))

    async def hangs_up_afterwards(self) -> Customer:
        """A call that begins then too, and is hung up right after the 1."""
        await self._back.wait()
        customer = self.biller.customer()
        async with self.biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            async with self.biller.fault(when="before", act="delay", seconds=2):
                await call.press("1")
                await call.hang_up()
        await self.biller.ending(customer)
        return customer
