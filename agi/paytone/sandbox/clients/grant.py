"""What a client token lets a browser or an app do: signed by the merchant, kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from paytone.sandbox.books import Books
from paytone.sandbox.merchants import Merchant

OPTIONS = (
    "fail_on_duplicate_payment_method",
    "fail_on_duplicate_payment_method_for_customer",
    "make_default",
    "verify_card",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """
    What a client may do.

    Args:
        customer_id: Whose vault its cards go to; None when they only become nonces.
        options: Those of OPTIONS that the token asks for.
    """

    merchant_id: str
    customer_id: str | None = None
    options: frozenset[str] = frozenset()


def sign(grant: Grant, merchant: Merchant, now: datetime) -> str:
    """The authorization fingerprint of *grant*; the same text is an access token for GraphQL."""
    said = {
        "created_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "merchant_id": grant.merchant_id,
        "public_key": merchant.keys[0].public,
        **({"customer_id": grant.customer_id} if grant.customer_id else {}),
        **dict.fromkeys(sorted(grant.options), "true"),
    }
    text = urlencode(said)
    return f"{_signature(text, merchant)}|{text}"


def grant_in(fingerprint: str, books: Mapping[str, Books]) -> Grant | None:
    """The grant that *fingerprint* proves; None for one that no merchant here has signed."""
    signature, _, text = fingerprint.partition("|")
    said = dict(parse_qsl(text))
    own = books.get(said.get("merchant_id", ""))
    if own is None or not hmac.compare_digest(
        signature.encode(), _signature(text, own.merchant).encode()
    ):
        return None
    options = frozenset(option for option in OPTIONS if option in said)
    return Grant(own.merchant.id, said.get("customer_id"), options)


def _signature(text: str, merchant: Merchant) -> str:
    key = merchant.keys[0].private.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
