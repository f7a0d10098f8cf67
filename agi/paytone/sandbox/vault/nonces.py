"""Nonces: words that stand for a payment method, the published ones and those made here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from paytone.sandbox.books import Payable
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.request import Request
from paytone.sandbox.sales.three_d_secure import ThreeDSecure, outcome
from paytone.sandbox.sales.transactions import Instrument
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace, face_of
from paytone.sandbox.vault.keeping import keep
from paytone.sandbox.vault.kept import VaultedCard
from paytone.sandbox.vault.numbers import NONCE_FLAGS, NONCES, NUMBERS
from paytone.sandbox.wallets.kept_wallets import Wallet, vault
from paytone.sandbox.wallets.nonces import PAYPAL_ONCE, VISA, wallet_of

Faults = tuple[tuple[str, str], ...]
"""Attribute and code of everything that is wrong; told when the nonce is used."""


@dataclass(frozen=True, slots=True)
class CardNonce:
    """
    A card behind a nonce.

    Args:
        face: None for a card that is not valid.
        cvv: The code that its CVV earned.
        token: The vaulted card that it points to.
        owner: Whose that card is.
        vaultable: Whether it may be kept, or only charged once.
    """

    name: str
    face: CardFace | None
    cardholder_name: str | None = None
    billing: Address | None = None
    cvv: str = "I"
    faults: Faults = ()
    token: str | None = None
    owner: str | None = None
    vaultable: bool = True
    three_d_secure: ThreeDSecure | None = None

    @property
    def customer_id(self) -> str | None:
        return self.owner

    def instrument(self, cvv: str = "I") -> Instrument:
        """It, to pay with; a CVV given beside it counts more than its own."""
        assert self.face is not None
        cvv = self.cvv if cvv == "I" else cvv
        return Instrument(
            self.face, self.cardholder_name, self.token, self.owner, self.billing, cvv,
            by_nonce=True,
        )  # fmt: skip

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:  # noqa: ARG002
        """Tell what is wrong with the card; every account takes one that is valid."""
        tell(self.faults, invalid.at("credit_card"))

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:
        """It, in the vault as that customer's."""
        if self.token is not None:
            return self.instrument()
        assert self.face is not None
        card = VaultedCard(
            token or request.books.new_id(), self.face, customer_id, self.cardholder_name,
            self.billing, False, request.now, request.now,
        )  # fmt: skip
        return replace(keep(request, card, customer_id).instrument(self.cvv), by_nonce=True)


@dataclass(frozen=True, slots=True)
class WalletNonce:
    """
    A wallet behind a nonce.

    Args:
        wanted: The token that it is to have in the vault.
        once: Pays once and is never kept.
    """

    name: str
    wallet: Wallet
    faults: Faults = ()
    wanted: str | None = None
    once: bool = False

    @property
    def customer_id(self) -> None:
        return None

    def instrument(self, cvv: str = "I") -> Instrument:  # noqa: ARG002 - no wallet has one
        """It, to pay with."""
        return self.wallet.instrument(None, None)

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:  # noqa: ARG002
        """Tell what is wrong with it; every account takes one that is valid."""
        tell(self.faults, invalid.at(self.wallet.kind))

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:
        """It, in the vault as that customer's."""
        return vault(request, self.wallet, customer_id, token or self.wanted).instrument()


def nonce_named(request: Request, name: str) -> Payable | None:
    """What *name* stands for, published or made here; None for an unknown or used one."""
    if name in request.books.consumed:
        return None
    return request.books.nonces.get(name) or _published(request, name)


def use(request: Request, name: str) -> None:
    """Let the nonce *name* be used no more, unless it is a published one."""
    if request.books.nonces.pop(name, None) is not None:
        request.books.consumed.add(name)


def tell(faults: Faults, invalid: Invalid) -> None:
    """Tell *invalid* every one of *faults*."""
    for attribute, code in faults:
        invalid.add(attribute, code)


def _published(request: Request, name: str) -> CardNonce | WalletNonce | None:
    if wallet := wallet_of(name, request.fingerprint, request.now):
        return WalletNonce(name, wallet, once=name == PAYPAL_ONCE)
    secure = outcome(name, "auth-id-of-a-test-nonce")
    number = VISA if secure else NONCES.get(name)
    if number is None:
        return None
    if number not in NUMBERS:
        return CardNonce(name, None, faults=(("number", "81715"),))
    face = face_of(number, "12", str(request.now.year + 1), request.fingerprint)
    face = replace(face, flags=NONCE_FLAGS.get(name, face.flags))
    return CardNonce(name, face, three_d_secure=secure)
