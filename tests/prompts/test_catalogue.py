"""The catalogue as it stands, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from paytone.prompts import Prompt, spoken
from paytone.prompts.catalogue import CatalogueWrong, load
from paytone.rules.money import Money

ENGLISH = load("en")

VOICE = '[voice]\nid = "gmw/en-us"\nwords_per_minute = 165\n'


def prompts(*names: str) -> list[Prompt]:
    return [Prompt(name) for name in names]


def test_a_transcript_reads_as_sentences() -> None:
    heard = [
        *prompts("you-owe"), *spoken.money(Money(11240)),
        *prompts("due-on", "month-3", "ordinal-5", "is-that-right"),
    ]  # fmt: skip
    assert (
        "Your balance is one hundred twelve dollars and forty cents. It is due March fifth. "
        "If that is right, press 1. To change it, press 2."
    ) == ENGLISH.transcript(heard)


def test_a_transcript_goes_on_after_a_piece_that_could_end() -> None:
    heard = [
        *prompts("review-pay"), *spoken.money(Money(4500)),
        *prompts("review-from", "brand-visa", "ending-in"), *spoken.digits("1111"),
        *prompts("review-account"), *spoken.digits("4412"), *prompts("review-today"),
    ]  # fmt: skip
    assert (
        "You will pay forty-five dollars from your Visa ending in one one one one "
        "for account ending in four four one two today."
    ) == ENGLISH.transcript(heard)


def test_nothing_said_is_an_empty_transcript() -> None:
    assert "" == ENGLISH.transcript([])


def test_the_billers_name_and_addresses_are_in_few_prompts() -> None:
    named = [name for name, entry in ENGLISH.entries.items() if "Spectrum" in entry.text]
    assert ["greeting", "out-name", "other-ways-address", "goodbye"] == named


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ('[sentences]\nGreeting = "Hello."', "Greeting: a name"),
        ('[sentences]\ngreeting = ""', "greeting: give either"),
        ("[sentences]\ngreeting = { text = 3 }", "greeting: text is a string"),
        ('[sentences]\ngreeting = { text = "Hello.", long = true }', "greeting: long"),
        ('[sentences]\nhello = "Hello."\n[pieces]\nhello = "hello"', "hello is there twice"),
        ('[numbered.n]\nwords = "roman"\nranges = [[1, 2, 1]]', "words = 'roman'"),
        ('[sentences]\ngreeting = "Hello.', "line 5"),
    ],
    ids=["name", "empty", "type", "long", "twice", "words", "toml"],
)
def test_a_wrong_entry_is_named(tmp_path: Path, toml: str, fault: str) -> None:
    (tmp_path / "en.toml").write_text(f"{VOICE}{toml}\n", "utf-8")
    with pytest.raises(CatalogueWrong, match=fault):
        load("en", tmp_path)


def test_a_language_without_a_catalogue_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueWrong, match=r"xx\.toml"):
        load("xx", tmp_path)


def test_another_language_gets_its_words_from_the_same_few_lines(tmp_path: Path) -> None:
    numbered = '[numbered.number]\nwords = "cardinal"\nranges = [[20, 21, 1]]\n'
    months = '[numbered.month]\nwords = "month"\nranges = [[1, 1, 1]]\n'
    (tmp_path / "es.toml").write_text(VOICE + numbered + months, "utf-8")
    spanish = load("es", tmp_path)
    assert ["veinte", "veintiuno", "enero"] == [entry.text for entry in spanish.entries.values()]
