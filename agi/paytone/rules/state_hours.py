"""When the laws of states let people be called who live there; see `paytone.rules.calling`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from paytone.rules.business_days import is_holiday
from paytone.rules.state import states_of


@dataclass(frozen=True, slots=True)
class Window:
    """From *opens*, until before *closes*, on the called party's clock."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class StateHours:
    """
    The hours of one state; None: nobody is called on such a day.

    Args:
        holiday: On the Federal Reserve's holidays; a weekend day that is one keeps both.
    """

    weekday: Window
    saturday: Window | None
    sunday: Window | None
    holiday: Window | None

    def lets(self, local: datetime, *, requested: bool) -> bool:
        """
        Whether somebody there may be called at *local*.

        What was *requested* keeps a weekday's hours on a day on which nobody else is called.
        """
        windows = [self._of_day(local)]
        if is_holiday(local.date()):
            windows.append(self.holiday)
        if requested:
            windows = [window or self.weekday for window in windows]
        return all(window and window.opens <= local.time() < window.closes for window in windows)

    def _of_day(self, local: datetime) -> Window | None:
        match local.isoweekday():
            case 6:
                return self.saturday
            case 7:
                return self.sunday
            case _:
                return self.weekday


def states_kept(hours: Mapping[str, StateHours], zips: Collection[str]) -> frozenset[str]:
    """
    The states of *hours* that are kept for whoever lives at *zips*.

    All that a ZIP code may be in; all there are for one that is in no state; none without any.
    """
    kept: set[str] = set()
    for zip_code in zips:
        kept |= states_of(zip_code) or hours.keys()
    return frozenset(kept & hours.keys())
