"""An operator's file of accounts and bills: what each row means, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from paytone.rules.address import is_address
from paytone.rules.banner import Scope, is_place
from paytone.rules.bill import REASONS, Payable, Restriction
from paytone.rules.contact import ten_digits
from paytone.rules.line_fault import LineFault
from paytone.rules.money import Money
from paytone.rules.pin import is_pin, is_pin_hash
from paytone.rules.security import LEAST, MOST, SecurityQuestion, is_answer
from paytone.store import csv_file
from paytone.store.csv_file import text

NEEDED = ("account_number", "customer_name")
BILL = ("bill_number", "amount", "issued", "due")
CONTACT = ("email", "mobile", "sms_consent", "language", "timezone", "call_consent")
TERMS = ("payable", "payable_reason", "minimum", "keep_service")
OTHERS = ("phones", "pin", "pin_hash", "currency", "billing_day", "customer_number", "zip")
GROUPS = ("bill_group",)
ANSWERS = {f"security_{each.value.replace('-', '_')}": each for each in SecurityQuestion}
COLUMNS = frozenset({*NEEDED, *BILL, *CONTACT, *TERMS, *OTHERS, *GROUPS, *ANSWERS})

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
_DAYS_AWAY = re.compile(r"([+-][0-9]{1,4})d")


@dataclass(frozen=True, slots=True)
class BilledAmount:
    """A bill as a row has it; *amount* below zero is a credit note."""

    number: str
    amount: Money
    issued: date
    due: date


@dataclass(frozen=True, slots=True)
class Terms:
    """
    How an account may be paid, and what it is asked for; None leaves what is known.

    Args:
        payable: With the reason why, which is None for an account that is simply payable.
        minimum: What must be paid at least; zero for nothing.
        keep_service: What must be paid lest the service is cut off; zero where it is safe.
    """

    payable: tuple[Payable, Restriction | None] | None = None
    minimum: Money | None = None
    keep_service: Money | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """
    One row: an account, and a bill on it if *bill* is not None.

    Args:
        phones: Ten digits each, sorted; None leaves the account's phones as they are.
        pin: In clear; None if the row has none.
        pin_hash: Its argon2id hash; None if the row has none.
        email: The customer's address; None leaves what is known.
        mobile: Ten digits; None leaves what is known.
        sms_consent: Where the agreement to text messages there is kept; None changes nothing.
        language: Two letters; None leaves what is known.
        billing_day: The day of the month on which bills come; None leaves what is known.
        zip_code: Five digits of the billing address; None leaves what is known.
        bill_group: One to six digits; None leaves what is known.
        customer_number: The biller's own number of the customer; None leaves the account with whom
            it is, or makes a customer of its own.
        timezone: Where the customer is, by IANA name; None leaves what is known.
        call_consent: Where the agreement to be called at *mobile* is kept; None changes nothing.
        answers: In clear, 4 to 8 digits each; what is known of other questions stays.
    """

    line: int
    account_number: str
    customer_name: str
    currency: str
    phones: tuple[str, ...] | None
    pin: str | None = field(repr=False)
    pin_hash: str | None = field(repr=False)
    bill: BilledAmount | None
    email: str | None = None
    mobile: str | None = None
    sms_consent: str | None = None
    language: str | None = None
    billing_day: int | None = None
    zip_code: str | None = None
    bill_group: str | None = None
    customer_number: str | None = None
    timezone: str | None = None
    call_consent: str | None = None
    terms: Terms = Terms()
    answers: Mapping[SecurityQuestion, str] = field(default_factory=dict, repr=False)


def read(file: TextIO, today: date) -> Iterator[AccountRow | LineFault]:
    """Each row of *file*, or what is wrong with it; dates like ``+14d`` count from *today*."""
    row_of = partial(_row, today=today)
    return csv_file.read(file, row_of, needed=NEEDED, known=COLUMNS)


def _row(line: int, cells: Mapping[str, str], today: date) -> AccountRow:
    currency = cells.get("currency") or "USD"
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError("currency is not three capital letters")
    pin, pin_hash = _pin(cells)
    return AccountRow(
        line=line,
        account_number=_account_number(cells["account_number"]),
        customer_name=text("customer_name", cells["customer_name"]),
        currency=currency,
        phones=_phones(cells.get("phones", "")),
        pin=pin,
        pin_hash=pin_hash,
        bill=_bill(cells, currency, today),
        email=_email(cells.get("email", "")),
        mobile=_mobile(cells.get("mobile", "")),
        sms_consent=_consent("sms_consent", cells),
        language=_language(cells.get("language", "")),
        billing_day=_billing_day(cells.get("billing_day", "")),
        zip_code=_zip_code(cells.get("zip", "")),
        bill_group=_bill_group(cells.get("bill_group", "")),
        customer_number=_customer_number(cells.get("customer_number", "")),
        timezone=_timezone(cells.get("timezone", "")),
        call_consent=_consent("call_consent", cells),
        terms=_terms(cells, currency),
        answers=_answers(cells),
    )


def _account_number(cell: str) -> str:
    digits = re.sub(r"[ -]", "", cell)
    if not re.fullmatch(r"[0-9]{16}", digits):
        raise ValueError("account_number is not sixteen digits")
    return digits


def _phones(cell: str) -> tuple[str, ...] | None:
    if not cell:
        return None
    phones = set()
    for written in cell.split(";"):
        digits = ten_digits(written)
        if digits is None:
            raise ValueError("phones are not ten-digit numbers with ; between them")
        phones.add(digits)
    return tuple(sorted(phones))


def _email(cell: str) -> str | None:
    if cell and not is_address(cell):
        raise ValueError("email is not one address such as someone@example.com")
    return cell or None


def _mobile(cell: str) -> str | None:
    mobile = ten_digits(cell)
    if cell and mobile is None:
        raise ValueError("mobile is not a ten-digit number")
    return mobile


def _consent(name: str, cells: Mapping[str, str]) -> str | None:
    consent = cells.get(name)
    if consent and not cells.get("mobile"):
        raise ValueError(f"{name} is for a number, and mobile is empty")
    return text(name, consent) if consent else None


def _timezone(cell: str) -> str | None:
    try:
        return ZoneInfo(cell).key if cell else None
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("timezone is not one of the IANA database, as America/Chicago") from None


def _language(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[a-z]{2}", cell):
        raise ValueError("language is not two small letters such as en")
    return cell or None


def _billing_day(cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch(r"[0-9]{1,2}", cell) or not 1 <= int(cell) <= 31:
        raise ValueError("billing_day is not a day of the month, 1 to 31")
    return int(cell)


def _bill_group(cell: str) -> str | None:
    if cell and not is_place(Scope.GROUP, cell):
        raise ValueError("bill_group is not one to six digits")
    return cell or None


def _zip_code(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[0-9]{5}(-?[0-9]{4})?", cell):
        raise ValueError("zip is not five digits, or nine")
    return cell[:5] or None


def _pin(cells: Mapping[str, str]) -> tuple[str | None, str | None]:
    pin, pin_hash = cells.get("pin") or None, cells.get("pin_hash") or None
    if pin and pin_hash:
        raise ValueError("pin and pin_hash are both given")
    if pin and not is_pin(pin):
        raise ValueError("pin is not four to six digits")
    if pin_hash and not is_pin_hash(pin_hash):
        raise ValueError("pin_hash is not an argon2id hash")
    return pin, pin_hash


def _answers(cells: Mapping[str, str]) -> Mapping[SecurityQuestion, str]:
    given = {name: cells[name] for name in ANSWERS if cells.get(name)}
    for name, answer in given.items():
        if not is_answer(answer):
            raise ValueError(f"{name} is not {LEAST} to {MOST} digits")
    return {ANSWERS[name]: answer for name, answer in given.items()}


def _bill(cells: Mapping[str, str], currency: str, today: date) -> BilledAmount | None:
    given = [name for name in BILL if cells.get(name)]
    if not given:
        return None
    if len(given) < len(BILL):
        raise ValueError(f"a bill needs all of {', '.join(BILL)}, or none")
    amount = _amount("amount", cells["amount"], currency)
    if not amount:
        raise ValueError("amount is zero")
    issued, due = _day("issued", cells["issued"], today), _day("due", cells["due"], today)
    if due < issued:
        raise ValueError("due is before issued")
    return BilledAmount(text("bill_number", cells["bill_number"]), amount, issued, due)


def _amount(name: str, cell: str, currency: str) -> Money:
    if not _AMOUNT.fullmatch(cell):
        raise ValueError(f"{name} is not a number with at most two decimals, such as 112.40")
    return Money.of(Decimal(cell), currency)


def _customer_number(cell: str) -> str | None:
    return text("customer_number", cell) if cell else None


def _terms(cells: Mapping[str, str], currency: str) -> Terms:
    return Terms(
        payable=_payable(cells.get("payable", ""), cells.get("payable_reason", "")),
        minimum=_asked("minimum", cells, currency),
        keep_service=_asked("keep_service", cells, currency),
    )


def _payable(cell: str, reason: str) -> tuple[Payable, Restriction | None] | None:
    if not cell and not reason:
        return None
    for payable, reasons in REASONS.items():
        if payable.value == cell:
            for restriction in reasons:
                if reason == (restriction.value if restriction else ""):
                    return payable, restriction
            one_of = sorted(each.value if each else "none" for each in reasons)
            raise ValueError(f"payable_reason of {cell} is {' or '.join(one_of)}")
    raise ValueError("payable is not yes, card-only or no")


def _asked(name: str, cells: Mapping[str, str], currency: str) -> Money | None:
    cell = cells.get(name)
    amount = _amount(name, cell, currency) if cell else None
    if amount is not None and amount.cents < 0:
        raise ValueError(f"{name} is below zero")
    return amount


def _day(name: str, cell: str, today: date) -> date:
    if away := _DAYS_AWAY.fullmatch(cell):
        return today + timedelta(days=int(away[1]))
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{name} is not a date such as 2026-03-05 or +14d") from None
