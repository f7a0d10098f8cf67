"""Braintree's webhooks, checked and read by its SDK; no I/O."""

from __future__ import annotations

from typing import Any

import braintree

from paytone.gateway.notices import Forged, Notice, Notices


class BraintreeNotices(Notices):
    """Reads what is signed with *sdk*'s keys."""

    def __init__(self, sdk: braintree.BraintreeGateway) -> None:
        self._hooks = sdk.webhook_notification

    def answer(self, challenge: str) -> str:
        try:
            return str(self._hooks.verify(challenge))
        except Exception as exc:  # noqa: BLE001 - whatever cannot be read is none of theirs
            raise Forged(type(exc).__name__) from None

    def read(self, signature: str, payload: str) -> Notice:
        try:
            told = self._hooks.parse(signature, payload)
        except Exception as exc:  # noqa: BLE001 - whatever cannot be read is none of theirs
            raise Forged(type(exc).__name__) from None
        return Notice(str(told.kind), _transaction(told))


def _transaction(told: Any) -> str | None:
    if (about := getattr(told, "transaction", None)) is not None:
        return str(about.id)
    dispute = getattr(told, "dispute", None)
    about = getattr(dispute, "transaction_details", None) or getattr(dispute, "transaction", None)
    found = getattr(about, "id", None)
    return str(found) if found else None
