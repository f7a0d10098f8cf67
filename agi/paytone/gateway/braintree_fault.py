"""What an exception of Braintree's SDK says of the money."""

from __future__ import annotations

import requests
import urllib3
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.authorization_error import AuthorizationError
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.too_many_requests_error import TooManyRequestsError
from braintree.exceptions.upgrade_required_error import UpgradeRequiredError

from paytone.gateway import GatewayRefused, Unknown, Unreached

NOT_ASKED = (AuthenticationError, AuthorizationError, NotFoundError, UpgradeRequiredError)


def fault(exc: Exception) -> Unknown | Unreached | GatewayRefused:
    """What *exc* says of the request's fate. Its text, which may quote the request, is not kept."""
    name = type(exc).__name__
    if isinstance(exc, NOT_ASKED):
        return GatewayRefused(name)
    if isinstance(exc, TooManyRequestsError) or _never_connected(exc):
        return Unreached(name)
    return Unknown(name)


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
