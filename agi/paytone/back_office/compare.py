"""The daily comparison, both ways: every transaction at the gateway, every payment here."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from paytone.back_office.settlement import look
from paytone.difference import (
    EXPLAINED,
    TAKEN,
    Difference,
    Kind,
    between,
    lasting,
    missing,
    strange,
)
from paytone.gateway import Approved, Gateway, NotFound, Standing, Unknown
from paytone.rules.payment import COUNTED, Payment, State
from paytone.rules.refund import Answer, Way
from paytone.store import Store, differences, payments, refunds
from paytone.store.payments import NotAllowed

log = logging.getLogger(__name__)

LAG: Final = timedelta(hours=1)
"""The gateway's index may not hold younger transactions; calls may be paying them."""

SPAN: Final = timedelta(days=3)
"""What a daily comparison looks back on, so that a day without one is made up for."""

SLACK: Final = timedelta(hours=1)
"""A payment and its charge are made at most so far apart."""

LASTING: Final = timedelta(days=1)


class NotCompared(Exception):
    """The gateway did not say what it holds; nothing was compared and no money moved."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and the differences that are left."""

    since: datetime
    until: datetime
    transactions: int
    payments: int
    found: list[Difference]


async def compare(
    store: Store, gateway: Gateway, *, since: datetime, until: datetime, now: datetime
) -> Comparison:
    """
    Compare what the gateway and the books hold of the time from *since* to *until*, and keep it.

    Moves no money itself. Where a look at the gateway brings a payment up to date there is no
    difference; a charge that turns up for a payment that was not made goes to voiding, which
    reconciling gives back. May be repeated. Each difference is logged as an error.

    Raises:
        NotCompared: Nothing was kept.
        StoreAway: Nothing was kept.
    """
    held = await gateway.between(since - SLACK, until + SLACK)
    if isinstance(held, Unknown):
        raise NotCompared(f"Braintree does not list its transactions: {held.why}")
    work = _Comparing(store, gateway, now)
    ours = await differences.opened_between(store, since, until)
    found = await work.charges(held, since, until)
    found += await work.refunds(held)
    found += await work.counted(ours, held)
    older = await differences.under_way(store, before=now - LASTING)
    found += [each for each in map(lasting, older) if each]
    await differences.keep(
        store,
        found,
        since=since,
        until=until,
        transactions=len(held),
        payments=len(ours),
        now=now,
    )
    for each in found:
        meaning, remedy = EXPLAINED[each.kind]
        log.error("difference %s: %s. %s %s", each.kind.value, each.said, meaning, remedy)
    return Comparison(since, until, len(held), len(ours), found)


class _Comparing:
    """One comparison under way."""

    def __init__(self, store: Store, gateway: Gateway, now: datetime) -> None:
        self._store = store
        self._gateway = gateway
        self._now = now

    async def charges(
        self, held: Iterable[Standing], since: datetime, until: datetime
    ) -> list[Difference]:
        """Charges at the gateway that disagree with their payments, or have none."""
        charges = [each for each in held if each.gives_back is None]
        of = await self._payments_of(charges)
        found = []
        for charge in charges:
            payment = of.get(charge.reference) or of.get(charge.transaction)
            if payment is not None:
                difference = await self._disagrees(charge, payment)
            elif charge.fate in TAKEN and since <= charge.created < until:
                difference = strange(Kind.STRANGE_CHARGE, charge)
            else:
                difference = None
            if difference:
                found.append(difference)
        return found

    async def refunds(self, held: Iterable[Standing]) -> list[Difference]:
        """Refunds of our payments that we do not know, or that failed."""
        given = [each for each in held if each.gives_back]
        of = {
            payment.transaction: payment
            for payment in await differences.named(
                self._store, [], [each.gives_back or "" for each in given]
            )
        }
        found = []
        for each in given:
            payment = of.get(each.gives_back)
            if payment is None:
                continue
            known = {
                refund.id: refund for refund in await refunds.of_payment(self._store, payment.id)
            }
            refund = known.get(each.reference)
            if refund is None and each.fate in TAKEN:
                found.append(strange(Kind.STRANGE_REFUND, each, payment))
            elif refund and refund.answer is Answer.MADE and each.fate not in TAKEN:
                found.append(strange(Kind.FAILED_REFUND, each, payment))
        return found

    async def counted(self, ours: Iterable[Payment], held: Iterable[Standing]) -> list[Difference]:
        """Payments that count and that the gateway does not list: asked after one by one."""
        listed = {each.transaction for each in held}
        found = []
        for payment in ours:
            if payment.state not in COUNTED or payment.transaction in listed:
                continue
            assert payment.transaction is not None
            stands = await self._gateway.standing(payment.transaction)
            if isinstance(stands, NotFound):
                found.append(missing(payment))
            elif isinstance(stands, Standing) and (one := await self._disagrees(stands, payment)):
                found.append(one)
        return found

    async def _payments_of(self, charges: Iterable[Standing]) -> dict[str, Payment]:
        named = await differences.named(
            self._store,
            [each.reference for each in charges],
            [each.transaction for each in charges],
        )
        by_id = {payment.id: payment for payment in named}
        return by_id | {each.transaction: each for each in named if each.transaction}

    async def _disagrees(self, charge: Standing, payment: Payment) -> Difference | None:
        """How they disagree, once the payment is brought up to date."""
        difference = between(charge, payment)
        if difference is None:
            return None
        if difference.kind is Kind.STATE:
            if await self._went_back(payment):
                return None
            looked = await look(self._store, self._gateway, payment, now=self._now)
            return between(looked.stands, looked.payment) if looked.stands else difference
        if difference.kind is Kind.TURNED_UP and charge.amount == payment.amount:
            await self._turned_up(charge, payment)
        return difference

    async def _went_back(self, payment: Payment) -> bool:
        """Whether it was charged by mistake and refunded since: settled there, voided here."""
        if payment.state is not State.VOIDED:
            return False
        given_back = await refunds.of_payment(self._store, payment.id)
        return any((each.way, each.answer) == (Way.REFUND, Answer.MADE) for each in given_back)

    async def _turned_up(self, charge: Standing, payment: Payment) -> None:
        found = Approved(charge.transaction, charge.amount)
        reason = "found in the gateway's list"
        with suppress(NotAllowed):  # it moved meanwhile, or another of its charges came first
            await payments.close_payment(
                self._store, payment.id, found, reason, self._now, late=True
            )
