"""What a caller authorises aloud before a bank account is debited: eight facts (Nacha TEL)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from paytone.rules.contact import in_writing
from paytone.rules.method import BankFace
from paytone.rules.money import Money

KEEP_YEARS: Final = 2
"""How long it is kept after the debit or the revocation (Nacha operating rules, 2.3.2 and TEL)."""


class Fact(Enum):
    """What a spoken authorisation must tell and keep (Nacha: TEL entries)."""

    NAME = "name"
    ACCOUNT = "account"
    AMOUNT = "amount"
    DEBIT_DATE = "earliest debit date"
    DATE = "date of authorisation"
    ENQUIRIES = "enquiries"
    ONE_TIME = "kind of debit"
    REVOKE = "how to revoke"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is debited by a schedule instead of in the call.

    Args:
        terms: How much and when, in words for the record.
        repeats: More than once, until it is cancelled.
    """

    terms: str
    repeats: bool


@dataclass(frozen=True, slots=True)
class Authorisation:
    """
    One debit, or those of a schedule, as it is read to the caller, and kept.

    Args:
        customer: The name the biller holds for the account; the caller says theirs aloud.
        biller_account: The last four of the biller's account number; of a sale, ``sale:`` and its
            reference.
        amount: Of a schedule, the most of each debit; None where each bill's notice tells it.
        debit_on: The earliest day on which the bank may be debited.
        given_on: The day on which it is given.
        enquiries: Ten digits of a telephone that people answer in business hours.
        plan: None for one debit that is made in the call.
    """

    customer: str
    biller_account: str
    debited: BankFace
    amount: Money | None
    debit_on: date
    given_on: date
    enquiries: str
    plan: Plan | None = None

    def facts(self) -> dict[Fact, str]:
        """All eight, in words for the record."""
        number = in_writing(self.enquiries)
        return {
            Fact.NAME: f"{self.customer}, {self._what_is_paid}",
            Fact.ACCOUNT: (
                f"{self.debited.account_type.value} account ending in {self.debited.last_four} "
                f"at {self.debited.bank_name}"
            ),
            Fact.AMOUNT: self._how_much(),
            Fact.DEBIT_DATE: self.plan.terms if self.plan else self.debit_on.isoformat(),
            Fact.DATE: self.given_on.isoformat(),
            Fact.ENQUIRIES: f"{number}, answered by people in business hours",
            Fact.ONE_TIME: self._kind(),
            Fact.REVOKE: (
                f"by cancelling it on this line, or by calling {number}; for sure three business "
                "days before a debit"
                if self.plan
                else f"by calling {number} before the debit is sent to the bank"
            ),
        }

    @property
    def is_for_sale(self) -> bool:
        """Whether no account of a customer's is paid."""
        return self.biller_account.startswith("sale:")

    @property
    def _what_is_paid(self) -> str:
        if self.is_for_sale:
            return f"reference {self.biller_account.removeprefix('sale:')}"
        return f"account ending in {self.biller_account}"

    def _how_much(self) -> str:
        if self.plan is None:
            return f"{self.amount}"
        if self.amount is None:
            return "the whole bill, as it is written of before each debit, or less if less is owed"
        return f"{self.amount}, or less if less is owed on the day"

    def _kind(self) -> str:
        if self.plan and self.plan.repeats:
            return "recurring electronic debits through the ACH network, until they are cancelled"
        return "a one-time electronic debit through the ACH network"

    def mandate(self) -> str:
        """The facts in one text, for the gateway and the written notice."""
        said = "; ".join(f"{fact.value}: {words}" for fact, words in self.facts().items())
        return f"The customer authorized aloud, by telephone: {said}."


@dataclass(frozen=True, slots=True, repr=False)
class Recording:
    """
    What was said, as it was heard.

    Args:
        audio: A WAV file, 16 bits at 8000 Hz.
        speech_ms: For how long somebody speaks in it.
    """

    audio: bytes
    speech_ms: int

    def __repr__(self) -> str:
        return f"<Recording of {len(self.audio)} bytes, {self.speech_ms} ms of speech>"


@dataclass(frozen=True, slots=True)
class Given:
    """
    An authorisation that a caller gave aloud at *at*, and accepted with a key.

    Args:
        language: In which it was read out.
        read_out: All the words of that; empty where they were not kept.
    """

    authorisation: Authorisation
    recording: Recording
    at: datetime
    language: str = "en"
    read_out: str = ""
