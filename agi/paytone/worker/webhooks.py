"""The HTTP endpoint for the gateway's notifications: each only says which payment to look at."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from paytone.gateway.notices import Forged, Notices
from paytone.store import Store, StoreAway, asks
from paytone.worker.body import TooLarge, body_of
from paytone.worker.inbound import Inbound

log = logging.getLogger(__name__)

PATH: Final = "/braintree"


class Endpoint:
    """
    Answers the gateway.

    A notification is not believed, only its signature is: it names a transaction, and the payment
    it belongs to is asked after next, at the gateway itself. So it does not matter whether they
    come late, twice or in any order, and a forged one would do no more. Nothing of one is stored
    but its kind.

    Args:
        wake: Called when a payment is to be asked after; raises nothing.
    """

    def __init__(
        self,
        store: Store,
        notices: Notices,
        *,
        clock: Callable[[], datetime],
        wake: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._notices = notices
        self._clock = clock
        self._wake = wake

    async def challenge(self, request: Request) -> Response:
        """Prove that the address is ours."""
        try:
            proof = self._notices.answer(request.query_params.get("bt_challenge", ""))
        except Forged:
            return Response(status_code=400)
        return PlainTextResponse(proof)

    async def notice(self, request: Request) -> Response:
        """Note which payment to ask after; what cannot be noted now is to be sent again."""
        try:
            form = parse_qs(await body_of(request, "ascii"), max_num_fields=10)
            signature = form.get("bt_signature", [""])[0]
            told = self._notices.read(signature, form.get("bt_payload", [""])[0])
        except (Forged, TooLarge, ValueError, ClientDisconnect) as exc:
            log.warning("a notification is none of the gateway's: %s", type(exc).__name__)
            return Response(status_code=400)
        if told.transaction is None:
            return Response(status_code=204)
        try:
            known = await asks.ask_now(
                self._store, told.transaction, why=f"told of: {told.kind}", now=self._clock()
            )
        except StoreAway:
            return Response(status_code=503)
        log.info("told of %s for %s", told.kind, "a payment" if known else "no payment of ours")
        if known:
            await self._wake()
        return Response(status_code=204)


def application(endpoint: Endpoint, inbound: Inbound | None = None) -> Starlette:
    """The ASGI application: at `PATH` for the gateway, at *inbound*'s for text messages."""
    routes = [
        Route(PATH, endpoint.challenge, methods=["GET"]),
        Route(PATH, endpoint.notice, methods=["POST"]),
    ]
    return Starlette(routes=[*routes, inbound.route] if inbound else routes)
