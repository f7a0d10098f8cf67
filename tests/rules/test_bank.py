"""Routing numbers, account numbers that hide themselves, the eight facts."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from paytone.rules.authorisation import Authorisation, Fact
from paytone.rules.bank import (
    Bank,
    BankAccount,
    BankAccountNumber,
    Ownership,
    may_be_account_number,
    passes_checksum,
)
from paytone.rules.method import AccountType, BankFace
from paytone.rules.money import Money

CHASE = "021000021"
AUTHORISATION = Authorisation(
    customer="Test Customer",
    biller_account="4412",
    debited=BankFace("JPMORGAN CHASE BANK, NA", "6789", AccountType.CHECKING),
    amount=Money(11240),
    debit_on=date(2026, 3, 2),
    given_on=date(2026, 3, 1),
    enquiries="8005550100",
)


def test_the_checksum_finds_every_wrong_digit() -> None:
    assert passes_checksum(CHASE)
    for at, digit in enumerate(CHASE):
        for other in "0123456789":
            assert (other == digit) == passes_checksum(CHASE[:at] + other + CHASE[at + 1 :])


@pytest.mark.parametrize(
    "digits", ["", "02100002", "0210000210", "000000000", "02100002x", "٠٢١٠٠٠٠٢١"]
)
def test_what_is_no_routing_number_does_not_pass(digits: str) -> None:
    assert not passes_checksum(digits)


@pytest.mark.parametrize(
    ("digits", "may"),
    [("123", False), ("1234", True), ("1" * 17, True), ("1" * 18, False), ("12a4", False)],
)
def test_account_numbers_have_four_to_seventeen_digits(digits: str, may: bool) -> None:
    assert may == may_be_account_number(digits)


def test_an_account_number_hides_itself() -> None:
    number = BankAccountNumber("987654321012")
    account = BankAccount(Bank(CHASE, "X"), number, AccountType.SAVINGS, Ownership.PERSONAL)
    assert "9876" not in f"{number} {number!r} {account} {account!r} {[account]} {number.digits!r}"
    assert "1012" == number.last_four
    with pytest.raises(TypeError):
        pickle.dumps(account)


def test_all_eight_facts_are_told_and_in_the_mandate() -> None:
    facts = AUTHORISATION.facts()
    assert set(Fact) == set(facts)
    assert 8 == len(facts)
    assert all(words in AUTHORISATION.mandate() for words in facts.values())
    wanted = ["Test Customer", "6789", "112.40", "2026-03-02", "2026-03-01", "800-555-0100"]
    assert all(each in AUTHORISATION.mandate() for each in wanted)
    assert "one-time" in facts[Fact.ONE_TIME]
    assert "800-555-0100" in facts[Fact.REVOKE]
