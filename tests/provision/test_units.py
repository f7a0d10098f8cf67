"""The systemd units, read by systemd itself, with stand-ins for the programs they start."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.provision.checkout import PROVISION, run

UNITS = sorted((PROVISION / "systemd").glob("paytone-*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units in a folder, their programs there too."""
    for program in (".venv/bin/paytone", ".asterisk/run-asterisk", "docs/install.md"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/paytone", str(tmp_path)))
    return tmp_path


def said(unit: Path) -> ConfigParser:
    words = ConfigParser(strict=False, interpolation=None)
    words.optionxform = str  # type: ignore[method-assign,assignment]
    words.read(unit)
    return words


def test_systemd_finds_nothing_wrong(installed: Path) -> None:
    units = [installed / unit.name for unit in UNITS]

    done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", *units)

    about_us = [row for row in done.stderr.splitlines() if "paytone" in row]
    assert [] == about_us


def test_systemd_finds_a_mistake(installed: Path) -> None:
    unit = installed / "paytone-fastagi.service"
    unit.write_text(unit.read_text().replace("LimitCORE", "LimitCROE"))

    done = run("systemd-analyze", "verify", "--man=no", unit)

    assert "LimitCROE" in done.stderr


@pytest.mark.parametrize("service", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_has_no_rights_and_leaves_no_core_file(service: Path) -> None:
    rights = said(service)["Service"]

    assert ("paytone", "0", "", "yes", "strict") == (
        rights["User"],
        rights["LimitCORE"],
        rights["CapabilityBoundingSet"],
        rights["NoNewPrivileges"],
        rights["ProtectSystem"],
    )
