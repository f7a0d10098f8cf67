"""Questions that a customer answers by keypad; the biller chooses which are asked."""

from __future__ import annotations

from enum import Enum

LEAST, MOST = 4, 8
"""Digits of an answer."""


class SecurityQuestion(Enum):
    """What can be asked; the database holds the same names."""

    BIRTHDAY = "birthday"
    """Month and day, such as ``0914``."""
    ID_LAST_FOUR = "id-last-four"
    MOBILE_LAST_FOUR = "mobile-last-four"
    OWN_NUMBER = "own-number"
    """A number that the customer chose for this."""


def is_answer(digits: str) -> bool:
    """Whether *digits* can be an answer at all."""
    return LEAST <= len(digits) <= MOST and digits.isascii() and digits.isdigit()


def read_questions(names: str) -> tuple[SecurityQuestion, ...]:
    """
    The questions that *names*, separated by blanks, mean; in that order.

    Raises:
        ValueError: One is none, or is there twice.
    """
    questions = tuple(map(SecurityQuestion, names.split()))
    if len(set(questions)) < len(questions):
        raise ValueError("a question is named twice")
    return questions
