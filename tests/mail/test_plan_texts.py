"""What is written of payments that are made later."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest

from paytone.mail.texts import SHIPPED, load
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import AccountType, BankFace, CardFace, Face
from paytone.rules.money import Money
from paytone.rules.plan_facts import of_method, of_stop, of_terms
from paytone.rules.schedule import (
    AutoPay,
    Every,
    Fixed,
    Once,
    Run,
    RunState,
    Schedule,
    State,
    Terms,
)

TEXTS = load(SHIPPED)
CARD = CardFace(Brand.VISA, "1111", Expiry(2030, 9))
BANK = BankFace("First Bank", "0000", AccountType.CHECKING)
DAY = date(2026, 3, 12)


def schedule(terms: Terms) -> Schedule:
    return Schedule("id", "905484000", "account", terms, "method", State.ACTIVE)


def words(kind: str, facts: dict[str, Any]) -> str:
    """Subject and text of the letter, on one line."""
    written = TEXTS.email(kind, facts, language="en", zone=UTC)
    assert TEXTS.sms(kind, facts, language="en", zone=UTC)
    return " ".join(f"{written.subject} {written.text}".split())


@pytest.mark.parametrize(
    ("kind", "terms", "face", "says"),
    [
        pytest.param(
            "autopay-terms", AutoPay(0), CARD, ["Visa ending in 1111", "on the due date"], id="due"
        ),
        pytest.param(
            "autopay-terms", AutoPay(3), CARD, ["3 days before the due date"], id="before"
        ),
        pytest.param(
            "autopay-terms", AutoPay(0), CARD, ["10 days before each payment"], id="always told"
        ),
        pytest.param(
            "autopay-terms",
            AutoPay(0, Money(15000)),
            CARD,
            ["payment of more than $150.00", "at least 10 days ahead", "without a notice"],
            id="told over an amount",
        ),
        pytest.param(
            "recurring-terms",
            Fixed(Money(3000), Every.MONTH, DAY, 31),
            BANK,
            ["$30.00", "every month", "day 31", "checking account ending in 0000"],
            id="every month",
        ),
        pytest.param(
            "recurring-terms",
            Fixed(Money(3000), Every.TWO_WEEKS, DAY),
            CARD,
            ["every two weeks", "March 12, 2026"],
            id="every two weeks",
        ),
        pytest.param(
            "later-terms", Once(Money(5000), DAY), CARD, ["$50.00", "March 12, 2026"], id="once"
        ),
    ],
)
def test_the_copy_of_the_terms_has_them_all(
    kind: str, terms: Terms, face: Face, says: list[str]
) -> None:
    facts = of_terms(
        schedule(terms), face, account_ending="4412", enquiries="8008926996", notice_days=10
    )
    text = words(kind, facts)
    for each in (*says, "905484000", "4412", "800-892-6996", "3 business days before"):
        assert each in text


@pytest.mark.parametrize(
    ("terms", "not_said"),
    [
        pytest.param(AutoPay(0), "without a notice", id="always told"),
        pytest.param(AutoPay(0, Money(15000)), "before each payment", id="told over an amount"),
    ],
)
def test_the_copy_says_one_of_the_two_notices(terms: AutoPay, not_said: str) -> None:
    facts = of_terms(
        schedule(terms), CARD, account_ending="4412", enquiries="8008926996", notice_days=10
    )
    assert not_said not in words("autopay-terms", facts)


@pytest.mark.parametrize("kind", ["schedule-cancelled", "schedule-paused"])
def test_what_was_stopped_is_named(kind: str) -> None:
    run = Run("run", "id", DAY, Money(5000), RunState.STOPPED)
    stop = of_stop(schedule(AutoPay(0)), [run], account_ending="4412")
    assert "The payment of $50.00 on March 12, 2026 is stopped" in words(kind, stop)
    nothing = of_stop(schedule(AutoPay(0)), [], account_ending="4412")
    assert "is stopped" not in words(kind, nothing)


def test_the_notice_has_amount_and_day() -> None:
    facts = {"amount_cents": 11240, "on": "2026-03-20", "due": "2026-03-20", "account": "4412"}
    text = words("run-notice", facts)
    assert "$112.40" in text
    assert "March 20, 2026" in text


@pytest.mark.parametrize("again_on", ["2026-03-13", None], ids=["again", "given up"])
def test_a_failure_says_whether_it_is_tried_again(again_on: str | None) -> None:
    facts = {
        "amount_cents": 5000,
        "on": "2026-03-12",
        "again_on": again_on,
        "stops": None if again_on else "yes",
        "account": "4412",
        **of_method(CARD),
    }
    text = words("run-failed", facts)
    assert ("We will try again on March 13, 2026" in text) is (again_on is not None)
    assert ("No more is paid from there" in text) is (again_on is None)
    assert "You have not been charged." in text
