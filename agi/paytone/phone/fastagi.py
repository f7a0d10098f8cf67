"""FastAGI over panoramisk's Request: one asyncio server for all calls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from panoramisk.fast_agi import Request

log = logging.getLogger(__name__)

HEADER_LINES = 100
HEADER_SECONDS = 5.0


class NotAgi(Exception):
    """The peer does not speak AGI, or speaks too long; it is dropped. No money moved."""


@dataclass(frozen=True, slots=True)
class FastAgi:
    """
    One channel's connection.

    Args:
        headers: The ``agi_*`` variables that Asterisk sent first.
    """

    headers: Mapping[str, str]
    request: Request

    @property
    def script(self) -> str:
        """What follows the port in ``agi://host:port/script``."""
        return self.headers.get("agi_network_script", "")

    async def send(self, command: str) -> Mapping[str, object]:
        """The reply to *command*, with an empty ``result`` when the channel is gone."""
        try:
            reply: Mapping[str, object] = await self.request.send_command(command)
        except (OSError, ValueError):
            return {}
        return reply

    def leave(self) -> None:
        """Give the channel back to the dialplan; it takes no more commands."""
        self.request.writer.close()


Answer = Callable[[FastAgi], Awaitable[None]]


class FastAgiServer:
    """
    Answers every channel that connects to *listener*, each in a task of its own that is never
    cancelled.

    Args:
        answer: Holds the call; the connection closes when it returns.
        allow: The networks that Asterisks connect from; FastAGI knows no password.
    """

    def __init__(
        self,
        listener: socket.socket,
        answer: Answer,
        *,
        allow: tuple[IPv4Network | IPv6Network, ...],
    ) -> None:
        self._listener = listener
        self._answer = answer
        self._allow = allow
        self._calls: set[asyncio.Task[None]] = set()

    async def run(self, until: asyncio.Event, *, drain: float) -> None:
        """Serve until *until* is set, then let running calls end for at most *drain* seconds."""
        server = await asyncio.start_server(self._connected, sock=self._listener)
        await until.wait()
        server.close()
        if self._calls:
            log.info("%d calls still running", len(self._calls))
            await asyncio.wait(self._calls, timeout=drain)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._hold(reader, writer))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self._check_peer(writer)
            headers = await asyncio.wait_for(read_headers(reader), HEADER_SECONDS)
            await self._answer(FastAgi(headers, Request(None, headers, reader, writer)))
        except (NotAgi, TimeoutError, OSError) as exc:
            log.warning("FastAGI connection dropped: %s", type(exc).__name__)
        except Exception as exc:  # noqa: BLE001 - its text could quote keys
            log.error("a FastAGI job failed: %s", type(exc).__name__)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _check_peer(self, writer: asyncio.StreamWriter) -> None:
        peer = ip_address(writer.get_extra_info("peername")[0])
        if not any(peer in network for network in self._allow):
            raise NotAgi(f"{peer} may not connect")


async def read_headers(reader: asyncio.StreamReader) -> dict[str, str]:
    """
    The ``agi_*`` variables up to the blank line.

    Raises:
        NotAgi: The peer closed before the blank line, or sent something else.
    """
    headers: dict[str, str] = {}
    for _ in range(HEADER_LINES):
        try:
            line = await reader.readline()
        except ValueError as exc:
            raise NotAgi("a header line is too long") from exc
        if line == b"\n":
            return headers
        name, colon, value = line.decode("utf-8", "replace").rstrip("\n").partition(": ")
        if not name.startswith("agi_") or not (colon or name.endswith(":")):
            raise NotAgi("not an AGI header")
        headers[name.rstrip(":")] = value
    raise NotAgi("too many headers")
