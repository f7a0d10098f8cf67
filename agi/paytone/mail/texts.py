"""The biller's words for letters, from <language>.toml, with the facts put in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency

from paytone.mail.html import html_of
from paytone.mail.words import Text, Words, read_text, read_words

SHIPPED: Final = Path(__file__).parent
"""The folder of the words that come along."""

METHOD_FACTS: Final = frozenset({"brand", "last_four", "bank_name"})

_CENTS: Final = "_cents"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+([+-][0-9:]+|Z)")


class TextsWrong(Exception):
    """The file of words cannot be used, and why; no money moved."""


class NoWords(Exception):
    """There are no words for such a letter, or they lack a fact; nothing is sent."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words; *html* says the same as *text*."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Language:
    """
    The words of one language.

    Args:
        methods: What was paid from.
        every: How often, by the English words.
        takes: What can be paid with, by the English words.
    """

    name: str
    kinds: Mapping[str, Words]
    methods: Mapping[str, Text]
    every: Mapping[str, str]
    takes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of every language; *usual* is for customers whose own there is not."""

    languages: Mapping[str, Language]
    usual: str

    def email(
        self, kind: str, facts: Mapping[str, object], *, language: str, zone: tzinfo | None
    ) -> Written:
        """
        The letter of *kind* that tells *facts*.

        Args:
            facts: As `paytone.store.letters.queue` takes them.
            zone: Where the biller is; days are days there.

        Raises:
            NoWords: See there.
        """
        words, known = self._words(kind, facts, language, zone)
        try:
            subject, text = words.subject.of(known), words.text.of(known)
        except KeyError as exc:
            raise NoWords(f"a letter of kind {kind} lacks {exc.args[0]}") from exc
        return Written(subject, f"{text}\n", html_of(text, subject=subject, language=language))

    def sms(
        self, kind: str, facts: Mapping[str, object], *, language: str, zone: tzinfo | None
    ) -> str:
        """The text message of *kind*; arguments and errors as of `email`."""
        words, known = self._words(kind, facts, language, zone)
        if words.sms is None:
            raise NoWords(f"{kind} does not go as a text message")
        try:
            return " ".join(words.sms.of(known).splitlines())
        except KeyError as exc:
            raise NoWords(f"a text message of kind {kind} lacks {exc.args[0]}") from exc

    def _words(
        self, kind: str, facts: Mapping[str, object], language: str, zone: tzinfo | None
    ) -> tuple[Words, Mapping[str, str]]:
        for name in (language, self.usual):
            spoken = self.languages.get(name)
            if spoken is not None and kind in spoken.kinds:
                return spoken.kinds[kind], _known(facts, spoken, zone)
        raise NoWords(f"there are no words for letters of kind {kind}")


def load(folder: Path, usual: str = "en") -> Texts:
    """
    The words in *folder*, every ``<language>.toml``; kinds that a file lacks are as shipped.

    Raises:
        TextsWrong: There is none for *usual*, or something in one is missing or wrong.
    """
    languages = {path.stem: _language(path) for path in sorted(folder.glob("??.toml"))}
    if usual not in languages:
        raise TextsWrong(f"{folder / usual}.toml: no such file")
    return Texts(languages, usual)


def _language(path: Path) -> Language:
    shipped = SHIPPED / path.name
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        if shipped.exists():
            tables = tomllib.loads(shipped.read_text("utf-8")) | tables
        closing = tables.pop("closing", "")
        read_text({"closing": closing}, "closing", ())
        methods = tables.pop("methods", {})
        every, takes = tables.pop("every", {}), tables.pop("takes", {})
        return Language(
            path.stem,
            {kind: read_words(kind, table, closing) for kind, table in tables.items()},
            {method: read_text(methods, method, METHOD_FACTS) for method in methods},
            {span: str(words) for span, words in every.items()},
            {means: str(words) for means, words in takes.items()},
        )
    except (OSError, ValueError) as exc:
        raise TextsWrong(f"{path}: {exc}") from exc


def _known(
    facts: Mapping[str, object], language: Language, zone: tzinfo | None
) -> Mapping[str, str]:
    currency = str(facts.get("currency", "USD"))
    known = {
        name.removesuffix(_CENTS): _in_words(name, fact, currency, language.name, zone)
        for name, fact in facts.items()
        if fact is not None
    }
    name = known.get("method", "")
    kind = "card" if name.endswith(" card") else name  # where a file names no kinds of card
    if (method := language.methods.get(name, language.methods.get(kind))) is not None:
        known["method"] = known["card"] = method.of(known)
    if (every := language.every.get(known.get("every", ""))) is not None:
        known["every"] = every
    if (takes := known.get("takes")) is not None:
        each = takes.split(", ")
        known["takes"] = ", ".join(language.takes.get(means, means) for means in each)
    return known


def _in_words(name: str, fact: object, currency: str, language: str, zone: tzinfo | None) -> str:
    match fact:
        case int(cents) if name.endswith(_CENTS):
            return _money(cents, currency, language)
        case str(day) if _DAY.fullmatch(day):
            return _date(date.fromisoformat(day), language)
        case str(moment) if _MOMENT.fullmatch(moment):
            return _date(datetime.fromisoformat(moment).astimezone(zone).date(), language)
        case _:
            return str(fact)


def _money(cents: int, currency: str, language: str) -> str:
    return format_currency(Decimal(cents).scaleb(-2), currency, locale=f"{language}_US")


def _date(day: date, language: str) -> str:
    return format_date(day, "long", locale=f"{language}_US")
