"""
Figures put into words: which recordings say an amount, a number or a date in each language.

A grammar is a module with the functions of `Grammar`. Its words are recordings of its own
``sounds/<language>.toml``; all languages have recordings of the same names, but need not use them
all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from paytone.prompts import Prompt
from paytone.prompts.grammar import en, es

_FIGURE = re.compile(r"(money|number|ordinal|digits|date|month|time)-([0-9-]+)")

Words = tuple[Prompt, ...]

USUAL: Final = "en"
"""What is spoken where a language is unset or has no grammar."""


class Grammar(Protocol):
    """How one language says figures; every function gives recordings to play in turn."""

    def arranged(self, prompts: Sequence[Prompt]) -> Sequence[Prompt]:
        """*prompts* in this language's order of words, where that is not the order of English."""

    def money(self, dollars: int, cents: int) -> Words:
        """An amount, at most 999,999 dollars and 99 cents."""

    def number(self, count: int, then: Prompt | None) -> Words:
        """A number from 0 to 999,999, which may have to agree with *then*, said next."""

    def ordinal(self, day: int) -> Words:
        """A day of any month, 1 to 31."""

    def digit(self, digit: int) -> Words:
        """One digit of several read one by one."""

    def date(self, month: int, day: int, year: int | None) -> Words:
        """A day, in *year* if it is said."""

    def month_year(self, year: int, month: int) -> Words:
        """A month of a year."""

    def time(self, hour: int, minute: int) -> Words:
        """At a time of the day, of 24 hours."""


GRAMMARS: Final[Mapping[str, Grammar]] = {"en": en, "es": es}


def spoken_language(language: str) -> str:
    """The language that is spoken to a channel of *language*, such as ``es_MX``."""
    short = language[:2].lower()
    return short if short in GRAMMARS else USUAL


def recordings(prompts: Sequence[Prompt], language: str = USUAL) -> Words:
    """
    *prompts* with each figure as the recordings that say it in *language*.

    Raises:
        KeyError: *language* has no grammar.
    """
    grammar = GRAMMARS[language]
    prompts = grammar.arranged(prompts)
    following = (*prompts[1:], None)
    pairs = zip(prompts, following, strict=True) if prompts else ()
    return tuple(word for prompt, then in pairs for word in _words(grammar, prompt, then))


def _words(grammar: Grammar, prompt: Prompt, then: Prompt | None) -> Words:
    figure = _FIGURE.fullmatch(prompt)
    match figure and figure[1], figure[2].split("-") if figure else ():
        case "money", [dollars, cents]:
            return grammar.money(int(dollars), int(cents))
        case "number", [count]:
            return grammar.number(int(count), then)
        case "ordinal", [day]:
            return grammar.ordinal(int(day))
        case "digits", groups:
            return tuple(_digits(grammar, groups))
        case "date", [*year, month, day]:
            return grammar.date(int(month), int(day), int(year[0]) if year else None)
        case "month", [year, month]:
            return grammar.month_year(int(year), int(month))
        case "time", [hour, minute]:
            return grammar.time(int(hour), int(minute))
    return (prompt,)


def _digits(grammar: Grammar, groups: Sequence[str]) -> Iterator[Prompt]:
    for at, group in enumerate(groups):
        if at:
            yield Prompt("pause-short")
        for digit in group:
            yield from grammar.digit(int(digit))
