"""An Asterisk channel as AGI sees it, with a caller who keys what a script says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from panoramisk.utils import parse_agi_result

SET = re.compile(r'SET VARIABLE ([\w()]+) "(.*)"')
PLAY = re.compile(r"EXEC (Background|Playback) ([^,]*)")


class Channel:
    """
    Answers AGI commands from *variables* and *keys*; hangs up where the keys have ``!``.

    Args:
        keys: What the caller presses, one at each wait; a space is a wait that runs out.

    Attributes:
        keys_during: By a recording's name, the key that cuts it short.
        spoken_to: Set once a prompt was played.
        left: Set once the job gave the channel back.
        commands: All that was sent, in order.
    """

    def __init__(self, keys: str = "", **variables: str) -> None:
        self.variables = variables
        self.heard: list[str] = []
        self.keys_during: dict[str, str] = {}
        self.spoken_to = asyncio.Event()
        self.left = asyncio.Event()
        self.commands: list[str] = []
        self._keys = list(keys)

    async def send(self, command: str) -> Mapping[str, object]:
        """Asterisk's reply, as panoramisk reads it."""
        self.commands.append(command)
        found: Mapping[str, object] = parse_agi_result(self._reply(command))
        return found

    @property
    def not_keyed(self) -> str:
        """What the caller has still to press."""
        return "".join(self._keys)

    def leave(self) -> None:
        """Take the channel back."""
        self.left.set()

    def _reply(self, command: str) -> str:
        if match := SET.fullmatch(command):
            self.variables[match[1]] = match[2]
            return "200 result=1"
        if command.startswith("GET VARIABLE"):
            value = self.variables.get(command.rsplit(maxsplit=1)[-1], "")
            return f"200 result=1 ({value})" if value else "200 result=0"
        if match := PLAY.match(command):
            self.spoken_to.set()
            return f"200 result={self._play(match[2].split('&'))}"
        assert command.startswith("WAIT FOR DIGIT")
        key = self._keys.pop(0) if self._keys else " "
        return "HANGUP" if key == "!" else f"200 result={0 if key == ' ' else ord(key)}"

    def _play(self, files: list[str]) -> int:
        """The code of the key that cuts it short; 0 for none."""
        for name in (file.removeprefix("paytone/") for file in files):
            self.heard.append(name)
            if key := self.keys_during.pop(name, ""):
                return ord(key)
        return 0
