"""What a dialplan may ask for when it has a payment taken: read whole, or refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final, TypeVar

from paytone.rules.bank import Ownership
from paytone.rules.bill import Limits
from paytone.rules.card import Brand
from paytone.rules.method import AccountType, Kind
from paytone.rules.money import Money
from paytone.rules.place import ZIP_LENGTH

ARGUMENTS: Final = (
    "AMOUNT",
    "CURRENCY",
    "REFERENCE",
    "DESCRIPTION",
    "NAME",
    "METHODS",
    "BRANDS",
    "BANK_ACCOUNT_TYPE",
    "CVV",
    "POSTAL",
    "POSTAL_LENGTH",
    "TWICE",
    "STORE",
    "ATTEMPTS",
    "CARD_TRIES",
    "TIMEOUT",
    "LANGUAGE",
    "TELL",
    "CALLBACK",
    "PARAMETERS",
)
"""The channel variables, each after PAYTONE_PAY_."""

METHODS: Final = {"credit-card": Kind.CARD, "ach-debit": Kind.BANK}
BRANDS: Final = {
    "visa": Brand.VISA,
    "mastercard": Brand.MASTERCARD,
    "amex": Brand.AMEX,
    "discover": Brand.DISCOVER,
}
BANK_TYPES: Final = {
    "consumer-checking": (AccountType.CHECKING, Ownership.PERSONAL),
    "consumer-savings": (AccountType.SAVINGS, Ownership.PERSONAL),
    "commercial-checking": (AccountType.CHECKING, Ownership.BUSINESS),
    "commercial-savings": (AccountType.SAVINGS, Ownership.BUSINESS),
}
YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}

_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){12}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_LONGEST_TEXT = 200

T = TypeVar("T")


class WrongArgument(Exception):
    """An argument cannot be meant; *str* names it and says why. Nothing was asked or charged."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


class Storing(Enum):
    """Whether the gateway is to keep the card, and for how long."""

    ONE_TIME = "one-time"
    REUSABLE = "reusable"


class Field(Enum):
    """What may be asked for twice, so that both entries must be the same."""

    CARD_NUMBER = "card-number"
    EXPIRATION_DATE = "expiration-date"
    SECURITY_CODE = "security-code"
    POSTAL_CODE = "postal-code"
    ROUTING_NUMBER = "bank-routing-number"


@dataclass(frozen=True, slots=True)
class CardAsks:
    """
    What is asked of a card.

    Args:
        brands: Those that are taken.
        security_code: Whether its CVV is asked for.
        postal: Whether its ZIP code is asked for; the code itself where it is known.
        postal_length: The fewest digits of one; five means a ZIP code of just five.
        twice: What is asked for a second time.
    """

    brands: frozenset[Brand] = frozenset(Brand)
    security_code: bool = True
    postal: bool | str = True
    postal_length: int = ZIP_LENGTH
    twice: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line can do at all."""

    currency: str
    limits: Limits
    takes_checks: bool
    languages: frozenset[str]
    callbacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayRequest:
    """
    What is to be taken.

    Args:
        amount: None where a card is only to be stored.
        reference: Under which nothing is charged twice.
        payer: Whose bank account is debited; empty where no account is.
        bank_type: None asks the caller.
        storing: None keeps nothing.
        attempts: How often each question is asked; None as the line does. *card_tries* and
            *timeout* (seconds for each key) likewise.
        language: Empty for the call's own.
        tell: Whether the confirmation number is said.
        callback: The URL that is told; empty for none.
    """

    amount: Money | None
    reference: str
    description: str = ""
    payer: str = ""
    methods: frozenset[Kind] = frozenset({Kind.CARD})
    card: CardAsks = field(default_factory=CardAsks)
    bank_type: tuple[AccountType, Ownership] | None = None
    storing: Storing | None = None
    attempts: int | None = None
    card_tries: int | None = None
    timeout: float | None = None
    language: str = ""
    tell: bool = True
    callback: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_request(given: Mapping[str, str], terms: Terms) -> PayRequest:
    """
    The request that the arguments *given*, by their names in `ARGUMENTS`, make.

    Raises:
        WrongArgument: The first that cannot be meant.
    """
    read = _Arguments(given)
    storing = read.one_of("STORE", {each.value: each for each in Storing})
    amount = _amount(read, terms, only_stores=storing is not None)
    methods = read.some_of("METHODS", METHODS) or frozenset({Kind.CARD})
    _check_methods(methods, read, terms, charges=amount is not None)
    return PayRequest(
        amount=amount,
        reference=_reference(read),
        description=read.text("DESCRIPTION"),
        payer=read.text("NAME"),
        methods=methods,
        card=_card_asks(read),
        bank_type=read.one_of("BANK_ACCOUNT_TYPE", BANK_TYPES),
        storing=storing,
        attempts=read.whole("ATTEMPTS", 1, 10),
        card_tries=read.whole("CARD_TRIES", 1, 5),
        timeout=read.whole("TIMEOUT", 1, 600),
        language=read.one_of("LANGUAGE", {each: each for each in terms.languages}) or "",
        tell=read.yes("TELL"),
        callback=_callback(read, terms.callbacks),
        parameters=_parameters(read),
    )


class _Arguments:
    """The arguments as they were given, and what each may mean; empty is not given."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name: value.strip() for name, value in given.items()}

    def __getitem__(self, name: str) -> str:
        return self._given.get(name, "")

    def one_of(self, name: str, meanings: Mapping[str, T]) -> T | None:
        value = self[name].lower()
        if not value:
            return None
        if value not in meanings:
            raise WrongArgument(name, f"must be one of {', '.join(sorted(meanings))}")
        return meanings[value]

    def some_of(self, name: str, meanings: Mapping[str, T]) -> frozenset[T]:
        words = re.split(r"[ ,&]+", self[name].lower()) if self[name] else []
        if unknown := [word for word in words if word not in meanings]:
            known = ", ".join(sorted(meanings))
            raise WrongArgument(name, f"{unknown[0]!r} is none of {known}")
        return frozenset(meanings[word] for word in words)

    def yes(self, name: str) -> bool:
        found = self.one_of(name, YES_NO)
        return True if found is None else found

    def whole(self, name: str, least: int, most: int) -> int | None:
        value = self[name]
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,3}", value) or not least <= int(value) <= most:
            raise WrongArgument(name, f"must be {least} to {most}")
        return int(value)

    def text(self, name: str) -> str:
        value = self[name]
        if len(value) > _LONGEST_TEXT or not value.isprintable():
            raise WrongArgument(name, f"must be plain text of at most {_LONGEST_TEXT} signs")
        if _NUMBER.search(value):
            raise WrongArgument(name, "13 digits in a row could be a card number")
        return value


def _amount(read: _Arguments, terms: Terms, *, only_stores: bool) -> Money | None:
    currency = read["CURRENCY"].upper() or terms.currency
    if currency != terms.currency:
        raise WrongArgument("CURRENCY", f"this line takes {terms.currency}")
    try:
        amount = Money.of(Decimal(read["AMOUNT"] or "0"), currency)
    except (InvalidOperation, ValueError):
        raise WrongArgument("AMOUNT", "must be like 49.99") from None
    if not amount and only_stores:
        return None
    if not terms.limits.least <= amount <= terms.limits.most:
        least, most = terms.limits.least, terms.limits.most
        raise WrongArgument("AMOUNT", f"must be {least} to {most}; or empty, with STORE")
    return amount


def _reference(read: _Arguments) -> str:
    reference = read.text("REFERENCE")
    if not _REFERENCE.fullmatch(reference):
        raise WrongArgument("REFERENCE", "must be 1 to 64 letters, digits, dots, _ and -")
    return reference


def _check_methods(
    methods: frozenset[Kind], read: _Arguments, terms: Terms, *, charges: bool
) -> None:
    if Kind.BANK not in methods:
        return
    if not terms.takes_checks:
        raise WrongArgument("METHODS", "this line takes no ach-debit: PAYTONE_ELECTRONIC_CHECK")
    if not charges:
        raise WrongArgument("METHODS", "a bank account is not stored without a debit")
    if not read["NAME"]:
        raise WrongArgument("NAME", "ach-debit needs the name of the account's owner")


def _card_asks(read: _Arguments) -> CardAsks:
    length = read.whole("POSTAL_LENGTH", 3, 9) or ZIP_LENGTH
    postal: bool | str | None = YES_NO.get(read["POSTAL"].lower())
    if postal is None:
        postal = read["POSTAL"] or True
    if isinstance(postal, str) and not re.fullmatch(r"[A-Za-z0-9 -]{3,9}", postal):
        raise WrongArgument("POSTAL", "must be yes, no, or a postal code that is known")
    return CardAsks(
        brands=read.some_of("BRANDS", BRANDS) or frozenset(Brand),
        security_code=read.yes("CVV"),
        postal=postal,
        postal_length=length,
        twice=read.some_of("TWICE", {each.value: each for each in Field}),
    )


def _callback(read: _Arguments, allowed: tuple[str, ...]) -> str:
    """A URL that the line's own settings allow, whatever a dialplan says: or that and a path."""
    url = read["CALLBACK"]
    if not url:
        return ""
    plain = re.fullmatch(r"[A-Za-z0-9:/._~?&=%+-]{1,500}", url) and ".." not in url
    if not plain or not any(_is_under(url, each) for each in allowed):
        raise WrongArgument("CALLBACK", "is not under a URL of PAYTONE_CALLBACK_URLS")
    return url


def _is_under(url: str, base: str) -> bool:
    return url == base or any(url.startswith(base.rstrip("/") + sign) for sign in "/?")


def _parameters(read: _Arguments) -> dict[str, str]:
    pairs = [each.partition("=") for each in read.text("PARAMETERS").split("&") if each]
    if wrong := [name for name, equals, _ in pairs if not (equals and _NAME.fullmatch(name))]:
        raise WrongArgument("PARAMETERS", f"must be like order=12&desk=west, not {wrong[0]!r}")
    return {name: value for name, _, value in pairs}
