"""Faults on demand, and the record of what each one really did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Literal, get_args

When = Literal["before", "after"]
Act = Literal["delay", "drop", "status", "garble", "drip", "cut", "lag"]

KINDS = frozenset(
    {"any", "sale", "search", "find", "void", "refund", "submit", "settle", "vault", "other"}
)
"""Kinds of request that a fault can name; ``any`` meets all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What is to go wrong.

    Args:
        kind: One of KINDS.
        when: Before the work is done, or after it. Only a delay leaves work that comes after it to
            be done; drop, status and garble before it mean that it is never done.
        act: Only wait; break the connection; answer *status*; answer what is no XML; let the answer
            drip for *seconds*, or break the connection in the middle of it (both after the work);
            or search as if the last *seconds* had not been, for ``search`` only.
        seconds: How long to wait first.
        times: How many matching requests it meets; 0 until it is taken away.
        amount: Met only by transactions of this amount, such as ``12.34``; empty for any.
        probability: How likely a matching request is to meet it.
        seed: What decides that; the same seed meets the same requests again.
        order_id: Met only by transactions with it and searches for it; empty for any.
    """

    kind: str = "any"
    when: When = "before"
    act: Act = "delay"
    seconds: float = 0.0
    status: int = 503
    times: int = 1
    amount: str = ""
    probability: float = 1.0
    seed: int = 0
    order_id: str = ""

    @property
    def works(self) -> bool:
        """Whether the work is done in spite of it."""
        return self.after or self.act in ("delay", "lag")

    @property
    def after(self) -> bool:
        """Whether it comes after the work."""
        return self.when == "after" or self.act in ("drip", "cut")


class NoSuchFault(ValueError):
    """A fault that cannot be: its text says why."""


@dataclass(slots=True)
class Strike:
    """One fault that met one request; *worked* once the work is done, *transaction* its id."""

    fault: int
    at: datetime
    method: str
    path: str
    kind: str
    when: When
    act: Act
    seconds: float
    order_id: str | None
    worked: bool = False
    status: int | None = None
    transaction: str | None = None

    def view(self) -> dict[str, object]:
        """This entry for JSON."""
        return {**asdict(self), "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A fault that waits: for how many requests yet, 0 for ever, and how often its dice fell."""

    fault: Fault
    left: int
    draws: int = 0


@dataclass(slots=True)
class Faults:
    """
    Faults that wait for a request, and the log of those that struck, oldest first.

    Args:
        numbered: The number that was given last.
        cleared: How often all was forgotten.
    """

    waiting: dict[int, Waiting] = field(default_factory=dict)
    struck: list[Strike] = field(default_factory=list)
    numbered: int = 0
    cleared: int = 0
    dice: dict[int, Random] = field(default_factory=dict)

    def inject(self, fault: Fault) -> int:
        """
        Let *fault* meet the next requests of its kind; its number is returned.

        Raises:
            NoSuchFault: Something in it cannot be.
        """
        _check(fault)
        self.numbered += 1
        self.waiting[self.numbered] = Waiting(fault, fault.times)
        return self.numbered

    def take(
        self, kind: str, *, amount: str | None = None, order_id: str | None = None
    ) -> tuple[int, Fault] | None:
        """The oldest waiting fault that meets such a request, used up by one."""
        for number, waiting in list(self.waiting.items()):
            fault = waiting.fault
            if fault.kind not in ("any", kind) or not _same(fault.amount, amount):
                continue
            if fault.order_id not in ("", order_id) or not self._falls(number):
                continue
            if waiting.left == 1:
                del self.waiting[number]
            elif waiting.left > 1:
                self.waiting[number] = replace(self.waiting[number], left=waiting.left - 1)
            return number, fault
        return None

    def _falls(self, number: int) -> bool:
        """Whether the dice of that fault, if it has any, let it strike this time."""
        waiting = self.waiting[number]
        if waiting.fault.probability == 1:
            return True
        if number not in self.dice:
            dice = self.dice[number] = Random(waiting.fault.seed)  # noqa: S311 - to be foretold
            for _ in range(waiting.draws):
                dice.random()
        self.waiting[number] = replace(waiting, draws=waiting.draws + 1)
        return self.dice[number].random() < waiting.fault.probability

    def clear(self) -> None:
        """Forget what waits and what struck."""
        self.waiting.clear()
        self.dice.clear()
        self.struck.clear()
        self.cleared += 1

    def view(self) -> dict[str, object]:
        """Both lists for JSON."""
        waiting = [
            {"fault": number, **asdict(each.fault), "left": each.left}
            for number, each in self.waiting.items()
        ]
        return {"waiting": waiting, "struck": [strike.view() for strike in self.struck]}


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise NoSuchFault(f"kind is one of {', '.join(sorted(KINDS))}")
    if fault.when not in ("before", "after"):
        raise NoSuchFault("when is before or after")
    if fault.act not in get_args(Act):
        raise NoSuchFault(f"act is one of {', '.join(get_args(Act))}")
    if not 0 <= fault.seconds <= 3600:
        raise NoSuchFault("seconds are between 0 and 3600")
    if not 200 <= fault.status <= 599:
        raise NoSuchFault("status is an HTTP status")
    if fault.times < 0:
        raise NoSuchFault("times is one or more, or 0 for ever")
    if fault.act == "lag" and fault.kind != "search":
        raise NoSuchFault("a lag is for searches: kind is search")
    _check_chance(fault)


def _check_chance(fault: Fault) -> None:
    if not 0 < fault.probability <= 1:
        raise NoSuchFault("probability is more than 0 and at most 1")
    if fault.amount and _plain(fault.amount) is None:
        raise NoSuchFault("amount is a number")


def _same(wanted: str, amount: str | None) -> bool:
    return not wanted or (amount is not None and _plain(wanted) == _plain(amount))


def _plain(amount: str) -> Decimal | None:
    try:
        read = Decimal(amount)
    except InvalidOperation:
        return None
    return read if read.is_finite() else None
