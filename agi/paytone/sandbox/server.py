"""The sandbox on a port: Starlette and uvicorn."""

from __future__ import annotations

import asyncio
import gzip
import logging
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from paytone.sandbox.answer import JSON, Answer
from paytone.sandbox.control.masking import masked
from paytone.sandbox.control.state import State
from paytone.sandbox.core import LARGEST_BODY, Sandbox
from paytone.sandbox.courier import run
from paytone.sandbox.merchants import MERCHANTS, Merchant

log = logging.getLogger(__name__)

Peer = tuple[str, int]

_DRIPS = 200
_SENT_S = 0.05


class Connections:
    """The open connections by their peer, so that one can be broken off."""

    def __init__(self) -> None:
        self._open: dict[Peer, asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's protocol, known to this register."""
        register = self._open

        class Registered(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    register[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    register.pop(self.client, None)
                super().connection_lost(exc)

        return Registered

    def drop(self, peer: Peer) -> None:
        """Break the connection off, without a closing word."""
        transport = self._open.get(peer)
        if transport is not None:
            transport.abort()


class App:
    """The ASGI endpoint in front of one Sandbox."""

    def __init__(self, sandbox: Sandbox, connections: Connections) -> None:
        self._sandbox = sandbox
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except asyncio.CancelledError:  # the server is told to stop while a fault holds us up
            self._break_off(request)
            return
        if answer.drop:
            log.info("%s dropped", request.method)
            await self._drop(request, receive)
            return
        log.info("%s %s %s", request.method, masked(request.url.path), answer.status)
        response = _response(answer, request)
        if answer.drip_s or answer.cut:
            await self._piecemeal(response, answer, request, send)
        else:
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        path = request.url.path
        if path.startswith("/sandbox") and not _may_administer(request):
            return Answer(403, b'{"error": "only from this machine"}', JSON)
        body = await _body(request)
        if body is None:
            return Answer(413)
        if request.url.query:
            path = f"{path}?{request.url.query}"
        answer = self._sandbox.handle(request.method, path, request.headers, body)
        while answer.then is not None:
            await asyncio.sleep(answer.before_s)
            answer = answer.then()
        if answer.after_s:
            await asyncio.sleep(answer.after_s)
        return answer

    def _break_off(self, request: Request) -> None:
        if request.client is not None:
            self._connections.drop((request.client.host, request.client.port))

    async def _piecemeal(
        self, response: Response, answer: Answer, request: Request, send: Send
    ) -> None:
        """The response byte by byte, or half of it and then the end of the connection."""
        body = bytes(response.body)
        start = {"type": "http.response.start", "status": answer.status}
        await send({**start, "headers": response.raw_headers})
        kept = body[: len(body) // 2] if answer.cut else body
        step = max(1, len(kept) // _DRIPS) if answer.drip_s else len(kept) or 1
        for at in range(0, len(kept), step):
            piece = kept[at : at + step]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(answer.drip_s * len(piece) / len(kept))
        if answer.cut:
            await asyncio.sleep(_SENT_S)
            self._break_off(request)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _drop(self, request: Request, receive: Receive) -> None:
        self._break_off(request)
        while (await receive())["type"] != "http.disconnect":
            pass


def _may_administer(request: Request) -> bool:
    """Whether it comes from this machine, and not from a page that a browser here shows."""
    local = request.client is not None and ip_address(request.client.host).is_loopback
    return local and "origin" not in request.headers


async def _body(request: Request) -> bytes | None:
    """The whole body; None if it is larger than the sandbox reads, or the client left."""
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST_BODY:
                return None
            parts.append(chunk)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _response(answer: Answer, request: Request) -> Response:
    headers, body = dict(answer.headers), answer.body
    if body and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["content-encoding"] = "gzip"
        headers["vary"] = "Accept-Encoding"
    return Response(body, answer.status, headers)


def application(sandbox: Sandbox, connections: Connections) -> Starlette:
    """The ASGI application; every path and verb goes to *sandbox*."""
    return Starlette(routes=[Route("/{path:path}", App(sandbox, connections))])


def serve(
    host: str,
    port: int,
    port_file: Path | None,
    ready: Callable[[int], None],
    *,
    state: Path | None = None,
    merchants: tuple[Merchant, ...] = MERCHANTS,
) -> None:
    """
    Answer until SIGTERM or SIGINT.

    Args:
        port: 0 takes a free one.
        port_file: Gets the port's number once it is open.
        ready: Called with the port once it is open.
        state: File that holds what happened, so that it is there again after a restart.
        merchants: Who has an account; the first is the default for the admin side.

    Raises:
        OSError: The port is taken, *port_file* cannot be written or *state* not be read.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listener:
        # asyncio sets this itself only where the socket says its protocol, and this one does not;
        # without it each answer waits 40 ms for the client's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken = int(listener.getsockname()[1])
        keeper = State(state) if state else None
        sandbox = Sandbox(lambda: datetime.now(UTC), merchants, keeper=keeper)
        connections = Connections()
        config = _config(application(sandbox, connections), connections)
        if port_file is not None:
            _write_whole(port_file, f"{taken}\n")
        ready(taken)
        stopped = Event()
        courier = Thread(target=run, args=(sandbox, stopped), name="webhooks", daemon=True)
        courier.start()
        try:
            _Server(config).run(sockets=[listener])
        finally:
            stopped.set()


def _config(served: Starlette, connections: Connections) -> uvicorn.Config:
    return uvicorn.Config(
        served,
        http=connections.protocol(),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        server_header=False,
    )


def _write_whole(path: Path, text: str) -> None:
    """Write *text* so that no reader ever sees half of it."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.replace(path)


class _Server(uvicorn.Server):
    """uvicorn's server, which ends with 0 when it is told to stop."""

    def handle_exit(self, sig: int, _frame: object) -> None:
        self.should_exit = True
        if sig == signal.SIGINT:
            log.info("interrupted")
