"""Where card digits, codes and PINs can be found after a call: a search of every byte it left."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

RUN = 11
"""Digits in a row that are too much of a card number; six and the last four may be known."""

_SEPARATORS = b" -.,_\0\"'"
_ONE_BY_ONE = re.compile(
    rb"DTMF\w*[ :]|\bDigit: ?[0-9*#]|AGI [TR]x|User entered|RFC(?:2833|4733) packet"
)
_LABELLED = re.compile(rb"(?i)\b(?:cvv2?|cvc2?|cid|security.?code)\W{1,4}\d{3,4}\b")


@dataclass(frozen=True, slots=True)
class Trace:
    """
    Something that should not be there; it does not show the digits.

    Args:
        where: A file's path in its folder, or what else was searched.
        what: What was found.
    """

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    What callers keyed, by a name for each.

    Args:
        cards: Card numbers: found whole or eleven digits in a row, with separators, in hexadecimal.
        pins: Six digits: found anywhere; in text where no letter or digit is next to them.
        codes: Four digits: as PINs, but only in text.
    """

    cards: Mapping[str, str] = field(default_factory=dict, repr=False)
    pins: Mapping[str, str] = field(default_factory=dict, repr=False)
    codes: Mapping[str, str] = field(default_factory=dict, repr=False)

    def in_bytes(self, where: str, data: bytes) -> Iterator[Trace]:
        """Traces in *data*, whatever it is."""
        yield from self._cards_in(where, data)
        for name, pin in self.pins.items():
            if pin.encode() in data:
                yield Trace(where, f"PIN: {name}")

    def in_text(self, where: str, data: bytes) -> Iterator[Trace]:
        """Traces in *data*, a log, a dump or the like: codes and single keys, too."""
        yield from self._cards_in(where, data)
        for what, secrets in (("PIN", self.pins), ("code", self.codes)):
            for name, digits in secrets.items():
                if _alone(digits).search(data):
                    yield Trace(where, f"{what}: {name}")
        if _LABELLED.search(data):
            yield Trace(where, "a labelled security code")
        if _ONE_BY_ONE.search(data):
            yield Trace(where, "single keys")

    def _cards_in(self, where: str, data: bytes) -> Iterator[Trace]:
        squeezed = data.translate(None, _SEPARATORS)
        for name, number in self.cards.items():
            if any(form in squeezed for form in _forms(number)):
                yield Trace(where, f"card: {name}")

    def in_folder(self, folder: Path, *, texts: Iterable[Path]) -> Iterator[Trace]:
        """
        Traces in every file below *folder* and in the names of files.

        Args:
            texts: Files, or folders of files, that are text.
        """
        plain = tuple(texts)
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            yield from self.in_bytes(name, name.encode())
            if not path.is_file() or path.is_symlink():
                continue
            is_text = any(path == text or text in path.parents for text in plain)
            search = self.in_text if is_text else self.in_bytes
            with suppress(FileNotFoundError):  # the line goes on while it is searched
                yield from search(name, path.read_bytes())


def _forms(number: str) -> Iterator[bytes]:
    for start in range(len(number) - RUN + 1):
        run = number[start : start + RUN].encode()
        yield run
        yield run.hex().encode()


def _alone(digits: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w.:/+-])" + digits.encode() + rb"(?![\w:/+-])")


def dump(database_url: str) -> bytes:
    """The whole database as SQL text."""
    return subprocess.run(
        [_pg_dump(), "--inserts", database_url], capture_output=True, check=True
    ).stdout


def processes(folder: Path) -> set[bytes]:
    """Command line and environment of each running process that names *folder* in either."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            shown = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
        except OSError:
            continue
        if folder.name.encode() in shown:
            found.add(shown.replace(b"\0", b"\n"))
    return found


def _pg_dump() -> str:
    kept = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin/pg_dump"))
    found = str(kept[-1]) if kept else shutil.which("pg_dump")
    assert found, "no pg_dump is installed"
    return found
