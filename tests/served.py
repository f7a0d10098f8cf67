"""ASGI applications on a port of this machine, for as long as a test needs them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from paytone.sandbox.core import Sandbox
from paytone.sandbox.server import Connections, application


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The URL of *app*, which runs in a thread beside the test."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def sandbox_served(sandbox: Sandbox) -> Iterator[str]:
    """The URL of *sandbox*."""
    with served(application(sandbox, Connections())) as url:
        yield url
