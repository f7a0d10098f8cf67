"""The doctor sees whether agents' keys do what they should, and agents hear what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from paytone.doctor import Grade
from paytone.doctor.agent_payment import agent_payment
from tests.doctor.conftest import Ward

FINE = [(Grade.OK, "agents let callers pay, and hear no key")]
CARD = 'paytone-card => *7,peer,Gosub,"paytone-assist,s,1",default'
GIVEN = "DYNAMIC_FEATURES=paytone-card#paytone-account"


@dataclass(frozen=True, slots=True)
class Break:
    """What an admin does, and the words that the doctor's only finding must have."""

    file: str
    old: str
    new: str
    words: str


BREAKS = {
    "no such feature": Break("features.conf", CARD, "", "does not know paytone-card"),
    "on the agent's channel": Break(
        "features.conf", CARD, CARD.replace("peer", "self"), "on the channel 'peer'"
    ),
    "something else": Break(
        "features.conf", CARD, CARD.replace("-assist,", "-assist-account,"),
        "not run paytone-assist ",
    ),
    "no context": Break(
        "extensions.conf", "[paytone-assist]", "[other]", "the dialplan has no paytone-assist,"
    ),
    "nothing is whispered": Break(
        "extensions.conf", "[paytone-whisper]", "[other]", "has no paytone-whisper"
    ),
    "nothing is told alone": Break(
        "extensions.conf", "[paytone-agent-alone]", "[other]", "has no paytone-agent-alone"
    ),
}  # fmt: skip


def test_as_shipped_it_is_fine(ward: Ward) -> None:
    assert FINE == ward.told(agent_payment)


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_what_an_admin_breaks_is_found_running_or_not(ward: Ward, broken: Break) -> None:
    ward.edit(broken.file, broken.old, broken.new)
    ward.asterisk.rx("core reload")
    ((grade, what),) = ward.told(agent_payment)
    assert Grade.FAIL is grade
    assert broken.words in what
    ward.asterisk.stop()
    assert [(grade, what)] == ward.told(agent_payment)


def test_without_keys_it_is_switched_off(ward: Ward) -> None:
    ward.edit("extensions.conf", GIVEN, "DYNAMIC_FEATURES=")
    ward.edit("features.conf", CARD, "")
    ward.asterisk.rx("core reload")
    ((grade, what),) = ward.told(agent_payment)
    assert Grade.OK is grade
    assert "no key" in what


def test_one_key_alone_needs_only_its_own(ward: Ward) -> None:
    ward.edit("extensions.conf", GIVEN, "DYNAMIC_FEATURES=paytone-account")
    ward.edit("features.conf", CARD, "")
    ward.asterisk.rx("core reload")
    assert FINE == ward.told(agent_payment)


@pytest.mark.parametrize("module", ["app_originate.so", "app_chanspy.so"])
def test_a_module_that_agents_hear_by_is_missed(ward: Ward, module: str) -> None:
    ward.asterisk.rx(f"module unload {module}")
    try:
        ((grade, what),) = ward.told(agent_payment)
    finally:
        ward.asterisk.rx(f"module load {module}")
    assert (Grade.FAIL, True) == (grade, f"load {module}" in what)


def test_a_prompt_that_came_later_is_to_be_linked(ward: Ward) -> None:
    file = ward.configuration.data / "sounds/en/paytone-ear/assist-paid.ulaw"
    away = file.rename(file.with_name("away"))
    try:
        ((grade, what),) = ward.told(agent_payment)
    finally:
        away.rename(file)
    assert (Grade.FAIL, True) == (grade, "do not hear assist-paid" in what)
