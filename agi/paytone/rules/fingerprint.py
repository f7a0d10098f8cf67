"""A card's keyed fingerprint: tells one card from another, and tells nobody its number."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from paytone.rules.card import Card, CardNumber
from paytone.rules.method import Means, SavedMethod


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """
    Fingerprints with one *key*: HMAC-SHA-256 of the number (PCI DSS 4.0.1, 3.5.1.1).

    Without the key a number cannot be found by trying; with another key nothing is known again.
    """

    key: bytes = field(repr=False)

    def of(self, number: CardNumber) -> str:
        """The same 64 hexadecimal digits each time that card is keyed."""
        return hmac.new(self.key, number.digits.encode(), hashlib.sha256).hexdigest()

    def of_means(self, means: Means) -> str | None:
        """As `of`, or what was kept with a saved method; None for a bank account."""
        if isinstance(means, Card):
            return self.of(means.number)
        return means.fingerprint if isinstance(means, SavedMethod) else None
