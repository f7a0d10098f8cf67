"""The biller's words for letters, from <language>.toml here, with a payment's facts put in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from paytone.money import Money
from paytone.payment import Heard, Payment

SHIPPED: Final = Path(__file__).parent
"""The folder of the words that come along."""

FACTS: Final = frozenset({"amount", "date", "confirmation", "account", "card"})
TOLD: Final = (Heard.PAID, Heard.NOT_PAID, Heard.RETURNED, Heard.REFUNDED)
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class TextsWrong(Exception):
    """The file of words cannot be used, and why; no money moved."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Subject and text for each thing that may be told."""

    words: Mapping[Heard, tuple[Template, Template]]

    def of(
        self, payment: Payment, heard: Heard, *, on: date, account_last_four: str
    ) -> tuple[str, str]:
        """
        Subject and text of the letter that tells *heard* of *payment*.

        Args:
            on: The day of the payment, where the biller is.
        """
        facts = {
            "amount": _in_words(payment.amount),
            "date": f"{MONTHS[on.month - 1]} {on.day}, {on.year}",
            "confirmation": payment.confirmation,
            "account": account_last_four,
            "card": str(payment.face),
        }
        subject, text = self.words[heard]
        return subject.substitute(facts), text.substitute(facts)


def load(language: str, folder: Path) -> Texts:
    """
    The words in *folder*.

    Raises:
        TextsWrong: No such file, or something in it is missing or wrong.
    """
    path = folder / f"{language}.toml"
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise TextsWrong(f"{path}: {exc}") from exc
    try:
        closing = _template(tables, "closing")
        return Texts({heard: _words(tables, heard, closing) for heard in TOLD})
    except ValueError as exc:
        raise TextsWrong(f"{path}: {exc}") from exc


def _words(
    tables: Mapping[str, object], heard: Heard, closing: Template
) -> tuple[Template, Template]:
    match tables.get(heard.value):
        case dict() as table:
            subject, text = _template(table, "subject"), _template(table, "text")
        case _:
            raise ValueError(f"no table [{heard.value}]")
    if not subject.template.isprintable():
        raise ValueError(f"the subject of [{heard.value}] is not one line")
    return subject, Template(f"{text.template.strip()}\n\n{closing.template.strip()}\n")


def _template(table: Mapping[str, object], name: str) -> Template:
    match table.get(name):
        case str(text) if text.strip():
            template = Template(text)
        case _:
            raise ValueError(f"{name} is not a text")
    if not template.is_valid():
        raise ValueError(f"a $ in {name} stands alone: write $$")
    if unknown := set(template.get_identifiers()) - FACTS:
        raise ValueError(f"{name} asks for ${min(unknown)}, of which nothing is known")
    return template


def _in_words(amount: Money) -> str:
    if amount.currency == "USD":
        return f"${amount.decimal:,}"
    return f"{amount.decimal:,} {amount.currency}"
