"""What one merchant has at the gateway, in memory."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from paytone.sandbox.bank.checks import BankCheck
from paytone.sandbox.merchants import Merchant, MerchantAccount, Settings
from paytone.sandbox.sales.life import expect
from paytone.sandbox.sales.transactions import Instrument, Transaction
from paytone.sandbox.vault.kept import Customer, VaultedCard
from paytone.sandbox.vault.verification import Verification
from paytone.sandbox.webhooks import Hook, Notice, tell_change
from paytone.sandbox.wire import Value

if TYPE_CHECKING:
    from paytone.sandbox.invalid import Invalid
    from paytone.sandbox.request import Request

_LETTERS = "bcdfghjkmnpqrstvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Keyed:
    """The first request with an ``api_request_key``: its keyed digest and what it came to."""

    digest: str
    status: int
    body: bytes


class Payable(Protocol):
    """What can pay for a sale beside the cards of the vault: a nonce, a wallet, a bank account."""

    @property
    def customer_id(self) -> str | None:
        """Whose it is, if anyone's yet."""

    def instrument(self, cvv: str = "I") -> Instrument:
        """It, to pay with; *cvv* is the code of a CVV given beside it."""

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:
        """Tell *invalid*, the transaction's scope, why *account* cannot be paid with it."""

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:
        """It, kept in the vault as that customer's, to pay with."""


class Method(Payable, Protocol):
    """What the vault holds and is no card: a wallet, a bank account."""

    @property
    def customer_id(self) -> str:
        """Whose it is."""

    @property
    def token(self) -> str:
        """Its name in the vault; no card and no other method has it."""

    @property
    def kind(self) -> str:
        """The element that shows it: ``paypal_account``, ``us_bank_account`` …"""

    @property
    def default(self) -> bool:
        """Whether it is what is charged when only the customer is named."""

    def shown(self, books: Books, now: datetime) -> dict[str, Value]:
        """The content of its element."""

    def moved(self, *, token: str, default: bool) -> Method:
        """It, under that token and default or not; not stored yet."""


@dataclass(slots=True)
class Books:
    """
    One merchant's transactions and vault, newest last.

    Args:
        alike: The last approved sale of each likeness; see `paytone.sandbox.sales.duplicates`.
        ordered: Transaction ids by order id, small letters, oldest first.
        keyed: By api_request_key; see `paytone.sandbox.sales.request_keys`.
        in_flight: Keys of requests that a fault holds up before their work.
        consumed: Nonces that were used.
        methods: What is in the vault and no card, by token.
        nonces: What was given a nonce here and not yet used.
        authorized: When each open authorization was made, and its id, oldest first.
        authentications: By 3-D Secure made here: whose fingerprint and expiry, by id.
        checks: Verifications of bank accounts, newest last.
        due: A heap of what happens by itself, and when; see `paytone.sandbox.sales.life`.
        hook: Where webhooks go; *notices* are those made, newest last.
        verifications: Those of cards, newest last.
    """

    merchant: Merchant
    dice: random.Random
    transactions: dict[str, Transaction] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    cards: dict[str, VaultedCard] = field(default_factory=dict)
    alike: dict[tuple[str, ...], str] = field(default_factory=dict)
    ordered: dict[str, list[str]] = field(default_factory=dict)
    keyed: dict[str, Keyed] = field(default_factory=dict)
    in_flight: set[str] = field(default_factory=set)
    consumed: set[str] = field(default_factory=set)
    methods: dict[str, Method] = field(default_factory=dict)
    nonces: dict[str, Payable] = field(default_factory=dict)
    authorized: deque[tuple[datetime, str]] = field(default_factory=deque)
    authentications: dict[str, str] = field(default_factory=dict)
    checks: dict[str, BankCheck] = field(default_factory=dict)
    due: list[tuple[datetime, str]] = field(default_factory=list)
    hook: Hook | None = None
    notices: dict[str, Notice] = field(default_factory=dict)
    verifications: dict[str, Verification] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return self.merchant.settings

    def keep(self, transaction: Transaction) -> Transaction:
        """Store *transaction* in place of what had its id; it is returned."""
        earlier = self.transactions.get(transaction.id)
        self.transactions[transaction.id] = transaction
        tell_change(self, earlier, transaction)
        expect(self, transaction)
        if transaction.order_id is not None:
            ids = self.ordered.get(transaction.order_id.casefold(), [])
            if transaction.id not in ids:
                self.ordered[transaction.order_id.casefold()] = [*ids, transaction.id]
        return transaction

    def cards_of(self, customer_id: str) -> list[VaultedCard]:
        """That customer's cards, oldest first."""
        return [card for card in self.cards.values() if card.customer_id == customer_id]

    def default_card(self, customer_id: str) -> VaultedCard | None:
        """The card that is charged when only the customer is named."""
        return next((card for card in self.cards_of(customer_id) if card.default), None)

    def keep_card(self, card: VaultedCard) -> VaultedCard:
        """Store *card*; if it is the default, the customer's others no longer are."""
        if card.default:
            self._no_default(card.customer_id)
        self.cards[card.token] = card
        return card

    def methods_of(self, customer_id: str) -> list[Method]:
        """What that customer has beside cards, oldest first."""
        return [each for each in self.methods.values() if each.customer_id == customer_id]

    def keep_method(self, method: Method) -> None:
        """Store *method*; a customer's first is the default, and there is one default only."""
        owner = method.customer_id
        if not self.cards_of(owner) and not self.methods_of(owner):
            method = method.moved(token=method.token, default=True)
        if method.default:
            self._no_default(owner)
        self.methods[method.token] = method

    def make_default(self, token: str) -> None:
        """Make the card or method with that token its customer's default."""
        if card := self.cards.get(token):
            self.keep_card(replace(card, default=True))
        elif method := self.methods.get(token):
            self.keep_method(method.moved(token=token, default=True))

    def remove(self, token: str) -> None:
        """Take a card or method out of the vault; its customer's next one becomes the default."""
        gone = self.cards.pop(token, None) or self.methods.pop(token, None)
        if gone is None or not gone.default:
            return
        left: list[VaultedCard | Method] = [*self.cards_of(gone.customer_id)]
        left += self.methods_of(gone.customer_id)
        if left:
            self.make_default(left[0].token)

    def _no_default(self, customer_id: str) -> None:
        for card in self.cards_of(customer_id):
            if card.default:
                self.cards[card.token] = replace(card, default=False)
        for method in self.methods_of(customer_id):
            if method.default:
                self.methods[method.token] = method.moved(token=method.token, default=False)

    def new_id(self, length: int = 8) -> str:
        """An id for a transaction or a token that nothing has yet."""
        while True:
            made = "".join(self.dice.choices(_LETTERS, k=length))
            taken = (self.transactions, self.cards, self.methods, self.nonces)
            if not any(made in kept for kept in taken):
                return made

    def new_customer_id(self) -> str:
        """An all-digit id that no customer has yet."""
        while True:
            made = str(self.dice.randrange(10**8, 10**9))
            if made not in self.customers:
                return made
