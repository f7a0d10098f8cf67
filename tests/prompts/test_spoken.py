"""What the pieces say, joined, against num2words and Babel."""

from __future__ import annotations

import datetime
import random
import re

import pytest
from babel.dates import format_date
from num2words import num2words

from paytone.prompts import Prompt, spoken
from paytone.prompts.catalogue import load
from paytone.prompts.grammar import recordings
from paytone.rules.money import Money

ENGLISH = load("en")

SOME = [
    *range(1300),
    *random.Random(4412).sample(range(1300, 1_000_000), 400),
    *(n * 1000 for n in (2, 10, 99, 100, 101, 112, 999)),
    999_999,
]


def words(prompts: tuple[Prompt, ...]) -> str:
    return plain(" ".join(ENGLISH.text(prompt) for prompt in recordings(prompts)))


def plain(text: str) -> str:
    """*text* without the "and"s and marks that a speaker may leave out."""
    return " ".join(word for word in re.sub("[,.]", "", text).split() if word != "and")


def test_numbers_are_said_as_num2words_says_them() -> None:
    for count in SOME:
        assert plain(num2words(count)) == words(spoken.number(count))


def test_amounts_are_said_as_num2words_says_them() -> None:
    amounts = [*range(1, 300), *(n * 100 for n in SOME[1:]), *(n * 100 + n % 99 for n in SOME[1:])]
    for cents in amounts:
        whole = num2words(cents / 100, to="currency", currency="USD")
        said = re.sub(r"^zero dollars, |, zero cents$", "", whole)
        assert plain(said) == words(spoken.money(Money(cents)))


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [(1, "queue-minute", "one minute"), (5, "queue-minutes", "five minutes")],
)
def test_minutes_of_waiting_follow_the_number_that_asterisk_says(
    count: int, noun: str, said: str
) -> None:
    wait = (Prompt("queue-wait"), *spoken.number(count), Prompt(noun))
    assert f"Callers now wait about {said}" == words(wait)


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (0, "zero dollars."),
        (1, "one cent."),
        (40, "forty cents."),
        (100, "one dollar."),
        (101, "one dollar and one cent."),
        (11240, "one hundred twelve dollars and forty cents."),
        (120_000, "one thousand two hundred dollars."),
        (80_001_199, "eight hundred thousand eleven dollars and ninety-nine cents."),
    ],
)
def test_an_amount_reads_as_a_teller_would_say_it(cents: int, said: str) -> None:
    assert said == ENGLISH.transcript(spoken.money(Money(cents)))


def test_an_amount_takes_few_recordings() -> None:
    assert 5 == len(recordings(spoken.money(Money(11240))))


@pytest.mark.parametrize("amount", [Money(-1), Money(100_000_000), Money(100, "EUR")])
def test_an_amount_without_words_is_refused(amount: Money) -> None:
    with pytest.raises(ValueError, match=r"sign|between|EUR"):
        spoken.money(amount)


def test_every_day_of_a_year_is_said_as_babel_and_num2words_say_it() -> None:
    first = datetime.date(2028, 1, 1)
    for after in range(366):
        day = first + datetime.timedelta(after)
        month = format_date(day, "MMMM", locale="en")
        assert f"{month} {num2words(day.day, to='ordinal')}" == words(spoken.date(day))


def test_years_are_said_as_num2words_says_them() -> None:
    for year in range(2000, 2100):
        said = f"March fifth {plain(num2words(year, to='year'))}"
        assert said == words(spoken.date(datetime.date(year, 3, 5), year=True))
        assert f"September {plain(num2words(year, to='year'))}" == words(spoken.month_year(year, 9))


@pytest.mark.parametrize("month", [0, 13])
def test_a_month_that_is_none_is_refused(month: int) -> None:
    with pytest.raises(ValueError, match="month"):
        spoken.month_year(2027, month)


def test_digits_are_read_in_groups() -> None:
    said = ENGLISH.transcript(spoken.digits("4702193", group=3))
    assert "four seven zero, two one nine, three." == said


def test_four_digits_are_read_without_a_pause() -> None:
    assert spoken.PAUSE_SHORT not in recordings(spoken.digits("4412"))


@pytest.mark.parametrize("text", ["", "12a4", "١٢", "1 2"])
def test_what_is_not_digits_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r"^only digits can be read digit by digit$"):
        spoken.digits(text)


@pytest.mark.parametrize("count", [0, 32])
def test_an_ordinal_that_no_month_has_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="ordinal"):
        spoken.ordinal(count)


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "at twelve A M."),
        (9, 5, "at nine zero five A M."),
        (12, 15, "at twelve fifteen P M."),
        (16, 30, "at four thirty P M."),
    ],
)
def test_times_are_said_of_twelve_hours(hour: int, minute: int, said: str) -> None:
    assert said == ENGLISH.transcript(spoken.time(datetime.time(hour, minute)))


def test_the_catalogue_has_every_piece_that_can_be_said() -> None:
    assert sayable() - set(ENGLISH.entries) == set()


def sayable() -> set[Prompt]:
    """Every recording that can say a figure of `spoken`."""
    days = [datetime.date(2028, month, day) for month in range(1, 13) for day in range(1, 29)]
    figures = (
        *(spoken.number(count) for count in range(1200)),
        *(spoken.money(Money(cents)) for cents in (1, 2, 100, 101, 200, 202)),
        *(spoken.date(day) for day in days),
        *(spoken.ordinal(day) for day in range(1, 32)),
        spoken.digits("01234567"),
        *(spoken.time(datetime.time(hour, 5)) for hour in range(24)),
    )
    return {piece for figure in figures for piece in recordings(figure)}


def test_what_is_no_figure_is_played_as_it_is() -> None:
    prompts = (Prompt("month-day-misread"), Prompt("number-5"), Prompt("press-1"))
    assert prompts == recordings(prompts)
    assert () == recordings(())


@pytest.mark.parametrize(
    "figure",
    [spoken.money(Money(99_999_999)), spoken.number(999_999), spoken.digits("470219365")],
)
def test_a_figure_is_a_name_without_seven_digits_in_a_row(figure: tuple[Prompt, ...]) -> None:
    """As the tables of what was said demand, so that no card number gets there."""
    assert re.fullmatch("[a-z0-9-]+", figure[0])
    assert not re.search("[0-9]{7}", figure[0])
