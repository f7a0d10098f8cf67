"""requirements.lock pins all that setup.cfg asks for, from anywhere."""

from __future__ import annotations

import re
from configparser import ConfigParser

import pytest

from tests.provision.checkout import CHECKOUT

LOCK = (CHECKOUT / "requirements.lock").read_text()
PINS = {
    match[1]: match[0]
    for match in re.finditer(r"^([a-z0-9-]+)(?:\[.*\])?==(?:.*\\\n)*.*$", LOCK, re.MULTILINE)
}


def asked_for() -> list[str]:
    setup = ConfigParser()
    setup.read(CHECKOUT / "setup.cfg")
    lists = setup["options"]["install_requires"], setup["options.extras_require"]["test"]
    names = re.findall(r"^([A-Za-z0-9._-]+)", "".join(lists), re.MULTILINE)
    return [re.sub(r"[._-]+", "-", name).lower() for name in names]


@pytest.mark.parametrize("name", asked_for())
def test_what_setup_asks_for_is_locked(name: str) -> None:
    assert name in PINS


@pytest.mark.parametrize("name", PINS)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    assert "--hash=sha256:" in PINS[name]


def test_the_lock_names_no_index_and_no_folder() -> None:
    assert [] == re.findall(r"^.*(?:://|--index|--find-links|file:|\.\./).*$", LOCK, re.MULTILINE)
