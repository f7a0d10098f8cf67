"""Letters to customers who are spoken to in Spanish."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC

import pytest

from paytone.mail.texts import SHIPPED, load

ENGLISH, SPANISH = (
    tomllib.loads((SHIPPED / f"{language}.toml").read_text("utf-8")) for language in ("en", "es")
)
KINDS = sorted(ENGLISH.keys() - {"closing", "methods"})
TEXTS = load(SHIPPED)

PAYMENT = {
    "amount_cents": 123456,
    "currency": "USD",
    "date": "2026-03-02T15:30:00+00:00",
    "confirmation": "905484000",
    "method": "checking",
    "bank_name": "First Bank",
    "last_four": "6789",
    "account": "4412",
    "balance_cents": 5000,
}


def facts_in(text: str) -> set[str]:
    """What is put into *text*, and what its lines hang on."""
    return set(re.findall(r"\$[a-z_]+|^\?[a-z_]+", text, re.MULTILINE))


def test_there_is_every_kind_of_letter() -> None:
    assert ENGLISH.keys() | {"every", "takes"} == SPANISH.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_tells_the_same_facts_as_in_english(kind: str) -> None:
    ours, theirs = SPANISH[kind], ENGLISH[kind]
    assert theirs.keys() == ours.keys()
    assert theirs.get("facts") == ours.get("facts")
    for part in ("subject", "text", "sms"):
        assert facts_in(theirs[part]) == facts_in(ours[part]), part


def test_a_receipt_has_its_money_and_dates_as_they_are_written_in_spanish() -> None:
    written = TEXTS.email("receipt", PAYMENT, language="es", zone=UTC)
    assert "Recibo: su pago de $1,234.56 se realizó" == written.subject
    for line in (
        "Monto: $1,234.56",
        "Fecha: 2 de marzo de 2026",
        "Pagado con: cuenta de cheques de First Bank terminada en 6789",
        "Nuevo saldo: $50.00",
    ):
        assert line in written.text
    assert '<html lang="es">' in written.html
    sms = TEXTS.sms("receipt", PAYMENT, language="es", zone=UTC)
    assert "recibimos $1,234.56 el 2 de marzo de 2026" in sms
    assert "STOP" in sms


@pytest.mark.parametrize(
    ("every", "said"),
    [("week", "cada semana"), ("two weeks", "cada dos semanas"), ("month", "cada mes")],
)
def test_how_often_is_said_in_spanish(every: str, said: str) -> None:
    facts = {
        **PAYMENT,
        "every": every,
        "first_on": "2026-03-05",
        "enquiries": "800-555-0100",
        "notice_days": 10,
    }
    text = TEXTS.email("recurring-terms", facts, language="es", zone=UTC).text
    assert f"Con qué frecuencia: {said}\n" in text
    assert "Desde: 5 de marzo de 2026" in text
