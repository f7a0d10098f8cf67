"""Settings from the environment."""

from __future__ import annotations

import pytest

from paytone.config import CHECKOUT, Environment, Settings, SettingsRefused
from paytone.money import Money
from paytone.phone import Manner


def test_defaults_are_the_fields_usual_numbers() -> None:
    settings = Settings.from_env({})
    assert Manner() == settings.manner
    assert Environment.LOCAL is settings.braintree_environment


def test_every_fault_is_told_at_once_and_no_value() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_env(
            {
                "PAYTONE_TIMEZONE": "Mars/Olympus",
                "PAYTONE_LEAST_CENTS": "12x34",
                "PAYTONE_FASTAGI": "nowhere",
                "PAYTONE_FASTAGI_ALLOW": "10.0.0.0/99",
            }
        )
    text = str(refused.value)
    for name in ("TIMEZONE", "LEAST_CENTS", "FASTAGI", "FASTAGI_ALLOW"):
        assert f"PAYTONE_{name}:" in text
    assert "12x34" not in text


def test_a_real_braintree_needs_keys_of_its_own() -> None:
    with pytest.raises(SettingsRefused, match="MERCHANT_ID"):
        Settings.from_env({"PAYTONE_BRAINTREE_ENVIRONMENT": "production"})


def test_secrets_do_not_print() -> None:
    settings = Settings.from_env(
        {
            "PAYTONE_DATABASE_URL": "postgresql://paytone:sesame@db/paytone",
            "PAYTONE_BRAINTREE_PRIVATE_KEY": "sesame",
        }
    )
    assert "sesame" not in f"{settings!r} {settings}"


def test_amounts_are_cents() -> None:
    settings = Settings.from_env({"PAYTONE_MOST_CENTS": "12345"})
    assert Money(12345) == settings.limits.most


def test_an_empty_variable_is_not_set() -> None:
    assert Settings.from_env({}) == Settings.from_env({"PAYTONE_TIMEZONE": ""})


def test_every_setting_is_in_the_docs() -> None:
    docs = "".join(page.read_text() for page in (CHECKOUT / "docs").glob("*.md"))
    for name in Settings.model_fields:
        assert f"`PAYTONE_{name.upper()}`" in docs
