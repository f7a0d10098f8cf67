"""The biller's file of rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from paytone.arrangement_file import RulesWrong, load
from paytone.rules.arrangement import Every, Rules
from paytone.rules.money import Money


def test_without_a_file_or_with_an_empty_one_the_rules_are_the_usual_ones(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("")
    assert Rules() == load(None) == load(tmp_path / "rules.toml")


def test_what_the_file_says_holds(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        "[eligibility]\nbalance_least_cents = 500\n"
        '[instalments]\ncounts = [6, 2]\nevery = "1 month"\n'
        "[dates]\nholidays = [2026-12-25]\nskip_weekends = true\n"
    )
    rules = load(tmp_path / "rules.toml")
    assert (Money(500), (2, 6), Every(1, months=True), frozenset({date(2026, 12, 25)}), True) == (
        rules.balance_least, rules.counts, rules.every, rules.holidays, rules.skip_weekends,
    )  # fmt: skip


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[eligibility]\nbalance_lest_cents = 5\nat_most_a_year = "3"\n'
        '[instalments]\ncounts = [1, 7]\nevery = "fortnight"\n'
    )
    with pytest.raises(RulesWrong) as wrong:
        load(tmp_path / "rules.toml")
    text = str(wrong.value)
    for place in ("balance_lest_cents", "at_most_a_year", "counts.0", "counts.1", "every"):
        assert place in text


@pytest.mark.parametrize(
    "text",
    ["[dates", "[eligibility]\nbalance_least_cents = 9\nbalance_most_cents = 8"],
    ids=["not TOML", "least over most"],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(RulesWrong):
        load(tmp_path / "rules.toml")
