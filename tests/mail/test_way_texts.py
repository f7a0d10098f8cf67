"""What is written of other ways to pay."""

from __future__ import annotations

from datetime import UTC

from paytone.mail.texts import SHIPPED, load

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


def test_mail_and_web_address_need_no_facts() -> None:
    for kind, says in (
        ("pay-by-mail", "P.O. Box 6030"),
        ("pay-online", "https://spectrum.example"),
    ):
        assert says in TEXTS.email(kind, {}, language="en", zone=UTC).text
        assert says in TEXTS.sms(kind, {}, language="en", zone=UTC)
