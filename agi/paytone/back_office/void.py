"""Charges that their callers were told of as not made: they go back, until they have."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from paytone.back_office.give_back import CannotGoBack, carry_on, give_back, way_back
from paytone.gateway import Gateway
from paytone.rules.payment import Payment, State
from paytone.rules.refund import Answer
from paytone.store import Store, payments, refunds
from paytone.store.refunds import AnotherAsked, MoreThanPaid, NotNow

log = logging.getLogger(__name__)

BY: Final = "paytone"
REASON: Final = "charged though the caller was told that nothing was"


async def void_back(
    store: Store, gateway: Gateway, payment: Payment, *, now: datetime
) -> tuple[Payment, str]:
    """
    *payment*, which is voiding, after one step on its way back, and how that went.

    Voids the charge, or refunds it where it has settled; to be repeated until it is voided, and
    then money has gone back once.

    Raises:
        StoreAway: It may have gone back; repeating finds out.
    """
    log.warning("payment %s is charged and goes back", payment.confirmation)
    try:
        doubtful = [
            each
            for each in await refunds.of_payment(store, payment.id)
            if each.answer is Answer.ASKED
        ]
        if doubtful:
            refund = await carry_on(store, gateway, payment, doubtful[0], now=now)
        else:
            looked, way = await way_back(store, gateway, payment, now=now)
            if looked.payment.state is not State.VOIDING:
                return looked.payment, looked.said
            refund = await give_back(
                store, gateway, payment, way, payment.amount, by=BY, reason=REASON, now=now
            )
    except (AnotherAsked, CannotGoBack, MoreThanPaid, NotNow) as exc:
        # Also where another step came first: the next one finds it as it is then.
        said = str(exc)
    else:
        said = f"{refund.way.value}: {refund.said}"
    return await payments.by_id(store, payment.id) or payment, said
