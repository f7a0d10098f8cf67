"""The Federal Reserve's FedACH participant file: one bank a line of 155 characters; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from paytone.rules.bank import passes_checksum
from paytone.rules.line_fault import LineFault

LENGTH = 155
_FILLER = 5
_RESERVE_BANK, _ITSELF, _NEW_NUMBER = "012"
_NOTHING = "000000000"


class LineWrong(Exception):
    """A line is no participant's record; the text says why. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Participant:
    """
    One bank.

    Args:
        moved_to: The number that its debits go to now; None where they go to its own.
        changed: When the record was last changed.
    """

    routing: str
    name: str
    moved_to: str | None
    changed: date


def read(lines: Iterable[str]) -> Iterator[Participant | LineFault]:
    """A participant or a fault for each of *lines*; empty ones are passed over."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        record = line.rstrip("\r\n\x1a")
        if not record.strip():
            continue
        try:
            participant = participant_of(record)
        except LineWrong as exc:
            yield LineFault(number, str(exc))
            continue
        first = seen.setdefault(participant.routing, number)
        if first != number:
            yield LineFault(number, f"{participant.routing} is already on line {first}")
            continue
        yield participant


def participant_of(record: str) -> Participant:
    """
    The bank in *record*: FedACH directory format, 155 columns, of which some tools cut the filler.

    Raises:
        LineWrong: It is none.
    """
    if not LENGTH - _FILLER <= len(record) <= LENGTH:
        raise LineWrong(f"it has {len(record)} characters, not {LENGTH}")
    routing, kind, changed = record[0:9], record[19], record[20:26]
    new_routing, name = record[26:35], " ".join(record[35:71].split())
    if not passes_checksum(routing):
        raise LineWrong("columns 1 to 9 are no routing number")
    if kind not in {_RESERVE_BANK, _ITSELF, _NEW_NUMBER}:
        raise LineWrong("column 20, the record type, is not 0, 1 or 2")
    if not name:
        raise LineWrong("columns 36 to 71 hold no name")
    moved = kind == _NEW_NUMBER
    if moved and (not passes_checksum(new_routing) or new_routing == routing):
        raise LineWrong("columns 27 to 35 hold no new routing number, which type 2 needs")
    if not moved and new_routing.strip() not in {"", _NOTHING, routing}:
        raise LineWrong("columns 27 to 35 hold a new routing number, which only type 2 has")
    return Participant(routing, name, new_routing if moved else None, _day(changed))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%m%d%y").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        raise LineWrong("columns 21 to 26 are no date of the form MMDDYY") from None
