"""Who asks: basic authentication with a merchant's API keys."""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error

from paytone.sandbox.merchants import Key, Merchant


def key_in(header: str, merchant: Merchant) -> Key | None:
    """The merchant's key that the Authorization *header* proves; None for any other header."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        public, _, private = b64decode(credentials, validate=True).decode().partition(":")
    except (Error, ValueError):
        return None
    for key in merchant.keys:
        if key.public == public:
            good = hmac.compare_digest(key.private.encode(), private.encode())
            return key if good else None
    return None
