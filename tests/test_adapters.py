"""What the settings come to at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paytone.adapters import desk_of
from paytone.config import Settings, SettingsRefused
from paytone.flows import Desk

SWITCHES: dict[str, Callable[[Desk], bool]] = {
    "PAYTONE_SAVE_METHODS": lambda desk: desk.offers_to_save,
    "PAYTONE_RECURRING": lambda desk: desk.rule.recurring,
    "PAYTONE_PAY_ONLY": lambda desk: desk.pays_without_pin,
}


async def desk_by(database_url: str, **given: str) -> Desk:
    settings = Settings.from_env({"PAYTONE_DATABASE_URL": database_url, **given})
    async with desk_of(settings) as desk:
        return desk


@pytest.mark.parametrize("switch", SWITCHES)
async def test_a_switch_is_on_until_it_is_put_off(database_url: str, switch: str) -> None:
    is_on = SWITCHES[switch]
    assert is_on(await desk_by(database_url))
    assert is_on(await desk_by(database_url, **{switch: "on"}))
    assert not is_on(await desk_by(database_url, **{switch: "off"}))


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_is_on_or_off(switch: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{switch}: "):
        Settings.from_env({switch: "perhaps"})
