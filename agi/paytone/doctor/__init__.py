"""The doctor: what may be wrong with a line that is set up, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from paytone.config import Settings
from paytone.doctor.files import Files


class Grade(Enum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was found, and after a colon what to do."""

    grade: Grade
    what: str


Findings = Iterator[Finding]


def fine(what: str) -> Finding:
    """Nothing to do."""
    return Finding(Grade.OK, what)


def doubt(what: str) -> Finding:
    """The line may be used, but this should be known or mended."""
    return Finding(Grade.WARN, what)


def fault(what: str) -> Finding:
    """To be mended before a caller pays."""
    return Finding(Grade.FAIL, what)


@dataclass(frozen=True, slots=True)
class Patient:
    """
    A line as the doctor sees it.

    Args:
        files: Asterisk's configuration files.
        told: What Asterisk's console answers to each command; empty while it does not run.
        away: Why it cannot be asked; empty when it was.
    """

    settings: Settings
    files: Files
    told: Mapping[str, str]
    away: str = ""

    def answer(self, command: str) -> str:
        """What the console said to *command*; empty while Asterisk does not run."""
        return self.told.get(command, "")

    @property
    def asterisk_pid(self) -> int:
        """Asterisk's process; 0 when it does not run or we may not know."""
        try:
            return int(Path(self.setting("PID file") or "/nonexistent").read_text())
        except (OSError, ValueError):
            return 0

    @property
    def sounds(self) -> Path:
        """Where Asterisk looks for sounds, a folder a language."""
        data = self.setting("Data directory") or self.files.option(
            "asterisk.conf", "directories", "astdatadir", "/var/lib/asterisk"
        )
        return Path(data) / "sounds"

    def setting(self, name: str) -> str:
        """A line of ``core show settings``; empty while Asterisk does not run."""
        for line in self.answer("core show settings").splitlines():
            label, _, value = line.partition(":")
            if label.strip() == name:
                return value.strip()
        return ""
