"""US bank accounts: what is kept of one, before the vault and in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from paytone.sandbox.bank.checks import INDEPENDENT, TOKENIZED, BankCheck, outcome
from paytone.sandbox.sales.instrument_view import global_id
from paytone.sandbox.sales.transactions import Instrument, Other
from paytone.sandbox.wire import Items, Value

if TYPE_CHECKING:
    from paytone.sandbox.books import Books
    from paytone.sandbox.invalid import Invalid
    from paytone.sandbox.merchants import MerchantAccount
    from paytone.sandbox.request import Request

KIND: Final = "us_bank_account"
FAKE_NONCE: Final = "fake-us-bank-account-nonce"
_LOGO = "https://assets.braintreegateway.com/payment_method_logo/us_bank_account.png"
_PUBLISHED = "100000000"
_BANKS = {
    "011000015": "FEDERAL RESERVE BANK",
    "021000021": "JPMORGAN CHASE BANK, NA",
    "123456789": "Wells Fargo",
}


@dataclass(frozen=True, slots=True)
class BankFace:
    """
    What is kept of a bank account: never its number.

    Args:
        account_type: ``checking`` or ``savings``.
        ownership: ``personal`` or ``business``.
        trait: The last digit of a published test number; empty for any other number.
        mandate: What the customer agreed to, and when.
    """

    routing_number: str
    last_four: str
    account_type: str
    holder: str
    ownership: str
    trait: str
    mandate: tuple[str, datetime] | None

    @property
    def bank_name(self) -> str:
        return _BANKS.get(self.routing_number, "Unknown")

    def shown(self, token: str | None) -> dict[str, Value]:
        """The elements that an account and a transaction by it have in common."""
        text, accepted = self.mandate or (None, None)
        return {
            "token": token,
            "routing_number": self.routing_number,
            "last_4": self.last_four,
            "account_type": self.account_type,
            "account_holder_name": self.holder,
            "bank_name": self.bank_name,
            "ownership_type": self.ownership,
            "image_url": _LOGO,
            "ach_mandate": {"text": text, "accepted_at": accepted} if accepted else None,
        }

    def instrument(self, token: str | None, customer_id: str | None) -> Instrument:
        """It, to pay with."""
        other = Other(KIND, KIND, "UsBankAccountDetail", self.shown(token))
        return Instrument(
            cardholder_name=self.holder, token=token, customer_id=customer_id, other=other,
            by_nonce=token is None,
        )  # fmt: skip


def trait_of(number: str) -> str:
    """How the published test account *number* behaves; empty for any other."""
    published = len(number) == len(_PUBLISHED) + 1 and number.startswith(_PUBLISHED)
    return number[-1] if published else ""


def fake_face(now: datetime) -> BankFace:
    """The account that FAKE_NONCE stands for."""
    return BankFace(
        "123456789", "0000", "checking", "Marty McFly", "personal", "0",
        ("I agree to the debit", now),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankNonce:
    """An account that was tokenized and not yet used; *plaid* if its bank vouched for it."""

    nonce: str
    face: BankFace
    plaid: bool = False

    @property
    def customer_id(self) -> None:
        return None

    def instrument(self, cvv: str = "I") -> Instrument:  # noqa: ARG002 - no account has one
        """It, to pay with."""
        return self.face.instrument(None, None)

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:  # noqa: ARG002
        """Refuse it where the merchant takes verified accounts only."""
        if not self.plaid and not request.books.settings.trusts_bank_accounts:
            invalid.add("payment_method_nonce", "915171")

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:
        """It, in the vault as that customer's, checked where nobody else will."""
        kept = vault(request, self.face, customer_id, token)
        way = TOKENIZED if self.plaid else INDEPENDENT
        if self.plaid or request.books.settings.trusts_bank_accounts:
            verify(request, kept.token, way, request.books.merchant.accounts[0].id)
        return kept.instrument()


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account in the vault."""

    token: str
    face: BankFace
    customer_id: str
    default: bool
    created: datetime
    updated: datetime

    @property
    def kind(self) -> str:
        return KIND

    def instrument(self, cvv: str = "I") -> Instrument:  # noqa: ARG002 - no account has one
        """It, to pay with."""
        return self.face.instrument(self.token, self.customer_id)

    def check(self, request: Request, account: MerchantAccount, invalid: Invalid) -> None:  # noqa: ARG002
        """Refuse it until it is verified, where the merchant takes such accounts only."""
        trusted = request.books.settings.trusts_bank_accounts
        if not trusted and not is_verified(self.token, request.books):
            invalid.add("payment_method_token", "915172")

    def keep(self, request: Request, customer_id: str, token: str | None) -> Instrument:  # noqa: ARG002
        """It, as it is: it is in the vault already."""
        return self.instrument()

    def moved(self, *, token: str, default: bool) -> BankAccount:
        """It, under that token and default or not."""
        return replace(self, token=token, default=default)

    def shown(self, books: Books, now: datetime) -> dict[str, Value]:  # noqa: ARG002
        """The content of ``<us-bank-account>``."""
        checks = tuple(check.shown() for check in checks_of(self.token, books))
        return {
            **self.face.shown(self.token),
            "customer_id": self.customer_id,
            "default": self.default,
            "verified": is_verified(self.token, books),
            "verifications": Items("us_bank_account_verification", checks),
            "global_id": global_id("paymentmethod_usb", self.token),
            "created_at": self.created,
            "updated_at": self.updated,
        }


def checks_of(token: str, books: Books) -> list[BankCheck]:
    """The verifications of the account with that *token*, newest first."""
    return [check for check in reversed(books.checks.values()) if check.token == token]


def is_verified(token: str, books: Books) -> bool:
    """Whether any verification of the account has succeeded."""
    return any(check.status == "verified" for check in checks_of(token, books))


def vault(
    request: Request, face: BankFace, customer_id: str, token: str | None, *, default: bool = False
) -> BankAccount:
    """*face* kept as that customer's."""
    books, now = request.books, request.now
    made = BankAccount(token or books.new_id(), face, customer_id, default, now, now)
    books.keep_method(made)
    kept = books.methods[made.token]
    assert isinstance(kept, BankAccount)
    return kept


def verify(
    request: Request, token: str, method: str, account: str, add_ons: str | None = None
) -> BankCheck:
    """A new verification of the account with that *token*; the processor answers at once."""
    books, now = request.books, request.now
    kept = books.methods[token]
    assert isinstance(kept, BankAccount)
    status, code, additional = outcome(method, kept.face)
    check = BankCheck(
        books.new_id(), token, account, method, status, code, additional, now, now, add_ons
    )
    books.checks[check.id] = check
    return check
