"""What an administrator keys and says of a new banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose
from paytone.flows.voice import speech_in
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.banner import LONGEST, Kind, Scope, is_place

SPEAK: Final = Prompt("admin-speak")
NOTHING_SAID: Final = Prompt("admin-nothing-said")
YOU_SAID: Final = Prompt("admin-you-said")
KEEP: Final = Prompt("admin-keep")
IF_OUTAGE: Final = Prompt("admin-if-outage")
IF_CLOSURE: Final = Prompt("admin-if-closure")
IF_MAINTENANCE: Final = Prompt("admin-if-maintenance")
IF_MESSAGE: Final = Prompt("admin-if-message")
FOR_ALL: Final = Prompt("admin-for-all")
FOR_NUMBER: Final = Prompt("admin-for-number")
FOR_AREA: Final = Prompt("admin-for-area")
FOR_ZIP: Final = Prompt("admin-for-zip")
FOR_GROUP: Final = Prompt("admin-for-group")
ASK_NUMBER: Final = Prompt("admin-ask-dialed")
ASK_AREA: Final = Prompt("admin-ask-area")
ASK_ZIP: Final = Prompt("admin-ask-zip")
ASK_GROUP: Final = Prompt("admin-ask-group")
PLACE_MISREAD: Final = Prompt("admin-place-misread")
TWO_HOURS: Final = Prompt("admin-two-hours")
EIGHT_HOURS: Final = Prompt("admin-eight-hours")
A_DAY: Final = Prompt("admin-a-day")
OTHER_HOURS: Final = Prompt("admin-other-hours")
ASK_HOURS: Final = Prompt("admin-ask-hours")
HOURS_MISREAD: Final = Prompt("admin-hours-misread")
ALL_HEAR: Final = Prompt("admin-all-hear")
NUMBER_HEARS: Final = Prompt("admin-number-hears")
AREA_HEARS: Final = Prompt("admin-area-hears")
ZIP_HEARS: Final = Prompt("admin-zip-hears")
GROUP_HEARS: Final = Prompt("admin-group-hears")

LONGEST_S: Final = 60.0
SILENCE_S: Final = 4.0
MOST_HOURS: Final = LONGEST.days * 24

READY_KINDS: Final = {"1": Kind.OUTAGE, "2": Kind.CLOSURE, "3": Kind.MAINTENANCE}
ASK_READY: Final = (IF_OUTAGE, IF_CLOSURE, IF_MAINTENANCE)
SCOPES: Final = dict(zip("12345", Scope, strict=True))
ASK_SCOPE: Final = (FOR_ALL, FOR_NUMBER, FOR_AREA, FOR_ZIP, FOR_GROUP)
ASK_PLACE: Final = {
    Scope.NUMBER: (ASK_NUMBER, 10),
    Scope.AREA: (ASK_AREA, 3),
    Scope.ZIP: (ASK_ZIP, 5),
    Scope.GROUP: (ASK_GROUP, 6),
}
"""How a place is asked for, and how many digits complete it."""
HEARD_BY: Final = {
    Scope.ALL: ALL_HEAR,
    Scope.NUMBER: NUMBER_HEARS,
    Scope.AREA: AREA_HEARS,
    Scope.ZIP: ZIP_HEARS,
    Scope.GROUP: GROUP_HEARS,
}
ASK_LENGTH: Final = (TWO_HOURS, EIGHT_HOURS, A_DAY, OTHER_HOURS)
HOURS: Final = {"1": 2, "2": 8, "3": 24}


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a banner is for."""

    scope: Scope
    places: tuple[str, ...] = ()

    def words(self) -> tuple[Prompt, ...]:
        """That they hear it."""
        digits = (each for place in self.places for each in spoken.digits(place))
        return (HEARD_BY[self.scope], *digits)


async def ask_recording(phone: Phone) -> bytes | Back:
    """What the administrator says and keeps after hearing it, a WAV file."""
    while True:
        await phone.announce(SPEAK)
        recording = await phone.record(longest=LONGEST_S, silence=SILENCE_S)
        if await speech_in(recording) is None:
            if await choose(phone, NOTHING_SAID, keys="1") is BACK:
                return BACK
            continue
        await phone.say(YOU_SAID)
        await phone.play(recording)
        choice = await choose(phone, KEEP, keys="12")
        if choice != "2":
            return BACK if choice is BACK else recording


async def ask_kind(phone: Phone, *, is_recorded: bool) -> Kind | Back:
    """What has happened; anything else only of what is recorded."""
    kinds = READY_KINDS | ({"4": Kind.MESSAGE} if is_recorded else {})
    words = (*ASK_READY, IF_MESSAGE) if is_recorded else ASK_READY
    choice = await choose(phone, *words, keys="".join(kinds))
    return BACK if choice is BACK else kinds[choice]


async def ask_reach(phone: Phone) -> Reach | Back:
    """Whom it is for."""
    while True:
        choice = await choose(phone, *ASK_SCOPE, keys="12345")
        if choice is BACK:
            return BACK
        scope = SCOPES[choice]
        if scope is Scope.ALL:
            return Reach(scope)
        place = await ask(phone, _place_question(scope))
        if place is not BACK:
            return Reach(scope, (place,))


def _place_question(scope: Scope) -> Question[str]:
    def read(digits: str) -> str:
        if not is_place(scope, digits):
            raise BadAnswer(PLACE_MISREAD)
        return digits

    prompt, at_most = ASK_PLACE[scope]
    return Question((prompt,), read, at_most=at_most)


async def ask_hours(phone: Phone) -> int | Back:
    """For how many hours it is on."""
    while True:
        choice = await choose(phone, *ASK_LENGTH, keys="1234")
        if choice is BACK:
            return BACK
        if choice in HOURS:
            return HOURS[choice]
        hours = await ask(phone, Question((ASK_HOURS,), _read_hours, at_most=3))
        if hours is not BACK:
            return hours


def _read_hours(digits: str) -> int:
    if not 1 <= int(digits) <= MOST_HOURS:
        raise BadAnswer(HOURS_MISREAD)
    return int(digits)
