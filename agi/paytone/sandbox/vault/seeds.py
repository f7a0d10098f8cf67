"""What is in a vault from the start: the records that the SDK's published tests look for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from paytone.sandbox.books import Books
from paytone.sandbox.sales.outcomes import Checks
from paytone.sandbox.sales.published import published
from paytone.sandbox.vault.cards import Fingerprint, face_of
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS, Customer, VaultedCard
from paytone.sandbox.vault.numbers import Flags
from paytone.sandbox.vault.verification import Verification
from paytone.sandbox.wallets.nonces import VISA

OWNER = "1000000"
_ISSUED = {
    "india_visa_credit": "IND",
    "european_visa_credit": "IRL",
    "network_tokenized_credit_card": "USA",
}
_TOKENIZED = "network_tokenized_credit_card"
_VERIFICATION = "threedsecuredverification"


def sow(books: Books, fingerprint: Fingerprint, now: datetime) -> None:
    """Put the published records into *books*, if they are of a merchant that has them."""
    if not books.merchant.published:
        return
    books.customers[OWNER] = Customer(OWNER, dict.fromkeys(CUSTOMER_FIELDS), {}, now, now)
    face = face_of(VISA, "12", str(now.year + 4), fingerprint)
    for token, country in _ISSUED.items():
        issued = replace(face, flags=Flags(country_of_issuance=country))
        card = VaultedCard(
            token, issued, OWNER, None, None, token == _TOKENIZED, now, now,
            network_tokenized=token == _TOKENIZED,
        )  # fmt: skip
        books.keep_card(card)
    books.verifications[_VERIFICATION] = Verification(
        _VERIFICATION, "verified", "1000", None, Decimal("0.00"), books.merchant.accounts[0],
        Checks(), face, None, None, {"id": OWNER}, now,
    )  # fmt: skip
    for sale in published(books, face, now):
        books.keep(sale)
