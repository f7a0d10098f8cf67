"""Cards as the sandbox keeps them, and the one place where a number is read."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from paytone.rules.card import passes_luhn
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import text
from paytone.sandbox.vault.numbers import NUMBERS, UNKNOWN, Flags
from paytone.sandbox.wire import Params

Fingerprint = Callable[[str], str]
"""Turns a number into 32 hex digits that tell same from other, and nothing else."""

_YEAR = re.compile(r"20\d\d|\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_PARTS = {"expiration_month", "expiration_year"}


@dataclass(frozen=True, slots=True)
class CardFace:
    """
    What is kept of a card: never its number, never its CVV.

    Args:
        bin: The first eight digits, as newer answers show them.
        month: Two digits.
        year: Four digits.
        fingerprint: The unique number identifier.
        trait: See `paytone.sandbox.vault.numbers.Published`.
    """

    bin: str
    last_four: str
    month: str
    year: str
    brand: str
    fingerprint: str
    trait: str = ""
    flags: Flags = UNKNOWN

    @property
    def expiration(self) -> str:
        return f"{self.month}/{self.year}"


NO_CARD = CardFace("", "", "", "", "", "")
"""The face of what is no card."""


def fingerprints(key: bytes) -> Fingerprint:
    """A Fingerprint that cannot be guessed without *key*."""
    return lambda number: hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:32]


def read_card(card: Params, fingerprint: Fingerprint, invalid: Invalid) -> CardFace | None:
    """The face of the card in *card*; None after telling *invalid* what is wrong with it."""
    number = re.sub(r"[\s-]", "", text(card, "number") or "")
    published = _check_number(number, invalid)
    month, year = read_expiration(card, invalid)
    check_cvv(text(card, "cvv"), invalid)
    if len(text(card, "cardholder_name") or "") > 175:
        invalid.add("cardholder_name", "81723")
    if not published or invalid:
        return None
    return face_of(number, month, year, fingerprint)


def face_of(number: str, month: str, year: str, fingerprint: Fingerprint) -> CardFace:
    """The face of the card with the published *number*."""
    kind = NUMBERS[number]
    return CardFace(
        number[:8], number[-4:], month, year,
        kind.brand, fingerprint(number), kind.trait, kind.flags,
    )  # fmt: skip


def _check_number(number: str, invalid: Invalid) -> bool:
    if number in NUMBERS:
        return True
    if not number:
        invalid.add("number", "81714")
    elif not 12 <= len(number) <= 19:
        invalid.add("number", "81716")
    elif number.isascii() and number.isdigit() and passes_luhn(number):
        invalid.add("number", "81717")
    else:
        invalid.add("number", "81715")
    return False


def read_expiration(card: Params, invalid: Invalid) -> tuple[str, str]:
    """The two-digit month and four-digit year in *card*; a past month is taken, as there."""
    whole = text(card, "expiration_date")
    month, year = text(card, "expiration_month"), text(card, "expiration_year")
    if whole is None and month is None and year is None:
        invalid.add("expiration_date", "81709")
        return "", ""
    if whole is not None:
        if _PARTS & card.keys():
            invalid.add("expiration_date", "91708")
        month, _, year = whole.partition("/")
        good = bool(_MONTH.fullmatch(month) and _YEAR.fullmatch(year))
        if not good:
            invalid.add("expiration_date", "81710")
    else:
        month, year = month or "", year or ""
        if not _MONTH.fullmatch(month):
            invalid.add("expiration_month", "81712")
        if not _YEAR.fullmatch(year):
            invalid.add("expiration_year", "81713")
    return month.zfill(2), year if len(year) == 4 else f"20{year}"


def check_cvv(cvv: str | None, invalid: Invalid) -> None:
    """Tell *invalid* if *cvv* cannot be one."""
    if cvv is not None and not re.fullmatch(r"[0-9]{3,4}", cvv):
        invalid.add("cvv", "81707")
