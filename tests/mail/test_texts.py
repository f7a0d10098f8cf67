"""What is written to customers."""

from __future__ import annotations

import tomllib
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest

from paytone.mail.texts import SHIPPED as OUR_WORDS
from paytone.mail.texts import NoWords, Texts, TextsWrong, load
from paytone.rules.payment import HEARD, Heard

PAYMENT = {
    "amount_cents": 123456,
    "currency": "USD",
    "date": "2026-03-02T15:30:00+00:00",
    "confirmation": "905484000",
    "method": "card",
    "brand": "Visa",
    "last_four": "1111",
    "account": "4412",
    "balance_cents": 5000,
}
SHIPPED = (OUR_WORDS / "en.toml").read_text()
KINDS = sorted(tomllib.loads(SHIPPED).keys() - {"closing", "methods"})
TEXTS = load(OUR_WORDS)


@pytest.mark.parametrize("kind", [heard.value for heard in Heard if heard is not Heard.UNKNOWN])
def test_the_shipped_words_tell_the_payments_facts(kind: str) -> None:
    written = TEXTS.email(kind, PAYMENT, language="en", zone=UTC)
    assert "$1,234.56" in written.subject
    for fact in ("$1,234.56", "March 2, 2026", "905484000", "Visa ending in 1111", "4412"):
        assert fact in " ".join(written.text.split())
        assert fact in written.html
    assert "$a" not in written.text
    sms = TEXTS.sms(kind, PAYMENT, language="en", zone=UTC)
    assert "$1,234.56" in sms
    assert "STOP" in sms


@pytest.mark.parametrize(
    ("fee_cents", "told"),
    [(None, "received $1,234.56 on March"), (250, "$1,234.56 (of which $2.50 is a fee) on March")],
    ids=["without a fee", "with a fee"],
)
def test_a_receipt_by_text_is_one_line_that_names_the_fee(fee_cents: int | None, told: str) -> None:
    facts = {**PAYMENT, "fee_cents": fee_cents}
    sms = TEXTS.sms("receipt", facts, language="en", zone=UTC)
    assert told in sms
    assert sms.isprintable()


def test_there_are_words_for_all_that_can_be_known() -> None:
    known = {heard.value for heard in HEARD.values()} - {"unknown"}
    assert known | {"receipt"} <= set(KINDS)


def test_a_receipt_is_a_table_for_those_who_see_html() -> None:
    written = TEXTS.email("receipt", PAYMENT, language="en", zone=UTC)
    assert (
        "Confirmation number: 905484000\nAmount: $1,234.56\nDate: March 2, 2026\n" in written.text
    )
    assert "New balance: $50.00" in written.text
    for row in (("Amount", "$1,234.56"), ("Paid from", "Visa ending in 1111")):
        assert f">{row[0]}</th><td>{row[1]}</td>" in written.html
    assert "<p>Thank you. We have received your payment." in written.html


@pytest.mark.parametrize(
    ("more", "there", "not_there"),
    [
        ({}, "New balance: $50.00", ("Fee", "may take a few days")),
        ({"balance_cents": None}, "Account ending in: 4412", ("balance",)),
        ({"fee_cents": 295}, "Amount: $1,234.56\nFee, included: $2.95\nDate", ()),
        ({"pending": "yes"}, "Your bank may take a few days", ()),
        (
            {"method": "savings", "bank_name": "First Bank", "last_four": "6789"},
            "Paid from: First Bank savings account ending in 6789",
            ("Visa",),
        ),
    ],
    ids=["card", "balance unknown", "fee", "bank pending", "savings account"],
)
def test_a_receipt_tells_what_there_is(
    more: dict[str, object], there: str, not_there: tuple[str, ...]
) -> None:
    text = TEXTS.email("receipt", {**PAYMENT, **more}, language="en", zone=UTC).text
    assert there in text
    assert "\n\n\n" not in text
    for words in not_there:
        assert words not in text


def test_what_a_fact_says_is_no_html() -> None:
    facts = {**PAYMENT, "method": "<b>card</b>"}
    assert "&lt;b&gt;card&lt;/b&gt;" in TEXTS.email("paid", facts, language="en", zone=UTC).html


def test_another_currency_is_named() -> None:
    euros = {**PAYMENT, "currency": "EUR"}
    assert "€1,234.56" in TEXTS.email("paid", euros, language="en", zone=UTC).subject


def test_days_are_the_billers() -> None:
    far_east = timezone(timedelta(hours=9))
    assert "March 3, 2026" in TEXTS.sms("paid", PAYMENT, language="en", zone=far_east)


def write(folder: Path, old: str, new: str, language: str = "en") -> Path:
    assert old in SHIPPED
    (folder / f"{language}.toml").write_text(SHIPPED.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("$confirmation", "$cvv", "asks for \\$cvv, of which nothing is known"),
        ("?fee ", "?cvv ", "asks for \\$cvv, of which nothing is known"),
        ("$amount went", "$ went", "a \\$ in subject stands alone"),
        ("$amount went through\"", "$amount\\nBcc: me\"", "is not one line"),
        ('sms = "Spectrum: your payment of', 'sms = "\\u0007your payment of', "cannot be seen"),
        ("[paid]", "[paid", "en.toml"),
        ("[paid]", "[paid]\nfacts = 3", "not a list"),
        ("[paid]", "[paid]\nfacts = ['amount']", "of which nothing is known"),
        ("$brand", "$cvv", "asks for \\$cvv"),
    ],
)  # fmt: skip
def test_wrong_words_say_why(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(TextsWrong, match=why):
        load(write(tmp_path, old, new))


def test_words_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(TextsWrong, match=r"en\.toml"):
        load(tmp_path)


def own(folder: Path, text: str, language: str = "en") -> Texts:
    (folder / f"{language}.toml").write_text(text)
    return load(folder)


def test_a_kind_is_registered_by_its_words(tmp_path: Path) -> None:
    texts = own(
        tmp_path,
        'closing = "Bye"\n[plan]\nfacts = ["due", "part"]\nsubject = "Due $due"\n'
        'text = """\nPay $part.\n"""',
    )
    facts = {"due": "2026-05-01", "part_cents": 1250}
    written = texts.email("plan", facts, language="en", zone=UTC)
    assert ("Due May 1, 2026", "Pay $12.50.\n\nBye\n") == (written.subject, written.text)
    with pytest.raises(NoWords, match="text message"):
        texts.sms("plan", facts, language="en", zone=UTC)
    with pytest.raises(NoWords, match="lacks due"):
        texts.email("plan", {"part_cents": 1250}, language="en", zone=UTC)
    with pytest.raises(NoWords, match="no words for letters of kind nothing"):
        texts.email("nothing", facts, language="en", zone=UTC)


def test_kinds_that_a_folder_of_older_words_lacks_are_as_shipped(tmp_path: Path) -> None:
    texts = own(tmp_path, '[paid]\nsubject = "Paid"\ntext = "By $card."')
    paid = texts.email("paid", PAYMENT, language="en", zone=UTC)
    assert ("Paid", True) == (paid.subject, paid.text.startswith("By Visa ending in 1111."))
    assert "Receipt" in texts.email("receipt", PAYMENT, language="en", zone=UTC).subject


def test_a_customer_gets_the_words_of_their_language_where_there_are_some(tmp_path: Path) -> None:
    write(tmp_path, "Spectrum", "Spectrum")
    texts = own(
        tmp_path,
        'closing = "Adiós"\n[methods]\ncard = "$brand que termina en $last_four"\n'
        '[paid]\nsubject = "Su pago de $amount"\ntext = "El $date con $method."',
        "es",
    )
    paid = texts.email("paid", PAYMENT, language="es", zone=UTC)
    assert "Su pago de $1,234.56" == paid.subject
    assert "El 2 de marzo de 2026 con Visa que termina en 1111.\n\nAdiós\n" == paid.text
    assert '<html lang="es">' in paid.html
    assert "Recibo" in texts.email("receipt", PAYMENT, language="es", zone=UTC).subject
    assert "Receipt" in texts.email("receipt", PAYMENT, language="fr", zone=UTC).subject


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Visa debit card ending in 1111"),
        ("es", "tarjeta de débito Visa terminada en 1111"),
    ],
)
def test_a_debit_card_is_named_in_the_language_of_the_letter(language: str, words: str) -> None:
    texts = load(OUR_WORDS)
    facts = {**PAYMENT, "method": "debit card"}
    assert words in texts.email("receipt", facts, language=language, zone=UTC).text


def test_where_a_file_names_no_kinds_of_card_it_is_a_card(tmp_path: Path) -> None:
    texts = own(
        tmp_path,
        '[methods]\ncard = "$brand / $last_four"\n[paid]\nsubject = "Paid"\ntext = "By $method."',
    )
    facts = {**PAYMENT, "method": "debit card"}
    assert "By Visa / 1111." in texts.email("paid", facts, language="en", zone=UTC).text
