"""Classic AGI over pyst2: one process for each job of a call, when the server does not answer."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Mapping

from asterisk.agi import AGI, AGIError, AGIHangup, AGIInvalidCommand, AGIUsageError


class _Sink(io.TextIOBase):
    """Where pyst2 writes what it heard, keyed digits included: nowhere."""

    def write(self, text: str) -> int:
        return len(text)


class ClassicAgi:
    """
    The channel on this process's standard input and output.

    Attributes:
        headers: The ``agi_*`` variables that Asterisk sent first.
    """

    def __init__(self) -> None:
        self._agi = AGI(stderr=_Sink())
        # A hangup shows in the next reply; as a signal it would cut a charge short.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.headers: dict[str, str] = self._agi.env

    async def send(self, command: str) -> Mapping[str, object]:
        """The reply to *command*, with an empty ``result`` when the channel is gone."""
        try:
            reply: Mapping[str, object] = self._agi.execute(command)
        except (AGIInvalidCommand, AGIUsageError) as exc:
            return {"status_code": 510, "msg": str(exc)}
        except (AGIHangup, AGIError, ValueError, OSError):
            return {}
        return reply

    def leave(self) -> None:
        """Give the channel back to the dialplan, which goes on when standard output closes."""
        with contextlib.suppress(OSError):
            sys.stdout.close()
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the interpreter's exit
