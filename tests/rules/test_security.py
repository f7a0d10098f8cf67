"""Which questions may be asked, and what can answer them."""

import pytest

from paytone.rules.security import SecurityQuestion, is_answer, read_questions


def test_questions_are_asked_in_the_order_named() -> None:
    expected = (SecurityQuestion.OWN_NUMBER, SecurityQuestion.BIRTHDAY)
    assert expected == read_questions("own-number birthday")
    assert () == read_questions("")


@pytest.mark.parametrize("names", ["birthday birthday", "mothers-name", "birthday,own-number"])
def test_what_is_no_question_is_refused(names: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_questions(names)


@pytest.mark.parametrize(
    ("digits", "can"), [("0914", True), ("12345678", True), ("123", False), ("123456789", False)]
)
def test_an_answer_has_four_to_eight_digits(digits: str, can: bool) -> None:
    assert can is is_answer(digits)
