"""Asterisk's configuration files, read as Asterisk reads them."""

from __future__ import annotations

import errno
import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMMENT = re.compile(r"(?<!\\);(?!--).*")
_BLOCK = re.compile(r";--(?!-).*?--;", re.DOTALL)
_SECTION = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?")
_INCLUDE = re.compile(r'#(?:try)?include\s+[<"]?([^">]+?)[">]?\s*$')
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Section:
    """One section; templates' options come first in those that take them."""

    name: str
    options: tuple[tuple[str, str], ...]
    is_template: bool = False

    def last(self, key: str, default: str = "") -> str:
        """The value that counts where *key* is given several times."""
        return next((value for name, value in reversed(self.options) if name == key), default)


@dataclass(frozen=True, slots=True)
class Files:
    """The files in the folder *etc*."""

    etc: Path

    def sections(self, name: str) -> list[Section]:
        """
        The sections of the file *name*, in order; none when there is no such file.

        Includes are followed, ``#exec`` is not.
        """
        found: list[Section] = []
        templates: dict[str, Section] = {}
        for line in self._lines(self.etc / name, 0):
            if match := _SECTION.match(line):
                section = _begun(match[1], (match[2] or "").split(","), templates)
                found.append(section)
            elif found and "=" in line:
                key, _, value = line.partition("=")
                section = found[-1]
                pair = (key.strip().lower(), value.removeprefix(">").strip())
                found[-1] = Section(section.name, (*section.options, pair), section.is_template)
            if found:
                templates[found[-1].name] = found[-1]
        return [section for section in found if not section.is_template]

    def option(self, file: str, section: str, key: str, default: str = "") -> str:
        """One value, *default* where the file does not say."""
        for found in reversed(self.sections(file)):
            if found.name == section and found.last(key):
                return found.last(key)
        return default

    def unread(self) -> str:
        """Which file cannot be read and why; empty when all that are there can be."""
        if not self.etc.is_dir():
            return f"{self.etc} is no folder"
        if not os.access(self.etc, os.R_OK | os.X_OK):
            return f"{self.etc}: {os.strerror(errno.EACCES)}"
        if not (self.etc / "extensions.conf").exists():
            return f"{self.etc} has no extensions.conf"
        lost: list[str] = []
        for file in sorted(self.etc.glob("*.conf")):
            deque(self._lines(file, 0, lost), maxlen=0)
        return lost[0] if lost else ""

    def _lines(self, path: Path, depth: int, lost: list[str] | None = None) -> Iterator[str]:
        """The lines of *path* and what it includes; *lost* takes what cannot be read."""
        try:
            text = path.read_text(errors="replace")
        except OSError as exc:
            if lost is not None:
                lost.append(f"{path}: {exc.strerror}")
            return
        for written in _BLOCK.sub("", text).splitlines():
            line = _COMMENT.sub("", written).strip()
            included = _INCLUDE.match(line)
            if included and depth < _DEEPEST:
                wanted = self.etc.absolute() / included[1]
                for file in sorted(Path("/").glob(str(wanted.relative_to("/")))):
                    yield from self._lines(file, depth + 1, lost)
            elif line:
                yield line


def _begun(name: str, marks: list[str], templates: dict[str, Section]) -> Section:
    options = [
        pair for mark in marks if mark.strip() in templates
        for pair in templates[mark.strip()].options
    ]  # fmt: skip
    return Section(name, tuple(options), "!" in marks)


def is_yes(value: str) -> bool:
    """Whether Asterisk takes *value* for yes."""
    return value.lower() in {"yes", "true", "y", "t", "1", "on"}
