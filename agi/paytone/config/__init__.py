"""Settings from PAYTONE_* environment variables, read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ValidationError

from paytone.config.braintree import BraintreeSettings, Environment
from paytone.config.callers import CallerSettings
from paytone.config.calls_out import CallOutSettings
from paytone.config.group import PREFIX
from paytone.config.letters import LetterSettings
from paytone.config.money import MoneySettings
from paytone.config.servers import ServerSettings
from paytone.config.voices import VoiceSettings

__all__ = ["CHECKOUT", "PREFIX", "Environment", "Settings", "SettingsRefused"]

CHECKOUT = Path(__file__).resolve().parents[3]


class SettingsRefused(Exception):
    """The environment does not hold together; the text lists every fault. No money moved."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ValueError("not a time zone of the IANA database") from exc
    return name


class Settings(  # pydantic reads the bases, and tells faults, from the last to the first
    CallerSettings,
    MoneySettings,
    VoiceSettings,
    CallOutSettings,
    LetterSettings,
    BraintreeSettings,
    ServerSettings,
):
    """What an operator may set; each field is the variable PAYTONE_ and its name in capitals."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "America/New_York"
    language: str = "en"
    sounds: Path = CHECKOUT / "sounds"
    sql: Path = CHECKOUT / "sql"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """
        The settings that *env* holds, defaults for the rest.

        Raises:
            SettingsRefused: With every fault, one a line; never with a value.
        """
        given = {name: value for name, value in env.items() if value}
        try:
            return cls.model_validate(given)
        except ValidationError as exc:
            faults = [(*map(str, each["loc"]), _in_words(each["msg"])) for each in exc.errors()]
            raise SettingsRefused("\n".join(map(": ".join, faults))) from None

    def now(self) -> datetime:
        """The time in the biller's zone."""
        return datetime.now(ZoneInfo(self.timezone))


def _in_words(message: str) -> str:
    return message.removeprefix("Value error, ")
