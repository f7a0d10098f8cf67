"""What goes wrong in a call, drawn beforehand as a climate and then boundary by boundary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Final

from paytone.sandbox.control.faults import Fault

PATIENCE_S: Final = 20.0
"""The SDK's timeout, and the gateway's patience."""

LATEST_S: Final = 3000.0
"""
A charge that was handed over may be made so late: long after one that is not found is given up as
never charged, so that it must be voided.
"""


class Trouble(Enum):
    """What befalls a statement."""

    LOST = "lost before the server saw it"
    UNDONE = "rolled back by the server's end"
    UNHEARD = "done, the answer lost"
    SLOW = "slow"
    AWAY = "database away for a while"


@dataclass(frozen=True, slots=True)
class Climate:
    """How likely each statement, request and boundary is to be struck."""

    statement: float = 0.0
    request: float = 0.0
    death: float = 0.0


CALM: Final = Climate()
CLIMATES: Final = {
    CALM: 20,
    Climate(request=0.7): 25,
    Climate(statement=0.01): 20,
    Climate(death=0.003): 20,
    Climate(statement=0.005, request=0.5, death=0.003): 15,
}
"""With how often each is drawn."""

NEAR_MONEY: Final = 12
"""How much likelier than elsewhere something happens at a statement or request about a payment."""


class Weather:
    """The faults of one call, or of one run of the worker."""

    def __init__(self, dice: Random, tally: Counter[str], climate: Climate | None = None) -> None:
        self.climate = climate or dice.choices(list(CLIMATES), list(CLIMATES.values()))[0]
        self._dice = dice
        self._tally = tally
        self._away_for = 0

    def statement(self, about: str) -> Trouble | None:
        """What befalls a statement; *about* is empty for one that moves no payment."""
        if self._away_for:
            self._away_for -= 1
            return Trouble.LOST
        if not self._falls(self.climate.statement * (NEAR_MONEY if about else 1)):
            return None
        trouble = self._dice.choices(list(Trouble), (25, 15, 35, 15, 10))[0]
        self._tally[f"statement {about or 'other'}: {trouble.value}"] += 1
        if trouble is Trouble.AWAY:
            self._away_for = self._dice.randint(1, 12)
            return Trouble.LOST
        return trouble

    def slowness(self) -> float:
        """How many seconds a slow statement takes; beyond 5 the store gives up."""
        return self._dice.choice((1.0, 3.0, 4.5, 6.0))

    def request(self, kind: str) -> Fault | None:
        """What befalls a request to the gateway."""
        if not self._falls(self.climate.request * (1 if kind in {"sale", "save"} else 0.3)):
            return None
        dice = self._dice
        seconds = dice.choice((3.0, 8.0, 19.0, 21.0, 45.0, *[LATEST_S] * 4))
        if dice.random() < 0.3:
            return Fault(kind="any", when=dice.choice(("before", "after")), seconds=seconds)
        return dice.choice(
            (
                Fault(kind="any", when="before", act="drop"),
                Fault(kind="any", when="after", act="drop"),
                Fault(kind="any", when="before", act="delay", seconds=seconds),
                Fault(kind="any", when="after", act="delay", seconds=min(seconds, 45.0)),
                Fault(kind="any", when="before", act="status", status=dice.choice((500, 503))),
                Fault(kind="any", when="before", act="status", status=429),
                Fault(kind="any", when="after", act="status", status=dice.choice((500, 504))),
                Fault(kind="any", when="before", act="garble"),
                Fault(kind="any", when="after", act="garble"),
                Fault(kind="any", act="drip", seconds=min(seconds, 45.0)),
                Fault(kind="any", act="cut"),
            )
        )

    def unreached(self) -> bool:
        """Whether a request finds nobody to connect to."""
        return self._falls(self.climate.request / 10, "request: no connection")

    def dies(self, where: str, *, often: float = 1.0) -> bool:
        """Whether the process dies at this boundary."""
        return self._falls(self.climate.death * often, f"process death: {where}")

    def _falls(self, chance: float, name: str = "") -> bool:
        struck = chance > 0 and self._dice.random() < chance
        if struck and name:
            self._tally[name] += 1
        return struck
