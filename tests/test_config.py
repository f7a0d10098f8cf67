"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from paytone.cli.sandbox import sandbox
from paytone.config import CHECKOUT, Environment, Settings, SettingsRefused
from paytone.phone import Manner
from paytone.prompts import spoken
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE


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


KEYS = {
    "PAYTONE_BRAINTREE_MERCHANT_ID": "m1",
    "PAYTONE_BRAINTREE_PUBLIC_KEY": "p1",
    "PAYTONE_BRAINTREE_PRIVATE_KEY": "k1",
    "PAYTONE_FINGERPRINT_KEY": "0123456789abcdef0123",
}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.parametrize("missing", KEYS)
def test_a_real_braintree_needs_keys_of_its_own(environment: str, missing: str) -> None:
    """The local one's keys are known to everybody and open nothing there."""
    given = {**KEYS, "PAYTONE_BRAINTREE_ENVIRONMENT": environment}
    assert environment == Settings.from_env(given).braintree_environment.value
    del given[missing]
    with pytest.raises(SettingsRefused, match=f"^{environment} needs {missing}$"):
        Settings.from_env(given)


@pytest.mark.parametrize("address", ["127.0.0.1:0", "127.0.0.1:65536", ":4573", "127.0.0.1"])
def test_an_address_that_nothing_can_listen_at_is_refused(address: str) -> None:
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_FASTAGI: must be HOST:PORT"):
        Settings.from_env({"PAYTONE_FASTAGI": address})


def test_a_currency_that_no_words_are_recorded_for_is_refused() -> None:
    """Otherwise every caller would hear an apology instead of the balance."""
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_CURRENCY: "):
        Settings.from_env({"PAYTONE_CURRENCY": "EUR"})


def test_the_most_is_an_amount_that_there_are_words_for() -> None:
    assert spoken.money(Settings.from_env({"PAYTONE_MOST_CENTS": "99999999"}).limits.most)
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_MOST_CENTS: "):
        Settings.from_env({"PAYTONE_MOST_CENTS": "100000000"})


def test_bounds_that_leave_no_amount_are_refused() -> None:
    with pytest.raises(SettingsRefused, match="LEAST_CENTS is more than PAYTONE_MOST_CENTS"):
        Settings.from_env({"PAYTONE_LEAST_CENTS": "200", "PAYTONE_MOST_CENTS": "100"})


def test_there_is_no_fee_unless_one_is_set() -> None:
    assert NO_FEE == Settings.from_env({}).fee
    assert Money(250) == Settings.from_env({"PAYTONE_FEE_CENTS": "250"}).fee


@pytest.mark.parametrize("cents", ["-1", "10000", "2.5", "3%"])
def test_a_fee_is_flat_and_small(cents: str) -> None:
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_FEE_CENTS: "):
        Settings.from_env({"PAYTONE_FEE_CENTS": cents})


def test_a_payment_with_its_fee_can_be_said() -> None:
    most = {"PAYTONE_MOST_CENTS": "99999999"}
    assert spoken.money(Settings.from_env(most).limits.most)
    with pytest.raises(SettingsRefused, match="more than can be said"):
        Settings.from_env({**most, "PAYTONE_FEE_CENTS": "1"})


def test_without_settings_the_local_braintree_is_where_the_command_serves_it() -> None:
    port = next(each for each in sandbox.params if each.name == "port").default
    assert f"http://127.0.0.1:{port}" == Settings.from_env({}).braintree_url


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


def test_a_mail_server_is_named_with_its_sender_and_hides_its_password() -> None:
    given = {"PAYTONE_SMTP_URL": "smtps://me:hushhush@mail.example"}
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_SMTP_URL needs PAYTONE_MAIL_FROM$"):
        Settings.from_env(given)
    settings = Settings.from_env({**given, "PAYTONE_MAIL_FROM": "Billing <billing@biller.example>"})
    assert "hushhush" not in repr(settings)


@pytest.mark.parametrize("sender", ["nobody", "a@b.example\nBcc: c@d.example", "Billing <billing>"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_MAIL_FROM: must be an address"):
        Settings.from_env({"PAYTONE_MAIL_FROM": sender})


def test_a_mail_server_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_env({"PAYTONE_SMTP_URL": "imap://me:hushhush@mail.example"})
    assert "PAYTONE_SMTP_URL: must be smtp://" in str(refused.value)
    assert "hushhush" not in str(refused.value)


def test_electronic_checks_need_a_telephone_for_enquiries() -> None:
    with pytest.raises(SettingsRefused, match="PAYTONE_ENQUIRIES"):
        Settings.from_env({"PAYTONE_ELECTRONIC_CHECK": "on"})
    with pytest.raises(SettingsRefused):
        Settings.from_env({"PAYTONE_ENQUIRIES": "800-555-0100"})
    on = {"PAYTONE_ELECTRONIC_CHECK": "on", "PAYTONE_ENQUIRIES": "8005550100"}
    assert Settings.from_env(on).takes_checks
    assert not Settings.from_env({}).takes_checks


def test_states_with_stricter_hours_are_shipped_and_may_be_the_operators_own(
    tmp_path: Path,
) -> None:
    assert "FL" in Settings.from_env({}).calling.states
    own = tmp_path / "states.toml"
    own.write_text('[VT]\nlaw = "a law"\nhours = "10:00-12:00"\n')
    settings = Settings.from_env({"PAYTONE_CALLS_OUT_STATES": str(own)})
    assert {"VT"} == settings.calling.states.keys()
    own.write_text('[VT]\nlaw = "a law"\nhours = "from ten"\n')
    with pytest.raises(SettingsRefused, match=r"^PAYTONE_CALLS_OUT_STATES: .*VT\.hours"):
        Settings.from_env({"PAYTONE_CALLS_OUT_STATES": str(own)})
