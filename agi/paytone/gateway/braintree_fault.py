"""What an exception of Braintree's SDK says of the money."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import requests
import urllib3
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.authorization_error import AuthorizationError
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.too_many_requests_error import TooManyRequestsError
from braintree.exceptions.upgrade_required_error import UpgradeRequiredError

from paytone.gateway import GatewayRefused, Unknown, Unreached

T = TypeVar("T")

NOT_ASKED = (AuthenticationError, AuthorizationError, NotFoundError, UpgradeRequiredError)


def fault(exc: Exception) -> Unknown | Unreached | GatewayRefused:
    """What *exc* says of the request's fate. Its text, which may quote the request, is not kept."""
    name = type(exc).__name__
    if isinstance(exc, NOT_ASKED):
        return GatewayRefused(name)
    if isinstance(exc, TooManyRequestsError) or _never_connected(exc):
        return Unreached(name)
    return Unknown(name)


def asked(ask: Callable[[], T]) -> T | Unknown | Unreached:
    """
    What *ask* gives, or what its fault says of the request's fate.

    Raises:
        GatewayRefused: Without the SDK's frames, which hold the request and its card.
    """
    try:
        return ask()
    except Exception as exc:  # noqa: BLE001 - whatever it is, the request's fate is the same question
        what = fault(exc)
    if isinstance(what, GatewayRefused):
        raise what  # not above, where it would take those frames along
    return what


def is_not_found(exc: Exception) -> bool:
    """Whether Braintree answered that it holds no such thing."""
    return isinstance(exc, NotFoundError)


def _never_connected(exc: Exception) -> bool:
    if isinstance(exc, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(exc.args[0], "reason", None) if exc.args else None
    return isinstance(exc, requests.exceptions.ConnectionError) and isinstance(
        reason, urllib3.exceptions.NewConnectionError
    )
