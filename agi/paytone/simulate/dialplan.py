"""The map of the call, as dialplan/extensions.conf draws it: which job comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from paytone.ask import ONE_MOMENT
from paytone.flows.menu import MENU_KEYS, RECORDS_MENU, WHOLE_MENU
from paytone.simulate.channel import Channel

DoJob = Callable[[str], Awaitable[None]]
"""Lets a worker do a job; returns when the channel comes back, done or not."""

ATTEMPTS: Final = 3
"""FastAGI, FastAGI again, and a process of its own."""


async def route(channel: Channel, do: DoJob) -> None:
    """One call from the greeting to its end."""
    channel.variables["PAYTONE_INTRO"] = "greeting&no-fee&global-keys"
    context = "identify"
    while context in CONTEXTS and not channel.gone:
        context = await CONTEXTS[context](channel, do)


async def _job(channel: Channel, do: DoJob, verb: str) -> str:
    """Where PAYTONE_NEXT leads after the job, as the subroutine paytone-job has it."""
    for name in ("STATUS", "NEXT", "CHOICE"):
        channel.variables[f"PAYTONE_{name}"] = ""
    for attempt in range(ATTEMPTS):
        if attempt == 1:
            await channel.play(ONE_MOMENT)
        await do(verb)
        if channel.gone:
            return ""
        if channel.variables["PAYTONE_STATUS"]:
            return channel.variables["PAYTONE_NEXT"]
    return "trouble"


async def _identify(channel: Channel, do: DoJob) -> str:
    return await _job(channel, do, "identify")


async def _account(channel: Channel, do: DoJob) -> str:
    following = await _job(channel, do, "resume")
    channel.variables["PAYTONE_MENU_BALANCE"] = "yes"
    return following


CHOICES = {
    "1": "pay", "2": "more-time", "3": "plans", "4": "records", "5": "other-ways", "#": "goodbye",
}  # fmt: skip
"""Where the keys of the menu lead."""


async def _menu(channel: Channel, do: DoJob) -> str:
    channel.variables |= {
        "PAYTONE_MENU_PROMPT": "&".join(WHOLE_MENU[:-1]),
        "PAYTONE_MENU_KEYS": f"{MENU_KEYS}#",
    }
    following = await _job(channel, do, "menu")
    channel.variables["PAYTONE_MENU_BALANCE"] = ""
    choice = channel.variables["PAYTONE_CHOICE"]
    if channel.variables["PAYTONE_STATUS"] == "DONE" and choice:
        return CHOICES.get(choice, "agent")
    return following


async def _more_time(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "more-time"))


async def _records(channel: Channel, do: DoJob) -> str:
    channel.variables |= {
        "PAYTONE_MENU_PROMPT": "&".join(RECORDS_MENU),
        "PAYTONE_MENU_KEYS": "12345#",
    }
    following = await _job(channel, do, "menu")
    choice = channel.variables["PAYTONE_CHOICE"]
    if channel.variables["PAYTONE_STATUS"] == "DONE" and choice:
        leads = {
            "1": "history", "2": "bills", "3": "lookup", "4": "receipts", "5": "stop-calls",
            "#": "menu",
        }  # fmt: skip
        return leads.get(choice, "agent")
    return following


async def _pay(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "pay-bill"))


async def _plans(channel: Channel, do: DoJob) -> str:
    channel.variables |= {
        "PAYTONE_MENU_PROMPT": "plans-autopay&plans-later&plans-methods",
        "PAYTONE_MENU_KEYS": "123",
    }
    following = await _job(channel, do, "menu")
    choice = channel.variables["PAYTONE_CHOICE"]
    if channel.variables["PAYTONE_STATUS"] == "DONE" and choice:
        return {"1": "autopay", "2": "later", "3": "methods"}.get(choice, "agent")
    return following


async def _methods(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "methods"))


async def _autopay(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "autopay"))


async def _later(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "later"))


async def _history(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "history"))


async def _bills(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "bills"))


async def _lookup(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "lookup"))


async def _receipts(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "receipts"))


async def _other_ways(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "other-ways"))


async def _stop_calls(channel: Channel, do: DoJob) -> str:
    return _back(channel, await _job(channel, do, "stop-calls"))


async def _goodbye(channel: Channel, do: DoJob) -> str:
    await _job(channel, do, "goodbye")
    return ""


def _back(channel: Channel, following: str) -> str:
    if following == "menu":
        channel.variables["PAYTONE_INTRO"] = "anything-else"
    return following


CONTEXTS: Final = {
    "identify": _identify,
    "account": _account,
    "menu": _menu,
    "pay": _pay,
    "records": _records,
    "plans": _plans,
    "more-time": _more_time,
    "autopay": _autopay,
    "methods": _methods,
    "later": _later,
    "history": _history,
    "bills": _bills,
    "lookup": _lookup,
    "receipts": _receipts,
    "other-ways": _other_ways,
    "stop-calls": _stop_calls,
    "goodbye": _goodbye,
}
"""Contexts that do a job; any other ends what is simulated (a person, trouble)."""
