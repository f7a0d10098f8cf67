"""Money, cards and the limits of a payment."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from paytone.rules.card import CardNumber, SecurityCode, passes_luhn
from paytone.rules.money import Money


def test_floats_never_become_money() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity"])
def test_what_is_no_amount_in_cents_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="whole cents"):
        Money.of(Decimal(amount))


def test_cents_come_and_go_exactly() -> None:
    for cents in (0, 1, 99, 100, 11240, 10**12):
        assert Money(cents) == Money.of(Money(cents).decimal)
    assert "112.40" == str(Money(11240).decimal)


def test_luhn_finds_every_wrong_digit_and_most_swaps() -> None:
    number = "4012888888881881"
    assert passes_luhn(number)
    for at, digit in enumerate(number):
        for other in "0123456789":
            assert (other == digit) == passes_luhn(number[:at] + other + number[at + 1 :])


@pytest.mark.parametrize("hidden", [CardNumber("4111111111111111"), SecurityCode("1234")])
def test_card_digits_hide_themselves(hidden: CardNumber | SecurityCode) -> None:
    assert hidden.digits[:4] not in f"{hidden} {hidden!r} {hidden:>40} {[hidden]} {hidden!s}"
    with pytest.raises(TypeError):
        pickle.dumps(hidden)
