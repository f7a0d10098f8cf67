"""The HTTP endpoint for text messages that customers send back: those that say stop are heeded."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from secrets import compare_digest
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from paytone.rules.contact import asks_to_stop, ten_digits
from paytone.store import Store, StoreAway, contacts
from paytone.store.contacts import Source
from paytone.worker.body import TooLarge, body_of

log = logging.getLogger(__name__)

PATH: Final = "/sms/{secret}"
FROM: Final = ("from", "msisdn", "sender")
TEXT: Final = ("body", "text", "message", "content")


class Inbound:
    """
    Answers the SMS gateway. Nothing of a message is kept.

    Args:
        secret: The last part of the address that the gateway is told; nobody else knows it.
    """

    def __init__(self, store: Store, secret: str, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._secret = secret.encode()
        self._clock = clock

    @property
    def route(self) -> Route:
        """Where it answers."""
        return Route(PATH, self.message, methods=["POST"])

    async def message(self, request: Request) -> Response:
        """Heed one message; what cannot be noted now is to be sent again."""
        if not compare_digest(request.path_params["secret"].encode(), self._secret):
            return Response(status_code=404)
        try:
            said = _fields(await body_of(request, "utf-8"))
        except (ValueError, TooLarge, ClientDisconnect):
            return Response(status_code=400)
        number = ten_digits(_first(said, FROM))
        if number is None or not asks_to_stop(_first(said, TEXT)):
            return Response(status_code=204)
        source = Source("sms", "a text message")
        try:
            stopped = await contacts.stop_number(
                self._store, number, how="answered stop", source=source, now=self._clock()
            )
        except StoreAway:
            return Response(status_code=503)
        log.info("a text message stops those to %d customers", stopped)
        return Response(status_code=204)


def _fields(body: str) -> Mapping[str, str]:
    """What a form or a flat JSON object says, by name in small letters."""
    if not body.lstrip().startswith("{"):
        return {name.lower(): value for name, value in parse_qsl(body, max_num_fields=100)}
    document = json.loads(body)
    return {str(name).lower(): str(value) for name, value in document.items()}


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if name in fields), "")
