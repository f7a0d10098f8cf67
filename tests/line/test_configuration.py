"""Asterisk's configuration: filled in whole, secrets hidden, an admin's changes kept."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from paytone.line.configuration import PLACEHOLDER, BadConfiguration, Configuration, render, write
from paytone.line.demo import NotConfigured, Softphone, first_account, instructions, softphone
from paytone.line.installed import CHECKOUT, Installed, NoAsterisk, find_asterisk


@pytest.fixture
def installed() -> Installed:
    return find_asterisk(os.environ)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return Configuration(
        etc=tmp_path / "etc",
        state=tmp_path / "state",
        run=tmp_path / "run",
        sip_address="192.0.2.7",
        sip_port=15060,
    )


def test_every_placeholder_is_filled_in(configuration: Configuration, installed: Installed) -> None:
    for path in write(configuration, installed).written:
        assert PLACEHOLDER.search(path.read_text()) is None, path.name


def test_a_file_that_is_there_stays_with_its_passwords(
    configuration: Configuration, installed: Installed, tmp_path: Path
) -> None:
    write(configuration, installed)
    before = softphone(configuration.etc)
    again = Configuration(
        etc=tmp_path / "etc", state=tmp_path / "state", run=tmp_path / "run", sip_port=5060
    )
    assert () == write(again, installed).written
    assert before == softphone(configuration.etc)
    write(again, installed, replace=True)
    assert before.password != softphone(configuration.etc).password


def test_passwords_are_for_asterisk_alone(
    configuration: Configuration, installed: Installed
) -> None:
    written = write(configuration, installed).written
    assert all(not path.stat().st_mode & stat.S_IRWXO for path in written)
    assert configuration.sip_password not in repr(configuration)
    assert configuration.ami_secret not in repr(configuration)


def test_two_configurations_have_different_passwords(tmp_path: Path) -> None:
    one, other = (Configuration(etc=tmp_path, state=tmp_path, run=tmp_path) for _ in "12")
    secrets = {one.sip_password, one.ami_secret, other.sip_password, other.ami_secret}
    assert 4 == len(secrets)


def test_a_value_that_would_break_a_line_is_refused(tmp_path: Path, installed: Installed) -> None:
    bad = Configuration(
        etc=tmp_path / "etc",
        state=tmp_path,
        run=tmp_path,
        agent="PJSIP/desk\nexten => s,1,System()",
    )
    with pytest.raises(BadConfiguration, match="AGENT"):
        write(bad, installed)
    assert not (tmp_path / "etc").exists()


def test_softphones_are_not_told_an_address_that_is_none(
    tmp_path: Path, installed: Installed
) -> None:
    everywhere = Configuration(
        etc=tmp_path / "etc", state=tmp_path, run=tmp_path,
        sip_bind="0.0.0.0", sip_address="0.0.0.0",
    )  # fmt: skip
    with pytest.raises(BadConfiguration, match="--announce"):
        write(everywhere, installed)
    write(replace(everywhere, sip_address="192.0.2.7"), installed)


def test_ports_for_audio_that_hold_no_call_are_refused(
    tmp_path: Path, installed: Installed
) -> None:
    """Asterisk would take its own range then, which no firewall was opened for."""
    bad = Configuration(
        etc=tmp_path / "etc", state=tmp_path, run=tmp_path, rtp_first=20_000, rtp_last=10_000
    )
    with pytest.raises(BadConfiguration, match="RTP"):
        write(bad, installed)
    assert not (tmp_path / "etc").exists()


def test_who_is_on_hold_hears_a_word_in_their_own_language_until_there_is_music(
    configuration: Configuration, installed: Installed
) -> None:
    write(configuration, installed)
    music = configuration.data / "moh"
    for folder, language in ((music, "en"), (music / "es", "es"), (music / "es_slow", "es_slow")):
        spoken = CHECKOUT / "sounds" / language / "one-moment.ulaw"
        assert spoken.read_bytes() == (folder / "one-moment.ulaw").read_bytes()


def test_an_admins_music_stays_alone(configuration: Configuration, installed: Installed) -> None:
    music = configuration.data / "moh"
    music.mkdir(parents=True)
    (music / "own.ulaw").write_bytes(b"music")
    write(configuration, installed)
    assert [music / "own.ulaw"] == list(music.iterdir())


def test_a_placeholder_that_nobody_fills_is_named() -> None:
    with pytest.raises(BadConfiguration, match="@COLOUR@"):
        render("paint=@COLOUR@", {"SHAPE": "round"})


def test_a_machine_without_asterisk_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoAsterisk, match="make setup"):
        find_asterisk({"PAYTONE_ASTERISK": str(tmp_path)})


def test_the_instructions_are_those_of_the_written_softphone(
    configuration: Configuration, installed: Installed
) -> None:
    write(configuration, installed)
    phone = softphone(configuration.etc)
    assert Softphone("192.0.2.7", 15060, "demo", configuration.sip_password) == phone
    account = first_account()
    told = instructions(phone, account)
    for word in ("192.0.2.7:15060", phone.password, "UDP", account.number, account.pin, "4111"):
        assert word in told


def test_instructions_for_a_line_that_is_not_installed_say_so(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="paytone configure"):
        softphone(tmp_path)
