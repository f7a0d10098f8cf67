"""What a dialplan may ask for: read whole, or refused by the name of what is wrong."""

from __future__ import annotations

import pytest

from paytone.rules.bank import Ownership
from paytone.rules.bill import Limits
from paytone.rules.card import Brand
from paytone.rules.method import AccountType, Kind
from paytone.rules.money import Money
from paytone.rules.pay_request import (
    ARGUMENTS,
    CardAsks,
    Field,
    PayRequest,
    Storing,
    Terms,
    WrongArgument,
    read_request,
)

BASE = "https://shop.example/paytone"
TERMS = Terms("USD", Limits(), takes_checks=True, languages=frozenset({"en"}), callbacks=(BASE,))
USUAL = {"AMOUNT": "49.99", "REFERENCE": "INV-1001"}


def test_amount_and_reference_are_enough() -> None:
    asked = PayRequest(Money(4999), "INV-1001")
    assert asked == read_request(USUAL, TERMS)
    assert (frozenset({Kind.CARD}), CardAsks(), True) == (asked.methods, asked.card, asked.tell)


def test_all_of_it() -> None:
    given = {
        "AMOUNT": "12.5",
        "CURRENCY": "usd",
        "REFERENCE": "1732529412.17",
        "DESCRIPTION": "Garden club, March",
        "NAME": "Some Payer",
        "METHODS": "credit-card,ach-debit",
        "BRANDS": "visa amex",
        "BANK_ACCOUNT_TYPE": "commercial-checking",
        "CVV": "false",
        "POSTAL": "60601",
        "POSTAL_LENGTH": "6",
        "TWICE": "card-number,postal-code",
        "STORE": "reusable",
        "ATTEMPTS": "2",
        "CARD_TRIES": "1",
        "TIMEOUT": "12",
        "LANGUAGE": "en",
        "TELL": "no",
        "CALLBACK": f"{BASE}/desk?line=2",
        "PARAMETERS": "order=12&desk=west",
    }
    assert set(ARGUMENTS) == set(given)
    assert read_request(given, TERMS) == PayRequest(
        amount=Money(1250),
        reference="1732529412.17",
        description="Garden club, March",
        payer="Some Payer",
        methods=frozenset(Kind),
        card=CardAsks(
            brands=frozenset({Brand.VISA, Brand.AMEX}),
            security_code=False,
            postal="60601",
            postal_length=6,
            twice=frozenset({Field.CARD_NUMBER, Field.POSTAL_CODE}),
        ),
        bank_type=(AccountType.CHECKING, Ownership.BUSINESS),
        storing=Storing.REUSABLE,
        attempts=2,
        card_tries=1,
        timeout=12,
        language="en",
        tell=False,
        callback=f"{BASE}/desk?line=2",
        parameters={"order": "12", "desk": "west"},
    )


@pytest.mark.parametrize("amount", ["", "0", "0.00"])
def test_without_an_amount_a_card_is_only_stored(amount: str) -> None:
    assert read_request({**USUAL, "AMOUNT": amount, "STORE": "one-time"}, TERMS).amount is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("AMOUNT", value) for value in ("", "0", "-5", "1.234", "NaN", "12,50", "0.99", "5001")],
        *[("AMOUNT", value) for value in ("1e9", "Infinity", "$5", "four")],
        ("CURRENCY", "EUR"),
        *[("REFERENCE", value) for value in ("", "a b", "x" * 65, "4111111111111111", "ä", "a/b")],
        ("DESCRIPTION", "x" * 201),
        ("DESCRIPTION", "card 4111 1111 1111 1111"),
        ("DESCRIPTION", "two\nlines"),
        ("METHODS", "paypal"),
        ("BRANDS", "visa maestro"),
        ("BANK_ACCOUNT_TYPE", "checking"),
        ("CVV", "maybe"),
        ("POSTAL", "60-601-60601-x"),
        *[("POSTAL_LENGTH", value) for value in ("2", "10", "five")],
        ("TWICE", "amount"),
        ("STORE", "yes"),
        *[("ATTEMPTS", value) for value in ("0", "11", "x", "1.5")],
        ("CARD_TRIES", "6"),
        *[("TIMEOUT", value) for value in ("0", "601")],
        ("LANGUAGE", "xx"),
        ("TELL", "2"),
        ("PARAMETERS", "order"),
        ("PARAMETERS", "a=4111111111111111"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(WrongArgument) as wrong:
        read_request({**USUAL, name: value}, TERMS)
    assert str(wrong.value).startswith(f"{name}: ")
    assert "4111" not in str(wrong.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/paytone",
        "https://shop.example/paytonesque",
        "https://shop.example/",
        "https://shop.example/paytone/../admin",
        "https://shop.example/paytone@elsewhere.example",
        "https://shop.example/paytone/ x",
        "http://shop.example/paytone",
        "file:///etc/passwd",
    ],
)
def test_a_dialplan_tells_no_url_that_the_settings_do_not_allow(url: str) -> None:
    with pytest.raises(WrongArgument, match=r"^CALLBACK: "):
        read_request({**USUAL, "CALLBACK": url}, TERMS)


@pytest.mark.parametrize("url", [BASE, f"{BASE}/", f"{BASE}/a/b", f"{BASE}?a=1"])
def test_a_url_below_one_that_is_allowed_is_told(url: str) -> None:
    assert url == read_request({**USUAL, "CALLBACK": url}, TERMS).callback


def test_a_bank_account_needs_its_owners_name_and_a_line_that_takes_it() -> None:
    given = {**USUAL, "METHODS": "ach-debit"}
    with pytest.raises(WrongArgument, match=r"^NAME: "):
        read_request(given, TERMS)
    cards_only = Terms("USD", Limits(), False, frozenset({"en"}), ())
    with pytest.raises(WrongArgument, match=r"^METHODS: "):
        read_request({**given, "NAME": "Some Payer"}, cards_only)


def test_a_bank_account_is_not_stored_without_a_debit() -> None:
    given = {"REFERENCE": "r", "STORE": "reusable", "METHODS": "ach-debit", "NAME": "Some Payer"}
    with pytest.raises(WrongArgument, match=r"^METHODS: "):
        read_request(given, TERMS)
