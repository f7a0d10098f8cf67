"""Confirmation numbers catch a slip."""

from random import Random

import pytest

from paytone.rules import confirmation

SEEDS = range(20)


def test_known_check_digits() -> None:
    """572 has the check digit 4 (Damm 2004); noughts in front change nothing."""
    assert confirmation.is_valid("000000000")
    assert confirmation.is_valid("000005724")
    assert not confirmation.is_valid("000005720")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_one_is_nine_digits_and_valid(seed: int) -> None:
    number = confirmation.new(Random(seed))

    assert len(number) == confirmation.LENGTH
    assert number.isdigit()
    assert confirmation.is_valid(number)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_one_wrong_digit_is_caught(seed: int) -> None:
    number = confirmation.new(Random(seed))
    wrong = {
        number[:place] + digit + number[place + 1 :]
        for place in range(len(number))
        for digit in "0123456789"
        if digit != number[place]
    }

    assert len(wrong) == 9 * len(number)
    assert set() == {each for each in wrong if confirmation.is_valid(each)}


@pytest.mark.parametrize("seed", SEEDS)
def test_two_neighbours_swapped_are_caught(seed: int) -> None:
    number = confirmation.new(Random(seed))
    swapped = {
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(len(number) - 1)
    } - {number}

    assert swapped
    assert set() == {each for each in swapped if confirmation.is_valid(each)}


@pytest.mark.parametrize("text", ["", "5724", "0000057240", "00000572x", "٠٠٠٠٠٥٧٢٤", "00000-5724"])
def test_what_is_not_nine_digits_is_none(text: str) -> None:
    assert not confirmation.is_valid(text)
