"""What the vault keeps: customers and their cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from paytone.sandbox.sales.transactions import Instrument
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace

CUSTOMER_FIELDS = ("first_name", "last_name", "company", "email", "website", "phone", "fax")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer; *fields* holds CUSTOMER_FIELDS, *phone* the parts of the international number."""

    id: str
    fields: Mapping[str, str | None]
    custom_fields: Mapping[str, str]
    created: datetime
    updated: datetime
    addresses: tuple[Address, ...] = ()
    phone: Address = field(default_factory=dict)

    def face(self) -> dict[str, str | None]:
        """The customer as a transaction shows them."""
        return {"id": self.id, **self.fields}


@dataclass(frozen=True, slots=True)
class VaultedCard:
    """A card in the vault; *network_tokenized* if its network keeps a token for it."""

    token: str
    face: CardFace
    customer_id: str
    cardholder_name: str | None
    billing: Address | None
    default: bool
    created: datetime
    updated: datetime
    network_tokenized: bool = False

    def instrument(self, cvv: str = "I") -> Instrument:
        """This card to pay with; *cvv* is the code of a CVV given beside the token."""
        extra = {"is_network_tokenized": True} if self.network_tokenized else {}
        return Instrument(
            self.face, self.cardholder_name, self.token, self.customer_id, self.billing, cvv,
            extra=extra,
        )  # fmt: skip
