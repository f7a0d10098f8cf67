"""Calls in Spanish: what is keyed on hearing what, and what was heard."""

from __future__ import annotations

from functools import cache

from paytone.caller import Caller, Codec, Hearing
from paytone.flows.identify import ASK_PIN
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from paytone.prompts.grammar import recordings
from tests.call.biller import Customer
from tests.call.conversation import GREETING, Turns


@cache
def every_prompt() -> Hearing:
    """Both languages, and Spanish at the slower pace."""
    sounds = CHECKOUT / "sounds"
    return Hearing.from_folder(sounds / "en", Codec.ULAW, sounds / "es", sounds / "es_slow")


def spanish(*prompts: Prompt, slow: bool = False) -> tuple[Prompt, ...]:
    """*prompts* as they are heard in Spanish."""
    folder = "es_slow" if slow else "es"
    return tuple(Prompt(f"{folder}/{prompt}") for prompt in recordings(prompts, "es"))


def in_spanish(turns: Turns, *, slow: bool = False) -> Turns:
    """*turns* of a call in Spanish."""
    return tuple((spanish(prompt, slow=slow)[0], keys) for prompt, keys in turns)


def identified(customer: Customer) -> Turns:
    """The beginning of a call to the Spanish number."""
    return in_spanish(((GREETING, customer.number), (ASK_PIN, f"{customer.pin}#")))


def heard_in_order(call: Caller, *prompts: Prompt) -> bool:
    """Whether *prompts*, which name their language, were heard in this order."""
    rest = iter(call.heard)
    return all(prompt in rest for prompt in prompts)


def not_spanish(call: Caller) -> list[Prompt]:
    """Every prompt of another language that was heard."""
    return [each for each in call.heard if each is not None and not each.startswith("es")]
