"""What each prompt of a language says, read from ``sounds/<language>.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from paytone.prompts import Prompt
from paytone.prompts.grammar import recordings

SOUNDS = Path(__file__).resolve().parents[3] / "sounds"
"""The checkout's sounds folder."""

PLACES = "places.toml"
"""An operator's own prompts, in the folder of a language's audio."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENDS = (".", "?", "!", ":")
_FIELDS = ("text", "legal", "silence_ms", "voice")


class CatalogueWrong(Exception):
    """The catalogue cannot be read; the message says which entry and why. No audio was touched."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One prompt.

    Args:
        text: What it says; empty for a pause. Without a final mark it goes on in the next prompt.
        piece: Whether it is a word or two to be joined with others.
        legal: Whether the law words it, so that it may take more than 8 seconds.
        silence_ms: A pause's length; None for what is spoken.
        figure: Whether it says figures: which of those there are is each language's own affair.
        voice: The language whose voice speaks it; the catalogue's own if None.
    """

    name: Prompt
    text: str
    piece: bool = False
    legal: bool = False
    silence_ms: int | None = None
    figure: bool = False
    voice: str | None = None

    @property
    def ends(self) -> bool:
        """Whether a listener hears it as finished."""
        return self.text.endswith(_ENDS)


@dataclass(frozen=True, slots=True)
class Voice:
    """
    The speaking voice: pyttsx3's id of it and its rate.

    Args:
        says: Words that it reads wrongly, each with a spelling that it reads right.
    """

    id: str
    words_per_minute: int
    says: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.id} {self.words_per_minute}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All prompts of one language, in the order of the file."""

    language: str
    voice: Voice
    entries: Mapping[Prompt, Entry]
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Of other languages, for the entries that name them."""
    press: str = ""
    """The word before a key that is offered, such as "press"."""

    def text(self, prompt: Prompt) -> str:
        """
        What *prompt* says; a pause says nothing.

        Raises:
            KeyError: No such prompt.
        """
        return self.entries[prompt].text

    def voice_of(self, entry: Entry) -> Voice:
        """Whose voice speaks *entry*."""
        return self.voice if entry.voice is None else self.voices[entry.voice]

    def spoken_text(self, entry: Entry) -> str:
        """*entry* as the voice is given it: respelled, with a comma where it goes on."""
        text = entry.text if entry.ends else f"{entry.text},"
        for word, spelling in self.voice_of(entry).says.items():
            text = re.sub(rf"\b{re.escape(word)}\b", spelling, text)
        return text

    def transcript(self, prompts: Sequence[Prompt]) -> str:
        """What a listener would write down on hearing *prompts*, each sentence with its mark."""
        line = ""
        for prompt in recordings(prompts, self.language):
            line = _joined(line, self.entries[prompt])
        return line if not line or line.endswith(_ENDS) else line.rstrip(",") + "."


def load(language: str = "en", sounds: Path = SOUNDS) -> Catalogue:
    """
    The catalogue in *sounds*, the operator's own prompts included.

    Raises:
        CatalogueWrong: No such file, or an entry in it is wrong.
    """
    path, own = sounds / f"{language}.toml", sounds / language / PLACES
    tables = _read(path)
    entries: dict[Prompt, Entry] = {}
    for file, listed in ((path, tables), (own, _read(own) if own.exists() else {})):
        for entry in _entries(listed, language):
            if entry.name in entries:
                raise CatalogueWrong(f"{file}: {entry.name} is there twice")
            entries[entry.name] = entry
    others = {entry.voice for entry in entries.values() if entry.voice is not None}
    voices = {other: _voice(_read(sounds / f"{other}.toml").get("voice")) for other in others}
    press = str(tables.get("press", ""))
    return Catalogue(language, _voice(tables.get("voice")), entries, voices, press)


def transcript(prompts: Sequence[Prompt], language: str, sounds: Path = SOUNDS) -> str:
    """
    What a listener would write down on hearing *prompts* in *language*.

    Raises:
        CatalogueWrong: See `load`.
    """
    return _loaded(language, sounds).transcript(prompts)


@cache
def _loaded(language: str, sounds: Path) -> Catalogue:
    return load(language, sounds)


def languages(sounds: Path = SOUNDS) -> list[str]:
    """The languages that have a catalogue in *sounds*."""
    return sorted(path.stem for path in sounds.glob("??.toml"))


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise CatalogueWrong(f"{path}: {exc}") from exc


def _joined(line: str, entry: Entry) -> str:
    if entry.silence_ms is not None:
        return line if not line or line.endswith(_ENDS) else line + ","
    if not line:
        return entry.text
    if entry.text[0].islower() and line.endswith("."):
        line = line[:-1]
    elif entry.text[0].isupper() and not entry.piece and not line.endswith(_ENDS):
        line = line.rstrip(",") + "."
    return f"{line} {entry.text}"


def _entries(tables: Mapping[str, object], language: str) -> Iterator[Entry]:
    for table in ("sentences", "pieces", "figures"):
        for name, value in _table(tables.get(table, {}), table).items():
            yield _entry(name, value, piece=table != "sentences", figure=table == "figures")
    for stem, value in _table(tables.get("numbered", {}), "numbered").items():
        yield from _numbered(stem, _table(value, stem), language)


def _entry(name: str, value: object, *, piece: bool, figure: bool = False) -> Entry:
    if not _NAME.fullmatch(name):
        raise CatalogueWrong(f"{name}: a name is words in small letters joined by hyphens")
    fields = {"text": value} if isinstance(value, str) else _table(value, name)
    text = fields.get("text", "")
    silence_ms, voice = fields.get("silence_ms"), fields.get("voice")
    if not isinstance(text, str) or not isinstance(silence_ms, int | None):
        raise CatalogueWrong(f"{name}: text is a string, silence_ms a whole number")
    if not isinstance(voice, str | None):
        raise CatalogueWrong(f"{name}: voice is a language")
    if bool(text.strip()) == (silence_ms is not None):
        raise CatalogueWrong(f"{name}: give either a text or silence_ms")
    if unknown := sorted(fields.keys() - set(_FIELDS)):
        raise CatalogueWrong(f"{name}: {', '.join(unknown)}: an entry has {', '.join(_FIELDS)}")
    legal = bool(fields.get("legal"))
    return Entry(Prompt(name), text.strip(), piece, legal, silence_ms, figure, voice)


def _numbered(stem: str, fields: Mapping[str, object], language: str) -> Iterator[Entry]:
    template, ranges = fields.get("text", "{}"), fields.get("ranges")
    if not isinstance(template, str) or not isinstance(ranges, list):
        raise CatalogueWrong(f"{stem}: text is a string, ranges a list of [first, last, step]")
    for first, last, step in ranges:
        for number in range(first, last + 1, step):
            text = template.format(_words(str(fields.get("words")), number, language))
            yield _entry(f"{stem}-{number}", text, piece=True, figure=True)


def _words(kind: str, number: int, language: str) -> str:
    # num2words and Babel take a while to load; flows need no words.
    from babel.dates import get_month_names
    from num2words import num2words

    match kind:
        case "cardinal" | "ordinal":
            return str(num2words(number, to=kind, lang=language))
        case "month":
            return str(get_month_names("wide", locale=language)[number])
        case _:
            raise CatalogueWrong(f"words = {kind!r}: say cardinal, ordinal or month")


def _voice(value: object) -> Voice:
    match value:
        case {"id": str(id_), "words_per_minute": int(rate), **others}:
            says = _table(others.get("says", {}), "voice.says")
            return Voice(id_, rate, {word: str(spelling) for word, spelling in says.items()})
        case _:
            raise CatalogueWrong("[voice] needs an id and words_per_minute")


def _table(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise CatalogueWrong(f"{name}: a table is expected")
    return value
