"""Which Braintree is asked, and the keys that are the biller's own."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from paytone.config.group import PREFIX, Group, Seconds
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.passcode import Codes

_KEYS = (
    "braintree_merchant_id",
    "braintree_public_key",
    "braintree_private_key",
    "fingerprint_key",
)


class Environment(Enum):
    """Which Braintree is asked."""

    LOCAL = "local"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


class BraintreeSettings(Group):
    """Where cards are charged, and as whom; without settings, the local Braintree."""

    braintree_environment: Environment = Environment.LOCAL
    braintree_url: str = "http://127.0.0.1:3001"
    braintree_merchant_id: str = "paytone_merchant_id"
    braintree_public_key: str = "paytone_public_key"
    braintree_private_key: SecretStr = SecretStr("paytone_private_key")
    braintree_merchant_account: str | None = None
    braintree_patience_s: Seconds = 20.0
    fingerprint_key: Annotated[SecretStr, Field(min_length=20)] = SecretStr(
        "paytone_fingerprint_key"
    )

    @model_validator(mode="after")
    def _keys_of_its_own(self) -> Self:
        if self.braintree_environment is Environment.LOCAL:
            return self
        missing = [PREFIX + name.upper() for name in _KEYS if self._is_usual(name)]
        if missing:
            raise ValueError(f"{self.braintree_environment.value} needs {', '.join(missing)}")
        return self

    def _is_usual(self, name: str) -> bool:
        return bool(getattr(self, name) == type(self).model_fields[name].default)

    @property
    def fingerprints(self) -> Fingerprints:
        return Fingerprints(self.fingerprint_key.get_secret_value().encode())

    @property
    def codes(self) -> Codes:
        """What makes one-time codes."""
        return Codes(self.fingerprint_key.get_secret_value().encode())
