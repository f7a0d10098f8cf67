"""Text messages handed to an HTTP gateway, such as Twilio's or one of the operator's own."""

from __future__ import annotations

import asyncio
from typing import Final, final

import requests
from urllib3.exceptions import NewConnectionError, ProtocolError

from paytone.mail import HandedIn, Letter, Lost, Mailer, NotNow, Refused, Sent
from paytone.mail.sms_form import SmsGateway

PATIENCE_S: Final = 20.0
NOT_NOW: Final = frozenset({401, 403, 404, 405, 407, 408, 425, 429, 500, 503})
"""Our settings are wrong, or it can do nothing now: whatever the message, none is taken."""

NOBODY_KNOWS: Final = frozenset({502, 504})
"""Somebody between did not hear what became of it."""


@final
class HttpSms(Mailer):
    """
    Hands each text message in by a POST of its own, in a thread.

    Args:
        patience: Seconds that the connection, and then the answer, may take.
    """

    def __init__(self, gateway: SmsGateway, *, patience: float = PATIENCE_S) -> None:
        self._gateway = gateway
        self._patience = patience

    async def hand_in(self, letter: Letter) -> HandedIn:
        return await asyncio.to_thread(self._hand_in, letter)

    def _hand_in(self, letter: Letter) -> HandedIn:
        gateway = self._gateway
        body = gateway.written(to=letter.to, text=letter.text, reference=letter.reference)
        try:
            answer = requests.post(
                gateway.url,
                data=body.encode("ascii"),
                headers={"Content-Type": gateway.content_type, **gateway.headers},
                timeout=(self._patience, self._patience),
                allow_redirects=False,
            )
        except requests.ConnectTimeout as exc:
            return NotNow(type(exc).__name__)
        except requests.ConnectionError as exc:
            return _away(exc)
        except requests.RequestException as exc:
            return Lost(type(exc).__name__)
        return self._meant(answer.status_code)

    def _meant(self, status: int) -> HandedIn:
        if status in self._gateway.taken:
            return Sent()
        why = f"the gateway answers {status}"
        if status in NOBODY_KNOWS:
            return Lost(why)
        if status in NOT_NOW or not 400 <= status < 500:
            return NotNow(why)
        return Refused(why)


def _away(exc: requests.ConnectionError) -> HandedIn:
    """A line that broke after the message went out leaves a doubt; one that never stood, none."""
    name = type(exc).__name__
    cause = exc.args[0] if exc.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, NewConnectionError) or isinstance(exc, requests.exceptions.SSLError):
        return NotNow(name)
    if isinstance(exc, requests.exceptions.ProxyError) or not isinstance(reason, ProtocolError):
        return NotNow(name)
    return Lost(name)
