"""The file of states with stricter hours."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from paytone.rules.state_hours import StateHours, Window
from paytone.state_hours_file import SHIPPED, HoursWrong, load

EVENING = Window(time(9), time(20))


def test_what_the_file_says_is_read_and_the_rest_of_the_week_is_as_usual(tmp_path: Path) -> None:
    (tmp_path / "states.toml").write_text(
        '[AL]\nlaw = "a law"\nhours = "09:00-20:00"\nsunday = "none"\nholiday = "12:00-13:00"\n'
    )
    holiday = Window(time(12), time(13))
    assert {"AL": StateHours(EVENING, EVENING, None, holiday)} == load(tmp_path / "states.toml")


def test_an_operators_file_is_read_instead_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "states.toml").write_text("")
    assert {} == load(tmp_path / "states.toml")
    assert load(None) == load(SHIPPED)


def test_the_shipped_states_are_those_of_the_statutes_named() -> None:
    states = load(None)
    assert {"CA", "CT", "FL", "KY", "MA", "MD", "MN", "NM", "NV", "OK", "RI", "SD", "TX", "WA"} == (
        states.keys()
    )
    nine = Window(time(9), time(21))
    assert StateHours(nine, nine, Window(time(12), time(21)), nine) == states["TX"]
    eight = Window(time(8), time(20))
    for name in ("FL", "MA", "MD", "OK", "WA"):
        assert StateHours(eight, eight, eight, eight) == states[name]
    assert states["KY"].weekday.opens == time(10)


WRONG = {
    "no TOML": ("[FL", "at the end"),
    "a state that is none": ('[ZZ]\nlaw = "x"\nhours = "09:00-20:00"', "no state: ZZ"),
    "no law named": ('[FL]\nhours = "09:00-20:00"', "FL.law"),
    "no hours": ('[FL]\nlaw = "x"', "FL.hours"),
    "hours that nobody can read": ('[FL]\nlaw = "x"\nhours = "9-20"', "FL.hours"),
    "no hours at all": ('[FL]\nlaw = "x"\nhours = "none"', "FL.hours"),
    "hours that end before they begin": (
        '[FL]\nlaw = "x"\nhours = "20:00-09:00"', "FL.hours: it leaves no time",
    ),
    "a day that nobody can read": (
        '[FL]\nlaw = "x"\nhours = "09:00-20:00"\nsunday = "never"', "FL.sunday",
    ),
    "a day that there is not": (
        '[FL]\nlaw = "x"\nhours = "09:00-20:00"\nfriday = "none"', "FL.friday",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "named"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "states.toml").write_text(text)
    with pytest.raises(HoursWrong, match=named):
        load(tmp_path / "states.toml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HoursWrong, match=r"states\.toml"):
        load(tmp_path / "states.toml")
