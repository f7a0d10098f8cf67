"""The SDK in the same process: an ``http_strategy`` that hands requests to a Sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from braintree import BraintreeGateway, Configuration, Environment
from braintree.util.http import Http
from requests import exceptions

from paytone.sandbox.answer import Answer
from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import PAYTONE, Merchant

Strategy = Callable[[Any, Any], "InProcess"]

_HOST, _PORT = "127.0.0.1", "1"
LOCAL = Environment("sandbox", _HOST, _PORT, f"http://{_HOST}:{_PORT}", False, None, _HOST, _PORT)
"""Where the SDK believes the gateway to be; nothing is ever sent there."""


class InProcess:
    """What the SDK takes for its network."""

    def __init__(self, config: Any, sandbox: Sandbox, sleep: Callable[[float], None]) -> None:
        self._base = config.base_url()
        self._timeout = _read_timeout(config.timeout)
        self._handle_exception = Http(config).handle_exception
        self._sandbox = sandbox
        self._sleep = sleep

    def http_do(
        self, verb: str, path: str, headers: Mapping[str, str | bytes], body: str | None
    ) -> list[int | str]:
        """
        The status and the text of the answer.

        Raises:
            ReadTimeout: The answer would come after the SDK's timeout. Work not yet done by then
                is done when the sandbox's clock comes to it.
            ConnectionError: The connection broke, before the work or after it.
            ChunkedEncodingError: It broke in the middle of the answer.
        """
        plain = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in headers.items()
        }
        sent = (body or "").encode()
        answer = self._sandbox.handle(verb, path.removeprefix(self._base), plain, sent)
        answer = self._waited(answer)
        if answer.drop:
            raise exceptions.ConnectionError("the connection was dropped")
        if answer.cut:
            raise exceptions.ChunkedEncodingError("the connection was dropped in mid-answer")
        return [answer.status, answer.body.decode()]

    def handle_exception(self, exception: Exception) -> None:
        """Raise what the SDK makes of a network fault when it is to wrap them."""
        self._handle_exception(exception)

    def close(self) -> None:
        """Nothing is open."""

    def _waited(self, answer: Answer) -> Answer:
        left = self._timeout
        while answer.then is not None:
            if answer.before_s >= left:
                self._sandbox.postpone(answer)
                self._time_out(left)
            self._sleep(answer.before_s)
            left -= answer.before_s
            answer = answer.then()
        if answer.after_s >= left:
            self._time_out(left)
        if wait := answer.after_s + answer.drip_s:  # no single read of a drip takes too long
            self._sleep(wait)
        return answer

    def _time_out(self, left: float) -> None:
        self._sleep(left)
        raise exceptions.ReadTimeout("the sandbox took longer than the timeout")


def _read_timeout(timeout: float | tuple[float, float] | None) -> float:
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return float("inf") if timeout is None else timeout


def strategy(sandbox: Sandbox, sleep: Callable[[float], None] = time.sleep) -> Strategy:
    """
    What to give to the SDK's Configuration as ``http_strategy``.

    Args:
        sleep: Waits out delays and timeouts; tests with a clock of their own let it move that.
    """
    return lambda config, environment: InProcess(config, sandbox, sleep)


def gateway_for(
    sandbox: Sandbox,
    merchant: Merchant = PAYTONE,
    *,
    timeout: float = 20.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Any:
    """The SDK's BraintreeGateway for *merchant*, talking to *sandbox* in this process."""
    return gateway_by(strategy(sandbox, sleep), merchant, timeout=timeout)


def gateway_by(way: Any, merchant: Merchant = PAYTONE, *, timeout: float = 20.0) -> Any:
    """The SDK's BraintreeGateway with an ``http_strategy`` of any kind."""
    return _gateway(LOCAL, merchant, timeout, http_strategy=way)


def gateway_at(port: int, merchant: Merchant = PAYTONE, *, timeout: float = 20.0) -> Any:
    """The SDK's BraintreeGateway, talking HTTP to a sandbox on *port* of this machine."""
    url, port_text = f"http://{_HOST}:{port}", str(port)
    place = Environment("local", _HOST, port_text, url, False, None, _HOST, port_text)
    return _gateway(place, merchant, timeout)


def _gateway(place: Any, merchant: Merchant, timeout: float, **more: Any) -> Any:
    key = merchant.keys[0]
    return BraintreeGateway(
        Configuration(
            environment=place,
            merchant_id=merchant.id,
            public_key=key.public,
            private_key=key.private,
            timeout=timeout,
            **more,
        )
    )
