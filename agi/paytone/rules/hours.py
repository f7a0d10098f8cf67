"""When people answer: hours of the week, and days on which others hold or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

A_DAY: Final = timedelta(days=1)
LOOK_AHEAD: Final = 60
"""So many days ahead somebody still wants to know when it opens."""


@dataclass(frozen=True, slots=True)
class Span:
    """
    From *opens* until before *closes*; on the next day where that is not later.

    The same time twice is the whole day round.
    """

    opens: time
    closes: time


Spans = Sequence[Span]


@dataclass(frozen=True, slots=True)
class Hours:
    """
    The hours of one queue, on the wall clock of *zone*.

    Args:
        week: By weekday, 1 for Monday; empty where nothing is set: always open then.
        days: Days that are not like their weekday; no spans where it is closed.
        reasons: Why those days are special.
    """

    zone: tzinfo
    week: Mapping[int, Spans] = field(default_factory=dict)
    days: Mapping[date, Spans] = field(default_factory=dict)
    reasons: Mapping[date, str] = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there at *now*."""
        day = now.astimezone(self.zone).date()
        return any(
            opens <= now < closes
            for each in (day - A_DAY, day)
            for opens, closes in self._moments(each)
        )

    def next_opening(self, now: datetime) -> datetime | None:
        """When somebody is there next, later than *now*; None: not within `LOOK_AHEAD` days."""
        day = now.astimezone(self.zone).date()
        return next(
            (
                opens.astimezone(self.zone)
                for ahead in range(LOOK_AHEAD)
                for opens, _ in self._moments(day + ahead * A_DAY)
                if opens > now
            ),
            None,
        )

    def next_closing(self, now: datetime) -> datetime | None:
        """Until when somebody who is there at *now* stays; None: `LOOK_AHEAD` days and longer."""
        day, closes = now.astimezone(self.zone).date(), now.astimezone(UTC)
        for ahead in range(-1, LOOK_AHEAD):
            for begins, ends in self._moments(day + ahead * A_DAY):
                if begins <= closes < ends:
                    closes = ends
        last = self._at(day + LOOK_AHEAD * A_DAY, time(0))
        return closes.astimezone(self.zone) if closes < last else None

    def _moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """From when until when it is open that begins on *day*, in order."""
        for span in sorted(self._spans(day), key=lambda span: span.opens):
            last = day if span.closes > span.opens else day + A_DAY
            yield self._at(day, span.opens), self._at(last, span.closes)

    def _spans(self, day: date) -> Spans:
        if day in self.days:
            return self.days[day]
        return self.week.get(day.isoweekday(), ()) if self.week else (Span(time(0), time(0)),)

    def _at(self, day: date, clock: time) -> datetime:
        # In UTC, as wall clocks of one zone compare without their offset. An hour that the clocks
        # skip is the one after it; one that comes twice is its first.
        at = datetime.combine(day, clock, tzinfo=self.zone)
        return at.astimezone(UTC)
