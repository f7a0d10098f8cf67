"""Menus stay short: five choices at most, and no prompt over eight seconds but legal text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, audio
from paytone.prompts.catalogue import SOUNDS, load
from paytone.prompts.check import LONGEST_S
from paytone.prompts.choices import MOST_CHOICES, choices_of
from paytone.prompts.grammar import GRAMMARS

MENUS = re.findall(
    r"Set\(PAYTONE_MENU_PROMPT=([^)]+)\)", (CHECKOUT / "dialplan/extensions.conf").read_text()
)

DONE = "press-pound-when-done"
"""A key that means the same everywhere is not among the choices."""


@pytest.mark.parametrize("language", GRAMMARS)
@pytest.mark.parametrize("menu", MENUS)
def test_a_menu_of_the_dialplan_offers_five_choices_at_most(menu: str, language: str) -> None:
    asked = tuple(Prompt(each) for each in menu.split("&") if each != DONE)
    keys = choices_of(asked, load(language))
    assert len(asked) == len(set(keys)) <= MOST_CHOICES


def test_the_dialplan_has_its_menus() -> None:
    assert 3 <= len(MENUS)


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        (("menu-pay", "menu-more-time"), ["1", "2"]),
        (("menu-person", "still-there"), []),
        (("you-owe", "menu-pay", "go-slower"), ["1"]),
    ],
    ids=["two", "the keys that mean the same everywhere", "what is no choice"],
)
def test_choices_are_keys_that_are_offered(asked: Sequence[str], keys: list[str]) -> None:
    assert keys == choices_of(tuple(map(Prompt, asked)), load("en"))


@pytest.mark.parametrize("language", GRAMMARS)
def test_no_prompt_takes_over_eight_seconds_but_legal_text(language: str) -> None:
    catalogue = load(language)
    for entry in catalogue.entries.values():
        if not entry.long:
            measured = audio.measure(audio.read(SOUNDS / language / f"{entry.name}.wav"))
            assert measured.seconds <= LONGEST_S, entry.name
