"""What is wrong with a file that an operator hands in, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineFault:
    """What keeps a line from being loaded, for the operator. Line 1 is the first of the file."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"
