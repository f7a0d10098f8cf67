"""Payment centres near a ZIP code, said one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, patiently
from paytone.flows.send_ways import Guest, Way, hear_out
from paytone.flows.text_consent import number_in_words
from paytone.prompts import Prompt, spoken
from paytone.rules.contact import in_writing
from paytone.rules.place import ZIP_LENGTH, Centre, Near, Takes, Where, nearest, where
from paytone.store import places

ASK_ZIP: Final = Prompt("ask-zip")
OWN_ZIP: Final = Prompt("ask-zip-own")
ZIP_MISREAD: Final = Prompt("postal-misread")
ZIP_UNKNOWN: Final = Prompt("zip-unknown")
ZIP_ROUGH: Final = Prompt("zip-rough")
NO_CENTRE_NEAR: Final = Prompt("no-center-near")
THE_NEAREST: Final = Prompt("center-nearest")
THE_NEXT: Final = Prompt("center-next")
IN_ZIP: Final = Prompt("center-in-zip")
SAME_ZIP: Final = Prompt("center-same-zip")
ABOUT: Final = Prompt("center-about")
MILE: Final = Prompt("mile-away")
MILES: Final = Prompt("miles-away")
HOURS: Final = Prompt("center-hours")
NUMBER: Final = Prompt("center-number")
TAKES: Final = {
    Takes.CASH: Prompt("center-takes-cash"),
    Takes.CHECK: Prompt("center-takes-checks"),
    Takes.MONEY_ORDER: Prompt("center-takes-money-orders"),
    Takes.CARD: Prompt("center-takes-cards"),
}


def read_zip(digits: str) -> str:
    """Five digits; nothing for the account's own."""
    if digits and len(digits) != ZIP_LENGTH:
        raise BadAnswer(ZIP_MISREAD)
    return digits


async def tell_nearest(guest: Guest) -> bool | Back:
    """
    Ask a ZIP code and say the centers near it, one after another.

    Returns:
        False when the caller has heard enough; `BACK` also where there is none to be said.

    Raises:
        TooManyTries: No ZIP code that is known was keyed in as many tries as there are.
    """
    store, own = guest.desk.store, None
    if guest.account is not None:
        own = await patiently(guest.phone, places.zip_of(store, guest.account.id))
    while True:
        here = await _ask_where(guest, own)
        if here is BACK:
            return BACK
        placed = await patiently(guest.phone, places.placed(store))
        near = nearest(placed, here.spot, within_miles=guest.desk.centres_within_miles)
        if not near:
            await guest.phone.say(NO_CENTRE_NEAR)
            return BACK
        if await _one_by_one(guest, here, near) is not BACK:
            return False


async def _ask_where(guest: Guest, own: str | None) -> Where | Back:
    prompts = (ASK_ZIP, OWN_ZIP) if own else (ASK_ZIP,)
    question = Question(prompts, read_zip, at_most=ZIP_LENGTH + 1, may_be_empty=own is not None)
    for _ in range(guest.phone.manner.entry_tries):
        answer = await ask(guest.phone, question)
        if answer is BACK:
            return BACK
        zip_code = answer or str(own)
        known = await patiently(guest.phone, places.area_of(guest.desk.store, zip_code))
        if (here := where(zip_code, known)) is not None:
            return here
        await guest.phone.say(ZIP_UNKNOWN)
    raise TooManyTries


async def _one_by_one(guest: Guest, here: Where, near: tuple[Near, ...]) -> bool | Back:
    lead = (THE_NEAREST,) if here.exact else (ZIP_ROUGH, THE_NEAREST)
    for at, each in enumerate(near, start=1):
        said = (*lead, *_place(each.centre), *_distance(each, here), *_terms(each.centre))
        facts = _facts(each.centre)
        way = Way(said, "payment-center", f"{each.centre.name}, {each.centre.address}", facts)
        following = await hear_out(guest, way, more=at < len(near))
        if following is not True:
            return following
        lead = (THE_NEXT,)
    return False


def _place(centre: Centre) -> tuple[Prompt, ...]:
    """Name and address, or where nobody has recorded them the ZIP code."""
    if centre.place_prompt is not None:
        return (Prompt(centre.place_prompt),)
    return (IN_ZIP, *spoken.digits(centre.zip_code, group=ZIP_LENGTH))


def _distance(near: Near, here: Where) -> tuple[Prompt, ...]:
    """Whole miles from the middle of one ZIP code to the middle of the other."""
    if near.centre.zip_code == here.zip_code:
        return (SAME_ZIP,)
    whole = max(1, round(near.miles))
    return (ABOUT, *spoken.number(whole), MILE if whole == 1 else MILES)


def _terms(centre: Centre) -> tuple[Prompt, ...]:
    """The hours, what can be paid with, and the number to call where something is not recorded."""
    hours = (HOURS, Prompt(centre.hours_prompt)) if centre.hours_prompt else ()
    number: tuple[Prompt, ...] = ()
    if centre.phone and not (centre.place_prompt and hours):
        number = (NUMBER, *number_in_words(centre.phone))
    return (*hours, *(TAKES[each] for each in centre.takes), *number)


def _facts(centre: Centre) -> Mapping[str, object]:
    return {
        "name": centre.name,
        "address": centre.address,
        "city": centre.city,
        "zip": centre.zip_code,
        "hours": centre.hours,
        "phone": centre.phone and in_writing(centre.phone),
        "takes": takes_in_writing(centre.takes),
    }


def takes_in_writing(takes: tuple[Takes, ...]) -> str:
    """What can be paid with, as a letter's words are looked up: in English, with commas."""
    return ", ".join(each.value.replace("-", " ") for each in takes)
