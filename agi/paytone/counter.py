"""A payment that a dialplan asks for: its arguments read, its result told, its progress queued."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from paytone.ask import patiently
from paytone.flows import Talk
from paytone.flows.reworded import Reworded, Step
from paytone.flows.take_payment import take_payment
from paytone.phone import HungUp, Manner
from paytone.prompts import Prompt, own_sounds
from paytone.prompts.grammar import GRAMMARS
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, CardFace
from paytone.rules.pace import Pace, paced
from paytone.rules.pay_request import (
    ARGUMENTS,
    PayRequest,
    Terms,
    WrongArgument,
    read_request,
)
from paytone.rules.pay_result import Result, Taken, result_of
from paytone.store import Store, StoreAway, callbacks, payment_requests
from paytone.store.payment_requests import Opened
from paytone.visit import Visit

log = logging.getLogger(__name__)

PREFIX: Final = "PAYTONE_PAY_"
LANGUAGE: Final = "CHANNEL(language)"

STATUSES: Final = {
    Result.SUCCESS: Status.PAID,
    Result.DECLINED: Status.DECLINED,
    Result.UNKNOWN: Status.UNKNOWN,
    Result.CONNECTOR_ERROR: Status.TROUBLE,
    Result.STAR: Status.CANCELLED,
    Result.HUNG_UP: Status.CANCELLED,
    Result.PERSON: Status.AGENT,
    Result.TOO_MANY: Status.GAVEUP,
    Result.VALIDATION: Status.REFUSED,
    Result.INTERNAL: Status.TROUBLE,
}


async def take_payment_for(visit: Visit) -> Ended:
    """
    Take the payment that the channel's variables PAYTONE_PAY_… ask for, and set its result there.

    The result is set, and queued for the request's URL, whatever happens: also when the caller
    hangs up, and when a part of ours fails.
    """
    try:
        request = await _read(visit)
        opened = await patiently(visit.phone, _begin(visit, request))
    except WrongArgument as wrong:
        log.error("call %s: a dialplan asks wrongly: PAYTONE_PAY_%s", visit.call.id, wrong)
        return await _tell(visit, Taken(Result.VALIDATION, f"{PREFIX}{wrong}"))
    except StoreAway:
        return await _tell(visit, Taken(Result.INTERNAL, "the database is away"))
    progress = Progress(visit, opened)
    try:
        taken = await _take(visit, request, opened, progress)
    except HungUp:
        await _hung_up(visit, opened, progress)
        raise
    except Exception:
        failed = await _left(visit, opened, Result.INTERNAL)
        await _end(visit, opened, progress, failed)
        await _tell(visit, failed)
        raise
    await _end(visit, opened, progress, taken)
    return await _tell(visit, taken)


class Progress:
    """Tells, in the background and in order, how far a caller is; no caller waits for it."""

    def __init__(self, visit: Visit, request: Opened) -> None:
        self._store: Store = visit.desk.store
        self._clock = visit.desk.clock
        self._request = request
        self._last: asyncio.Task[None] | None = None

    def reached(self, step: Step, keyed: Mapping[str, str]) -> None:
        """Queue that *step* is asked, and what was *keyed* before it: masks, never keys."""
        if self._request.calls_back:
            asked = {"step": step.name, "attempt": step.attempt, "error": step.error}
            facts = {**asked, "keyed": dict(keyed)}
            self._last = asyncio.create_task(self._queue(facts, self._last))

    async def told(self) -> None:
        """Return once all is queued, or could not be."""
        if self._last is not None:
            await self._last

    async def _queue(self, facts: Mapping[str, object], before: asyncio.Task[None] | None) -> None:
        now = self._clock()
        if before is not None:
            await before
        try:
            await callbacks.queue_progress(self._store, self._request.id, facts, now=now)
        except StoreAway:
            log.warning("progress is not told: the store is away")


async def _read(visit: Visit) -> PayRequest:
    given = {name: await visit.variable(PREFIX + name) for name in ARGUMENTS}
    settings = visit.settings
    terms = Terms(
        settings.currency,
        visit.desk.limits,
        takes_checks=visit.desk.checks is not None,
        languages=frozenset(GRAMMARS),
        callbacks=tuple(settings.callback_urls.split()),
    )
    return read_request(given, terms)


async def _begin(visit: Visit, request: PayRequest) -> Opened:
    """
    The request, stored under its reference.

    Raises:
        WrongArgument: The reference was paid with another amount.
    """
    await visit.stored()
    opened = await payment_requests.begin(
        visit.desk.store,
        request,
        currency=visit.settings.currency,
        call_id=visit.call.id,
        now=visit.desk.clock(),
    )
    before = await payment_requests.paid(visit.desk.store, opened.account)
    if before is not None and before.amount != request.amount:
        raise WrongArgument("REFERENCE", f"was paid with another amount, {before.amount}")
    return opened


async def _take(visit: Visit, request: PayRequest, opened: Opened, progress: Progress) -> Taken:
    async def sounds_for(name: str) -> tuple[Prompt, ...]:
        files = await visit.variable(f"{PREFIX}PROMPT_{name}")
        if files and not own_sounds(files):
            log.error("PAYTONE_PAY_PROMPT_%s names no sounds", name)
        return own_sounds(files) if files else ()

    phone = Reworded(visit.phone, sounds_for, progress.reached)
    usual, language, before = phone.manner, "", phone.language
    phone.manner = _manner(usual, request)
    if request.language:
        language = await visit.variable(LANGUAGE)
        phone.language = request.language
        await visit.tell(LANGUAGE, paced(request.language, usual.pace))
    try:
        talk = Talk(phone, visit.desk, visit.call, opened.account)
        return await take_payment(talk, phone, request)
    finally:
        if request.language:
            await visit.tell(LANGUAGE, paced(language or before, phone.manner.pace))
            phone.language = before
        phone.manner = usual


def _manner(usual: Manner, request: PayRequest) -> Manner:
    tries, wait = request.attempts, request.timeout
    plain = usual.at(Pace.USUAL)
    return replace(
        plain,
        entry_tries=tries or usual.entry_tries,
        key_tries=tries or usual.key_tries,
        card_tries=request.card_tries or usual.card_tries,
        first_key=wait or plain.first_key,
        between_keys=wait or plain.between_keys,
    ).at(usual.pace)


async def _hung_up(visit: Visit, opened: Opened, progress: Progress) -> None:
    """Tell what stands: a caller who leaves while the bank is asked has paid all the same."""
    taken = await _left(visit, opened, Result.HUNG_UP)
    await _end(visit, opened, progress, taken)
    try:
        await _tell(visit, taken)
    except HungUp:
        log.info("call %s: the channel takes no result any more", visit.call.id)


async def _left(visit: Visit, opened: Opened, otherwise: Result) -> Taken:
    """What a payment of the request came to that was begun; *otherwise* where none was."""
    try:
        payment = await payment_requests.begun(visit.desk.store, opened, visit.call.id)
    except StoreAway:
        return Taken(Result.UNKNOWN, "the database is away")
    result = result_of(payment) if payment else None
    if payment is None or result is None:
        return Taken(otherwise)
    return Taken(result, payment=payment, face=payment.face)


async def _end(visit: Visit, opened: Opened, progress: Progress, taken: Taken) -> None:
    await progress.told()
    try:
        await payment_requests.end(visit.desk.store, opened, taken, now=visit.desk.clock())
    except StoreAway:
        log.error("the result of request %s is not stored: the store is away", opened.id)


async def _tell(visit: Visit, taken: Taken) -> Ended:
    """Set what the dialplan reads; of a card or account its kind and last four and no more."""
    face, payment, is_paid = taken.face, taken.payment, taken.result is Result.SUCCESS
    told = {
        "ERROR": taken.error,
        "ERROR_CODE": taken.code,
        "CONFIRMATION": payment.confirmation if payment else "",
        "CHARGED": str(payment.amount.decimal) if payment and is_paid else "",
        "METHOD": {CardFace: "credit-card", BankFace: "ach-debit"}.get(type(face), ""),
        "BRAND": face.brand.value if isinstance(face, CardFace) else "",
        "LAST_FOUR": face.last_four if face else "",
        "TOKEN": taken.token,
        "EARLIER": "yes" if taken.earlier else "",
        "WANTS_PERSON": "yes" if taken.wants_person or taken.result is Result.PERSON else "",
        "RESULT": taken.result.value,
    }
    for name, value in told.items():
        await visit.tell(PREFIX + name, value)
    to_person = taken.wants_person or taken.result in {Result.PERSON, Result.TOO_MANY}
    return Ended(STATUSES[taken.result], Next.AGENT if to_person else Next.GOODBYE)
