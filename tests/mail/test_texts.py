"""What is written to customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from paytone.card import Brand, Expiry
from paytone.mail.texts import SHIPPED as OUR_WORDS
from paytone.mail.texts import TOLD, TextsWrong, load
from paytone.method import CardFace
from paytone.money import Money
from paytone.payment import HEARD, Heard, Payment, State

PAYMENT = Payment(
    id="11111111-1111-1111-1111-111111111111",
    confirmation="905484000",
    account_id="22222222-2222-2222-2222-222222222222",
    amount=Money(123456),
    state=State.SETTLING,
    face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
    transaction="abc123",
    opened=datetime(2026, 3, 2, 15, 30, tzinfo=UTC),
)
SHIPPED = (OUR_WORDS / "en.toml").read_text()


@pytest.mark.parametrize("heard", TOLD)
def test_the_shipped_words_tell_the_payments_facts(heard: Heard) -> None:
    texts = load("en", OUR_WORDS)
    subject, text = texts.of(PAYMENT, heard, on=date(2026, 3, 2), account_last_four="4412")
    assert "$1,234.56" in subject
    for fact in ("$1,234.56", "March 2, 2026", "905484000", "Visa ending in 1111", "4412"):
        assert fact in " ".join(text.split())
    assert "$a" not in text
    assert "abc123" not in text


def test_there_are_words_for_all_that_can_be_known() -> None:
    assert {*TOLD, Heard.UNKNOWN} == set(HEARD.values())


def test_another_currency_is_named() -> None:
    euros = replace(PAYMENT, amount=Money(500, "EUR"))
    subject, _ = load("en", OUR_WORDS).of(
        euros, Heard.PAID, on=date(2026, 3, 2), account_last_four="4412"
    )
    assert "5.00 EUR" in subject


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("[returned]", "[returnd]", r"no table \[returned\]"),
        ("$confirmation", "$cvv", "asks for \\$cvv, of which nothing is known"),
        ("$amount went", "$ went", "a \\$ in subject stands alone"),
        ("closing =", "ending =", "closing is not a text"),
        ("$amount went through\"", "$amount\\nBcc: me\"", "is not one line"),
        ("[paid]", "[paid", "en.toml"),
    ],
)  # fmt: skip
def test_wrong_words_say_why(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in SHIPPED
    (tmp_path / "en.toml").write_text(SHIPPED.replace(old, new))
    with pytest.raises(TextsWrong, match=why):
        load("en", tmp_path)


def test_words_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(TextsWrong, match=r"en\.toml"):
        load("en", tmp_path)
