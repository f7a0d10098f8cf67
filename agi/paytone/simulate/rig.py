"""What is put under test: the line as it is, or with something taken out to see it missed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from paytone.back_office.clerk import Wish, grant
from paytone.back_office.compare import LAG, NotCompared, compare
from paytone.back_office.forget import forget_orphans, forget_removed
from paytone.back_office.give_back import carry_on_all
from paytone.back_office.reconcile import reconcile
from paytone.back_office.runs import Office, make_runs
from paytone.back_office.settlement import poll
from paytone.gateway import Gateway
from paytone.gateway.braintree import BraintreeGateway
from paytone.jobs import JOBS, Jobs
from paytone.rules.payment import Payment
from paytone.simulate.errands import Errands
from paytone.simulate.weather import PATIENCE_S
from paytone.store import Store, arrangements


class SteppedGateway(BraintreeGateway):
    """The gateway, with threads that a seed can replay."""

    def __init__(self, sdk: Any) -> None:
        super().__init__(sdk, patience=PATIENCE_S)
        self._threads = Errands()


A_WORLD: Final = timedelta(days=60)


class Grant(Protocol):
    """`paytone.back_office.clerk.grant`."""

    def __call__(
        self, store: Store, gateway: Gateway, payment: Payment, wish: Wish, *, now: datetime
    ) -> Awaitable[object]: ...


class OfficeJob(Protocol):
    """A job of the worker's, such as `paytone.back_office.reconcile.reconcile`."""

    def __call__(self, store: Store, gateway: Gateway, *, now: datetime) -> Awaitable[object]: ...


async def forget(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """What the worker does about cards that nobody has."""
    removed = await forget_removed(store, gateway, now=now)
    return removed + await forget_orphans(store, gateway, now=now)


async def compare_all(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """The daily comparison, of a world's whole time; None where the gateway does not answer."""
    until = now - LAG
    try:
        return await compare(store, gateway, since=until - A_WORLD, until=until, now=now)
    except NotCompared:
        return None


async def mark(store: Store, gateway: Gateway, *, now: datetime) -> object:  # noqa: ARG001
    """What the worker finds out about arrangements for more time."""
    return await arrangements.mark(store, now=now)


@dataclass(frozen=True, slots=True)
class Rig:
    """
    The parts of the line.

    Args:
        jobs: What the dialplan may ask for.
        gateway: Makes the gateway from Braintree's SDK.
    """

    jobs: Jobs
    gateway: Callable[[Any], Gateway]
    reconcile: OfficeJob
    make_runs: Callable[[Office], Awaitable[object]] = make_runs
    forget: OfficeJob = forget
    poll: OfficeJob = poll
    mark: OfficeJob = mark
    carry_on: OfficeJob = carry_on_all
    compare: OfficeJob = compare_all
    grant: Grant = grant


LINE = Rig(jobs=JOBS, gateway=SteppedGateway, reconcile=reconcile)
"""The line as it is."""
