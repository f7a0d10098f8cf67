#!/usr/bin/env python3
"""
Print apt's own Debian mirror as a source for another suite, with its keyring.

Usage: debian_mirror.py SUITE [FOLDER]. FOLDER holds sources.list and sources.list.d; /etc/apt
unless told. Both of apt's formats are read; the answer is one deb822 stanza. Exit 1: no mirror.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASES = {"bullseye", "bookworm", "trixie", "forky", "sid"} | {
    "oldoldstable", "oldstable", "stable", "testing", "unstable",
}  # fmt: skip
KEPT = ("Signed-By", "Trusted")
"""What a stanza says about trust; it goes with the mirror, whichever the suite."""


@dataclass(frozen=True)
class Source:
    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    trust: dict[str, str] = field(default_factory=dict)

    def is_debian(self) -> bool:
        return "main" in self.components and bool(RELEASES.intersection(self.suites))

    def stanza(self, suite: str) -> str:
        rows = ["Types: deb", f"URIs: {self.uri}", f"Suites: {suite}", "Components: main"]
        trust = (f"{name}: {said}".replace(": \n", ":\n", 1) for name, said in self.trust.items())
        return "\n".join([*rows, *trust])


def one_line(text: str) -> Iterator[Source]:
    """The sources of a sources.list: ``deb [options] uri suite component…``."""
    for line in text.splitlines():
        words = line.partition("#")[0].replace("[", " [ ", 1).replace("]", " ] ", 1).split()
        if not words or words[0] != "deb":
            continue
        trust, rest = {}, words[1:]
        if rest[:1] == ["["]:
            end = rest.index("]")
            options = dict(word.partition("=")[::2] for word in rest[1:end])
            trust = {name: options[name.lower()] for name in KEPT if name.lower() in options}
            rest = rest[end + 1 :]
        if len(rest) >= 2:
            yield Source(rest[0], (rest[1],), tuple(rest[2:]), trust)


def deb822(text: str) -> Iterator[Source]:
    """The sources of a .sources file: stanzas of ``Name: words``, continued by indented lines."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for block in kept.split("\n\n"):
        said = fields(block)
        if "deb" not in said.get("types", "").split() or said.get("enabled", "yes") == "no":
            continue
        trust = {name: said[name.lower()] for name in KEPT if name.lower() in said}
        suites = tuple(said.get("suites", "").split())
        for uri in said.get("uris", "").split():
            yield Source(uri, suites, tuple(said.get("components", "").split()), trust)


def fields(block: str) -> dict[str, str]:
    """The fields of one stanza, names in small letters; a continued one keeps its lines."""
    said: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line[:1].isspace():
            said[name] = f"{said.get(name, '')}\n{line}"
        else:
            name, _, value = line.partition(":")
            name = name.lower()
            said[name] = value.strip()
    return said


def sources(apt: Path) -> Iterator[Source]:
    """Every source that apt would use, in its order."""
    parts = sorted((apt / "sources.list.d").glob("*"))
    for path in [apt / "sources.list", *parts]:
        if path.suffix == ".list" and path.is_file():
            yield from one_line(path.read_text())
        elif path.suffix == ".sources" and path.is_file():
            yield from deb822(path.read_text())


def mirror(apt: Path) -> Source | None:
    """The Debian mirror, one whose address says so first: others use Debian's names too."""
    found = [source for source in sources(apt) if source.is_debian()]
    return min(found, key=lambda s: not f"{s.uri.rstrip('/')}/".endswith("/debian/"), default=None)


def main(suite: str, apt: str = "/etc/apt") -> int:
    source = mirror(Path(apt))
    if source is None:
        print(f"no Debian mirror in {apt}/sources.list or sources.list.d", file=sys.stderr)
        return 1
    print(source.stanza(suite))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
