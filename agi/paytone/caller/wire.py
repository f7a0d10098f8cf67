"""SIP over UDP: requests sent until answered, answers and requests handed on (RFC 3261, 17)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self, cast

from paytone.caller.dialog import in_same_transaction
from paytone.caller.message import Message, NotSip, read

T1 = 0.5
"""Seconds before the first repetition (RFC 3261, 17.1.1.1)."""
T2 = 4.0
"""Most seconds between repetitions of a request that is no INVITE."""
GIVE_UP = 64 * T1
_MOST_KEPT = 50

Answerer = Callable[[Message], Message | None]


class NoAnswer(Exception):
    """The line did not answer in time, or nothing is there; no call stands."""


class Wire(asyncio.DatagramProtocol):
    """
    A UDP socket to one SIP server; packets from elsewhere never reach it.

    Args:
        answer: Gives the response to each request of the server's; None for none.
    """

    def __init__(self, answer: Answerer) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None
        self._asked: dict[tuple[str, str], asyncio.Queue[Message | OSError]] = {}
        self._acks: dict[str, bytes] = {}
        self._answered: dict[tuple[str, str], bytes] = {}

    @classmethod
    async def open(cls, server: tuple[str, int], answer: Answerer, *, port: int = 0) -> Self:
        """A wire from *port*, or a free one, to *server*."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_datagram_endpoint(
            lambda: cls(answer),
            local_addr=("0.0.0.0", port) if port else None,  # noqa: S104
            remote_addr=server,
        )
        return wire

    @property
    def local(self) -> tuple[str, int]:
        """The address and port that the server sees."""
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        return str(host), int(port)

    def close(self) -> None:
        """Close the socket; may be repeated."""
        if self._transport:
            self._transport.close()

    def send(self, message: Message) -> None:
        """Send *message* once."""
        self._send(message.write())

    async def ask(self, request: Message, *, rings: Callable[[Message], None]) -> Message:
        """
        The final response to *request*, which is repeated until one comes.

        A refused INVITE is acknowledged here, an accepted one by the caller with `acknowledge`.

        Args:
            rings: Called with each provisional response.

        Raises:
            NoAnswer: Nothing came within 64 T1; after a provisional response to an INVITE this
                waits for ever.
        """
        key = request.branch, request.method
        responses = self._asked[key] = asyncio.Queue()
        repeating = asyncio.create_task(self._repeat(request, responses))
        try:
            while True:
                response = await responses.get()
                if isinstance(response, OSError):
                    raise NoAnswer(f"nothing answers there: {response}") from response
                if request.method == "INVITE":
                    repeating.cancel()
                if response.status >= 200:
                    break
                rings(response)
        finally:
            repeating.cancel()
            del self._asked[key]
        if request.method == "INVITE" and response.status >= 300:
            ack = in_same_transaction(request, "ACK", to=response.first("to"))
            self.acknowledge(request, ack)
        return response

    def acknowledge(self, invite: Message, ack: Message) -> None:
        """Send *ack* now, and again whenever the final response to *invite* is repeated."""
        self._acks[invite.branch] = ack.write()
        self._send(self._acks[invite.branch])

    async def _repeat(self, request: Message, failed: asyncio.Queue[Message | OSError]) -> None:
        waited, pause = 0.0, T1
        while waited < GIVE_UP:
            self.send(request)
            await asyncio.sleep(pause)
            waited += pause
            pause = 2 * pause if request.method == "INVITE" else min(2 * pause, T2)
        failed.put_nowait(TimeoutError("timed out"))

    def _send(self, datagram: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(datagram)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            for responses in self._asked.values():
                responses.put_nowait(exc)

    def datagram_received(self, data: bytes, _addr: tuple[str | object, int]) -> None:
        try:
            message = read(data)
        except NotSip:
            return
        if not message.status:
            self._take_request(message)
        elif responses := self._asked.get((message.branch, message.method)):
            responses.put_nowait(message)
        elif message.status >= 200 and message.method == "INVITE" and message.branch in self._acks:
            self._send(self._acks[message.branch])

    def _take_request(self, request: Message) -> None:
        key = request.branch, request.method
        if key not in self._answered:
            response = self._answer(request)
            if response is None:
                return
            if len(self._answered) >= _MOST_KEPT:
                del self._answered[next(iter(self._answered))]
            self._answered[key] = response.write()
        self._send(self._answered[key])
