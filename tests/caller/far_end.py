"""The far end of a SIP socket, played by a test: a real UDP port that answers as it is told."""

from __future__ import annotations

import asyncio
from typing import cast

from paytone.caller.message import Message, read


class FarEnd(asyncio.DatagramProtocol):
    """Notes what comes; answers what it is told to."""

    def __init__(self) -> None:
        self.seen: asyncio.Queue[Message] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self.address = addr
        self.seen.put_nowait(read(data))

    def say(self, message: Message) -> None:
        self.transport.sendto(message.write(), self.address)

    async def sees(self) -> Message:
        async with asyncio.timeout(5):
            return await self.seen.get()
