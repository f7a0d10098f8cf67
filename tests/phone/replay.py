"""An Asterisk that answers AGI commands from a transcript."""

from __future__ import annotations

from collections.abc import Mapping

from panoramisk.utils import parse_agi_result


class Replay:
    """
    Each command must be the next of *lines*, a pair of command and reply.

    Attributes:
        sent: The commands so far.
    """

    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = list(lines)
        self.sent: list[str] = []

    async def send(self, command: str) -> Mapping[str, object]:
        """The reply that the transcript has, as panoramisk reads it."""
        expected, reply = self._lines.pop(0)
        assert expected == command
        self.sent.append(command)
        found: Mapping[str, object] = parse_agi_result(reply)
        return found

    @property
    def is_over(self) -> bool:
        """Whether every line was asked for."""
        return not self._lines
