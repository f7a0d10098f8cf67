"""Faults and their log as rows of the state's file: what changed since the last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from paytone.sandbox.control.codec import from_text, to_text
from paytone.sandbox.control.faults import Faults, Strike, Waiting

FIELDS = ("waiting", "struck", "numbered")

Put = tuple[str, str, str]
"""Field, key and value of a row to be written."""
Take = tuple[str, str]
"""Field and key of a row to be deleted."""


class FaultRows:
    """What of a sandbox's faults is in the file already."""

    def __init__(self) -> None:
        self._waiting: dict[int, Waiting] = {}
        self._struck: list[Strike] = []
        self._open: set[int] = set()
        self._cleared = 0

    def load(self, rows: Iterable[Put], faults: Faults) -> None:
        """Fill *faults*, which are empty, with what *rows* hold, in their order."""
        for field, key, value in rows:
            held = from_text(value)
            match field:
                case "waiting":
                    faults.waiting[int(key)] = held
                case "struck":
                    faults.struck.append(held)
                case "numbered":
                    faults.numbered = held
        self._waiting, self._cleared = dict(faults.waiting), faults.cleared
        self._note(faults, range(len(faults.struck)))

    def changes(self, faults: Faults) -> tuple[list[Put], list[Take]]:
        """What to write and what to delete; it counts as done."""
        takes: list[Take] = []
        if faults.cleared != self._cleared:
            takes += [("struck", str(place)) for place in range(len(self._struck))]
            self._struck, self._open, self._cleared = [], set(), faults.cleared
        takes += [
            ("waiting", str(number)) for number in self._waiting if number not in faults.waiting
        ]
        puts = [
            ("waiting", str(number), to_text(held))
            for number, held in faults.waiting.items()
            if self._waiting.get(number) is not held
        ]
        new = range(len(self._struck), len(faults.struck))
        ended = [at for at in sorted(self._open) if faults.struck[at] != self._struck[at]]
        puts += [("struck", str(at), to_text(faults.struck[at])) for at in [*ended, *new]]
        if puts:
            puts.append(("numbered", "", to_text(faults.numbered)))
        self._waiting = dict(faults.waiting)
        self._note(faults, [*ended, *new])
        return puts, takes

    def _note(self, faults: Faults, places: Iterable[int]) -> None:
        """Remember strikes as they are now; those not worked on yet may still change."""
        for at in places:
            strike = faults.struck[at]
            if at == len(self._struck):
                self._struck.append(replace(strike))
            else:
                self._struck[at] = replace(strike)
            if strike.worked:
                self._open.discard(at)
            else:
                self._open.add(at)
