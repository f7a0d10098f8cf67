"""What is written of other ways to pay."""

from __future__ import annotations

from datetime import UTC

import pytest

from paytone.flows.nearest import TAKES, takes_in_writing
from paytone.mail.texts import SHIPPED, load
from paytone.rules.place import Takes

TEXTS = load(SHIPPED)
MARKET: dict[str, object] = {
    "name": "Market",
    "address": "1 Example Street",
    "city": "Sample",
    "zip": "60188",
    "hours": None,
    "phone": "630-555-0111",
    "takes": "cash, check",
}


def test_a_payment_center_is_told_with_what_is_known_of_it() -> None:
    written = TEXTS.email("payment-center", MARKET, language="en", zone=UTC)
    assert "A payment center near you: Market" == written.subject
    assert "Address: 1 Example Street, Sample 60188\nPhone: 630-555-0111\n" in written.text
    assert "Hours" not in written.text
    known = {**MARKET, "hours": "Every day"}
    assert "Hours: Every day" in TEXTS.email("payment-center", known, language="en", zone=UTC).text
    text = TEXTS.sms("payment-center", MARKET, language="en", zone=UTC)
    assert "Market, 1 Example Street, Sample 60188. Takes: cash, check." in text


MEANS = {
    "en": "cash, check, money order, card",
    "es": "efectivo, cheque, giro postal, tarjeta",
}


@pytest.mark.parametrize("language", MEANS)
def test_what_a_center_takes_is_named_in_the_customers_language(language: str) -> None:
    known = {**MARKET, "takes": takes_in_writing(tuple(Takes))}
    written = TEXTS.email("payment-center", known, language=language, zone=UTC)
    label = {"en": "Takes", "es": "Acepta"}[language]
    assert f"{label}: {MEANS[language]}\n" in written.text
    text = TEXTS.sms("payment-center", known, language=language, zone=UTC)
    assert f"{label}: {MEANS[language]}." in text


def test_every_kind_of_payment_has_words_in_every_other_language() -> None:
    means = {takes_in_writing((each,)) for each in TAKES}
    for name, language in TEXTS.languages.items():
        assert (set() if name == "en" else means) == language.takes.keys()


def test_mail_and_web_address_need_no_facts() -> None:
    for kind, says in (
        ("pay-by-mail", "P.O. Box 6030"),
        ("pay-online", "https://spectrum.example"),
    ):
        assert says in TEXTS.email(kind, {}, language="en", zone=UTC).text
        assert says in TEXTS.sms(kind, {}, language="en", zone=UTC)
