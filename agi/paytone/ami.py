"""Asterisk's manager interface (AMI) over panoramisk: console commands, channels, events."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, final

from panoramisk.ami_protocol import AMIProtocol

PATIENCE_S: Final = 10.0


class AmiAway(Exception):
    """Asterisk does not answer on its manager port, or no longer. No money moved."""


class AmiRefused(Exception):
    """Asterisk does not let this user in or do this; the text says why. No money moved."""


@final
class Ami:
    """One connection to Asterisk's manager interface; `connect` opens it."""

    def __init__(self, protocol: _Protocol, patience_s: float) -> None:
        self._protocol = protocol
        self._patience_s = patience_s

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        host: str,
        port: int,
        *,
        user: str,
        secret: str,
        capture: Callable[[bytes], None] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> AsyncIterator[Ami]:
        """
        A connection for the ``async with`` block.

        Args:
            capture: Gets every byte that Asterisk sends, its events with those of all calls;
                without it no events are sent.
            patience_s: Seconds that each answer may take.

        Raises:
            AmiAway: Nobody answers there.
            AmiRefused: Not with this *user* and *secret*.
        """
        protocol = _Protocol(capture)
        try:
            async with asyncio.timeout(patience_s):
                await asyncio.get_running_loop().create_connection(lambda: protocol, host, port)
        except OSError as exc:
            raise AmiAway(f"{host}:{port}: {exc.strerror or 'no answer'}") from exc
        ami = cls(protocol, patience_s)
        try:
            events = "on" if capture else "off"
            await ami.act("Login", Username=user, Secret=secret, Events=events)
            yield ami
        finally:
            protocol.responses.clear()
            protocol.close()

    async def act(self, action: str, **fields: str) -> Mapping[str, str]:
        """
        The answer to *action*.

        Raises:
            AmiRefused: Asterisk will not, or a field would be several lines.
            AmiAway: No answer; it may have been done all the same.
        """
        return dict(await self._send(action, fields, as_list=False))

    async def command(self, command: str) -> str:
        """
        What Asterisk's console prints for *command*.

        Raises:
            AmiRefused: The user may not use the console (write class ``command``).
            AmiAway: No answer; it may have been done all the same.
        """
        answer = await self._send("Command", {"Command": command}, as_list=False)
        told = answer.get("Output", "")
        return _text(told if isinstance(told, str) else "\n".join(told))

    async def channels(self) -> list[Mapping[str, str]]:
        """
        Each channel that is up: ``Channel``, ``Context``, ``Exten``, ``Application`` …

        Raises:
            AmiRefused: The user may not see them (read and write class ``reporting``).
            AmiAway: No answer.
        """
        told = await self._send("CoreShowChannels", {}, as_list=None)
        return [dict(each) for each in told if each.get("Event") == "CoreShowChannel"]

    async def _send(self, action: str, fields: Mapping[str, str], *, as_list: bool | None) -> Any:
        if any("\n" in value or "\r" in value for value in fields.values()):
            raise AmiRefused(f"{action}: a field is one line")
        answered = self._protocol.send({"Action": action, **fields}, as_list=as_list)
        done, _ = await asyncio.wait(
            {answered, self._protocol.lost},
            timeout=self._patience_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if answered not in done:
            raise AmiAway(f"no answer to {action}")
        answer = answered.result()
        first = answer[0] if isinstance(answer, list) else answer
        if first.get("Response") == "Error":
            raise AmiRefused(f"{action}: {first.get('Message', '')}")
        return answer


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """
    Panoramisk's reader and writer, without its Manager: that one dials again for ever and repeats
    actions that were not answered.
    """

    forgetable_actions: tuple[str, ...] = ()

    def __init__(self, capture: Callable[[bytes], None] | None) -> None:
        self.awaiting_actions: deque[object] = deque()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A character may be cut in two between packets; in latin-1 every byte is one.
        self.encoding = "latin-1"
        self.save_stream = _Stream(capture) if capture else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.factory = self
        self.log = _SILENT

    def connection_lost(self, exc: object) -> None:  # noqa: ARG002
        # Panoramisk would leave whoever waits for an answer waiting.
        self.responses.clear()
        self.close()
        if not self.lost.done():
            self.lost.set_result(None)

    def dispatch(self, event: object) -> None:
        """Events are for `capture`, which had them already."""


class _Stream:
    """What panoramisk takes for a file."""

    def __init__(self, capture: Callable[[bytes], None]) -> None:
        self.write = capture


_SILENT: Final = logging.getLogger("panoramisk.silent")
"""Panoramisk tells whole messages, secrets included."""
_SILENT.disabled = True


def _text(told: str) -> str:
    return told.encode("latin-1").decode("utf-8", "replace")
