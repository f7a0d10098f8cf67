"""Work done as the waiting faults will have it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock

from paytone.sandbox.answer import Answer
from paytone.sandbox.control.faults import Fault, Faults, Strike
from paytone.sandbox.control.masking import masked
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request, Work
from paytone.sandbox.sales.request_keys import broken, in_flight, key_of

_GARBLED = b"<html><body><h1>502 Bad Gateway"
_ID = re.compile(rb"<transaction><id>([^<]+)</id>")


@dataclass(frozen=True, slots=True)
class Faulty:
    """Answers requests, faults included; *save* keeps what was done after a delay."""

    faults: Faults
    lock: RLock
    clock: Callable[[], datetime]
    save: Callable[[], None]

    def answer(self, request: Request, work: Work) -> Answer:
        """What *work* answers, or what the next fault of its kind makes of it."""
        key = key_of(request)
        if key is not None and key in request.books.in_flight:
            return in_flight(request)
        amount, order_id = text(request.params("transaction"), "amount"), _order_id(request)
        taken = self.faults.take(request.kind, amount=amount, order_id=order_id)
        if taken is None:
            return work(request)
        number, fault = taken
        strike = self._logged(number, fault, request)
        if fault.act == "lag":
            return self._done(replace(request, lag_s=fault.seconds), work, strike)
        if fault.after:
            return _spoiled(self._done(request, work, strike), fault)
        if not fault.works:
            if fault.act == "status" and fault.status == 500:
                broken(request)
            nothing = _spoiled(Answer(fault.status), replace(fault, seconds=0.0))
            return Answer(0, before_s=fault.seconds, then=lambda: nothing)
        return self._held_up(request, work, strike, fault.seconds, key)

    def _held_up(
        self, request: Request, work: Work, strike: Strike, seconds: float, key: str | None
    ) -> Answer:
        if key is not None:
            request.books.in_flight.add(key)

        def then() -> Answer:
            with self.lock:
                request.books.in_flight.discard(key or "")
                answer = self._done(replace(request, now=self.clock()), work, strike)
                self.save()
                return answer

        return Answer(0, before_s=seconds, then=then)

    def _logged(self, number: int, fault: Fault, request: Request) -> Strike:
        strike = Strike(
            number, request.now, request.method, masked(request.path), request.kind,
            fault.when, fault.act, fault.seconds,
            _order_id(request),
        )  # fmt: skip
        self.faults.struck.append(strike)
        return strike

    def _done(self, request: Request, work: Work, strike: Strike) -> Answer:
        kept = request.books.transactions
        before = len(kept)
        answer = work(request)
        found = _ID.search(answer.body)
        strike.worked, strike.status = True, answer.status
        strike.transaction = found[1].decode() if found else None
        if len(kept) > before:
            strike.transaction = next(reversed(kept))
        return answer


def _order_id(request: Request) -> str | None:
    """That of the transaction, or that which is searched for."""
    sought = text(part(part(request.body, "search"), "order_id"), "is")
    return sought or text(request.params("transaction"), "order_id")


def _spoiled(answer: Answer, fault: Fault) -> Answer:
    """*answer* as the fault lets it arrive."""
    match fault.act:
        case "drop":
            return replace(answer, after_s=fault.seconds, drop=True)
        case "status":
            return Answer(fault.status, after_s=fault.seconds)
        case "garble":
            ok = answer.status if answer.status < 300 else 200
            return Answer(ok, _GARBLED, after_s=fault.seconds)
        case "delay":
            return replace(answer, after_s=fault.seconds)
        case "lag":
            return answer
        case "drip":
            return replace(answer, drip_s=fault.seconds)
        case "cut":
            return replace(answer, after_s=fault.seconds, cut=True)
