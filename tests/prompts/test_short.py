"""Menus stay short: five choices at most, and no prompt over eight seconds but legal text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, audio
from paytone.prompts.catalogue import SOUNDS, Catalogue, CatalogueWrong, load
from paytone.prompts.check import LONGEST_S, differences
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


@pytest.fixture
def third(tmp_path: Path) -> Catalogue:
    """A language that is English but for the word before a key, in a folder of its own."""
    for language in GRAMMARS:
        shutil.copy(SOUNDS / f"{language}.toml", tmp_path)
    texts = re.sub(r"\bpress (?=[0-9])", "tap ", (SOUNDS / "en.toml").read_text("utf-8"))
    texts = texts.replace('press = "press"', 'press = "tap"')
    (tmp_path / "zz.toml").write_text(texts.partition("[numbered.")[0], "utf-8")
    return load("zz", tmp_path)


@pytest.mark.parametrize("menu", MENUS)
def test_a_third_language_needs_its_catalogue_alone(menu: str, third: Catalogue) -> None:
    asked = [Prompt(each) for each in menu.split("&") if each != DONE]
    keys = choices_of(asked, third)
    assert choices_of(asked, load("en")) == keys != []
    assert [] == list(differences(third, load("en")))
    assert f"tap {keys[0]}" in third.text(asked[0])


def test_a_catalogue_that_does_not_say_which_word_a_key_follows_is_wrong(third: Catalogue) -> None:
    with pytest.raises(CatalogueWrong, match="zz"):
        choices_of([Prompt("menu-pay")], replace(third, press=""))


@pytest.mark.parametrize("language", GRAMMARS)
def test_no_prompt_takes_over_eight_seconds_but_legal_text(language: str) -> None:
    catalogue = load(language)
    for entry in catalogue.entries.values():
        if not entry.legal:
            measured = audio.measure(audio.read(SOUNDS / language / f"{entry.name}.wav"))
            assert measured.seconds <= LONGEST_S, entry.name
