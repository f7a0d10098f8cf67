"""The map of the call, as dialplan/extensions.conf draws it: which job comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from paytone.ask import ONE_MOMENT
from paytone.flows.menu import MENU_KEYS, RECORDS_MENU, WHOLE_MENU
from paytone.prompts import Prompt
from paytone.simulate.channel import Channel

DoJob = Callable[[str], Awaitable[None]]
"""Lets a worker do a job; returns when the channel comes back, done or not."""

INTRO: Final = "greeting&other-language&banners&no-fee&ask-questions&global-keys"

TRIES: Final[tuple[tuple[Prompt | float, ...], ...]] = (
    (),
    (ONE_MOMENT,),
    (1.0, ONE_MOMENT),
    (),
)
"""What comes before each try of a job, words and seconds; the last is a process of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    A context.

    Args:
        job: What it asks for; None where it only leads on.
        leads_to: The context that follows where there is no job.
        before: Variables that it sets first.
        after: Variables that it sets when the job has ended.
        intro: What is said next where the job leads to *intro_at*.
        choices: The contexts that keys lead to; any other key leads to a person. A comma stands
            before the extension there, if it is another than ``s``.
        back: Where ``*`` leads, if the job does not say so.
        extension: The variable that takes the extension; empty for ``s``.
        ends: The call ends here.
    """

    job: str | None = None
    leads_to: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    intro: str = ""
    intro_at: str = "menu"
    choices: Mapping[str, str] = field(default_factory=dict)
    back: str = ""
    extension: str = ""
    ends: bool = False


def _asks(prompts: str, keys: str) -> dict[str, str]:
    return {"PAYTONE_MENU_PROMPT": prompts, "PAYTONE_MENU_KEYS": keys}


def _back(job: str) -> Place:
    return Place(job, intro="anything-else")


PLACES: Final[Mapping[str, Place]] = {
    "identify": Place("identify"),
    "language": Place(  # who chooses one by key is simulated in English all the same
        leads_to="identify",
        before={
            "PAYTONE_INTRO": "greeting&banners&no-fee&ask-questions&global-keys",
            "PAYTONE_LANGUAGE_KEYS": "",
            "PAYTONE_HELP_KEY": "3",
            "PAYTONE_LANGUAGE_BY": "key",
        },
    ),
    "account": Place(
        "resume", before={"PAYTONE_INTRO": "banners"}, after={"PAYTONE_MENU_BALANCE": "yes"}
    ),
    "menu": Place(
        "menu",
        before=_asks("&".join(WHOLE_MENU), f"{MENU_KEYS}#"),
        after={"PAYTONE_MENU_BALANCE": ""},
        choices={
            "1": "pay", "2": "more-time", "3": "plans", "4": "records", "5": "more",
            "#": "goodbye",
        },
    ),
    "more": Place(
        "menu",
        before=_asks("more-other-ways&more-questions", "12"),
        choices={"1": "other-ways", "2": "help"},
    ),
    "pay-only": Place(
        "menu",
        before=_asks("menu-pay&pay-only-other-ways&ask-questions&pay-only-pin", "1234#"),
        choices={
            "1": "pay-only-payment", "2": "other-ways", "3": "help", "4": "identify",
            "#": "goodbye",
        },
    ),
    "pay-only-payment": Place("pay-only", intro="anything-else", intro_at="pay-only"),
    "help": Place(
        "menu",
        before=_asks(
            "help-ask-needed&help-ask-methods&help-ask-fee&help-ask-hours&help-ask-more"
            "&press-pound-when-done",
            "12345#",
        ),
        choices={
            "1": "help-answer,needed", "2": "help-answer,methods", "3": "help-answer,fee",
            "4": "help-answer,hours", "5": "help-more", "#": "help-answer",
        },
    ),
    "help-more": Place(
        "menu",
        before=_asks(
            "help-ask-counts&help-ask-declined&help-ask-autopay&help-ask-pin&press-pound-when-done",
            "1234#",
        ),
        choices={
            "1": "help-answer,counts", "2": "help-answer,declined", "3": "help-answer,autopay",
            "4": "help-answer,pin", "#": "help-answer",
        },
        back="help",
    ),
    "help-answer": Place("help", extension="PAYTONE_HELP"),
    "pay": _back("pay-bill"),
    "more-time": _back("more-time"),
    "other-ways": _back("other-ways"),
    "records": Place(
        "menu",
        before=_asks("&".join(RECORDS_MENU), "12345#"),
        choices={
            "1": "history", "2": "bills", "3": "lookup", "4": "receipts", "5": "stop-calls",
            "#": "menu",
        },
    ),
    "plans": Place(
        "menu",
        before=_asks("plans-autopay&plans-later&plans-methods", "123"),
        choices={"1": "autopay", "2": "later", "3": "methods"},
    ),
    "autopay": _back("autopay"),
    "later": _back("later"),
    "methods": _back("methods"),
    "history": _back("history"),
    "bills": _back("bills"),
    "lookup": _back("lookup"),
    "receipts": _back("receipts"),
    "stop-calls": _back("stop-calls"),
    "goodbye": Place("goodbye", ends=True),
}  # fmt: skip
"""Any other context ends what is simulated (a person, trouble)."""


async def route(channel: Channel, do: DoJob) -> None:
    """One call from the greeting to its end."""
    channel.variables |= {
        "PAYTONE_INTRO": INTRO, "PAYTONE_LANGUAGE_KEYS": "12", "PAYTONE_HELP_KEY": "3",
    }  # fmt: skip
    context = "identify"
    while not channel.gone:
        name, _, extension = context.partition(",")
        if name not in PLACES:
            break
        if variable := PLACES[name].extension:
            channel.variables[variable] = extension
        context = await _go(PLACES[name], channel, do)


async def _go(place: Place, channel: Channel, do: DoJob) -> str:
    """Where it goes from *place*."""
    channel.variables |= place.before
    if place.job is None:
        return place.leads_to
    following = await _job(channel, do, place.job)
    channel.variables |= place.after
    choice = channel.variables["PAYTONE_CHOICE"]
    if place.choices and channel.variables["PAYTONE_STATUS"] == "DONE":
        if choice:
            return place.choices.get(choice, "agent")
        following = place.back or following
    if place.intro and following == place.intro_at:
        channel.variables["PAYTONE_INTRO"] = place.intro
    return "" if place.ends else following


async def _job(channel: Channel, do: DoJob, verb: str) -> str:
    """Where PAYTONE_NEXT leads after the job, as the subroutine paytone-job has it."""
    for name in ("STATUS", "NEXT", "CHOICE", "LANGUAGE"):
        channel.variables[f"PAYTONE_{name}"] = ""
    for before in TRIES:
        for what in before:
            if isinstance(what, float):
                await asyncio.sleep(what)
            else:
                await channel.play(what)
        await do(verb)
        if channel.gone:
            return ""
        if channel.variables["PAYTONE_STATUS"]:
            return channel.variables["PAYTONE_NEXT"]
    return "trouble"
