"""The port that the gateway's notifications come to."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from paytone.worker.inbound import Inbound
from paytone.worker.webhooks import Endpoint, application

log = logging.getLogger(__name__)


@asynccontextmanager
async def listening(
    address: tuple[str, int], endpoint: Endpoint, inbound: Inbound | None = None
) -> AsyncIterator[bool]:
    """
    Let the gateways reach *endpoint* and *inbound* at *address* for the ``async with`` block.

    Gives False, and goes without, where the address is taken, as by another worker.
    """
    try:
        listener = socket.create_server(address)
    except OSError as exc:
        log.warning("no webhooks at %s:%s: %s", *address, exc.strerror)
        yield False
        return
    with listener:
        server = _Server(_config(endpoint, inbound))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield True
        finally:
            server.should_exit = True
            await serving


def _config(endpoint: Endpoint, inbound: Inbound | None) -> uvicorn.Config:
    return uvicorn.Config(
        application(endpoint, inbound),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, in a process that has its own way with signals."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
