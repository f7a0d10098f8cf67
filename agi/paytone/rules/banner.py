"""Banners: what callers hear of a storm, an outage or a closure, and which of them concern whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

AT_MOST: Final = 2
"""How many a call hears."""

LONGEST: Final = timedelta(days=30)
USUAL_PRIORITY: Final = 5


class Kind(Enum):
    """What has happened; each but the last has words that are ready."""

    OUTAGE = "outage"
    CLOSURE = "closure"
    MAINTENANCE = "maintenance"
    MESSAGE = "message"


class Scope(Enum):
    """Whom a banner concerns."""

    ALL = "all"
    NUMBER = "number"
    AREA = "area"
    ZIP = "zip"
    GROUP = "group"


PLACES: Final = {
    Scope.ALL: re.compile(""),
    Scope.NUMBER: re.compile("[2-9][0-9]{9}"),
    Scope.AREA: re.compile("[2-9][0-9]{2}"),
    Scope.ZIP: re.compile("[0-9]{3,5}"),
    Scope.GROUP: re.compile("[0-9]{1,6}"),
}
"""How a place of each scope is written: as much of a ZIP code as its region has in common."""


def is_place(scope: Scope, place: str) -> bool:
    """Whether *place* is one of *scope*."""
    return PLACES[scope].fullmatch(place) is not None


@dataclass(frozen=True, slots=True)
class Banner:
    """
    One banner that is or will be on.

    Args:
        places: Empty for all.
        priority: 1 is said first, 9 last.
        recording: The name of its recording, without folder or ending; None has ready words only.
        language: What is spoken in the recording; None where there is none.
    """

    id: str
    kind: Kind
    scope: Scope
    places: tuple[str, ...]
    priority: int
    starts: datetime
    ends: datetime
    recording: str | None = None
    language: str | None = None

    def is_on(self, now: datetime) -> bool:
        """Whether it is to be said at *now*."""
        return self.starts <= now < self.ends


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """
    What is known of a caller by now.

    Args:
        called: The number dialled, as the trunk sent it.
        calling: The ten digits that call; None where they are withheld.
        zip_code: Of the account, once the caller has identified; None before, or where unknown.
        bill_group: Likewise.
    """

    called: str = ""
    calling: str | None = None
    zip_code: str | None = None
    bill_group: str | None = None


def concerns(banner: Banner, caller: Whereabouts) -> bool:
    """Whether *banner* is for *caller*, as far as is known."""
    match banner.scope:
        case Scope.ALL:
            return True
        case Scope.NUMBER:
            return re.sub(r"\D", "", caller.called)[-10:] in banner.places
        case Scope.AREA:
            return caller.calling is not None and caller.calling[:3] in banner.places
        case Scope.ZIP:
            return caller.zip_code is not None and caller.zip_code.startswith(banner.places)
        case Scope.GROUP:
            return caller.bill_group in banner.places


def to_say(
    banners: Iterable[Banner],
    caller: Whereabouts,
    *,
    heard: Collection[tuple[str, str]],
    language: str,
    now: datetime,
) -> list[Banner]:
    """
    The banners that *caller* is to hear now, in their order.

    Args:
        heard: Banners that the call has had, each with the language it was in: whoever chooses
            another language hears them in that one, too.
    """
    had = {banner for banner, _ in heard}
    mine = [each for each in banners if each.is_on(now) and concerns(each, caller)]
    chosen: list[Banner] = []
    for banner in sorted(mine, key=lambda each: (each.priority, each.starts, each.id)):
        if (banner.id, language) in heard:
            continue
        if banner.id in had or len(had) < AT_MOST:
            chosen.append(banner)
            had.add(banner.id)
    return chosen


def ends_after(now: datetime, hours: int) -> datetime:
    """*hours* after *now*, up to the next quarter of an hour, as it is said aloud."""
    end = (now + timedelta(hours=hours)).replace(second=0, microsecond=0)
    return end + timedelta(minutes=-end.minute % 15)
