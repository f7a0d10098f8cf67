"""Whether, when and how the line calls people."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from paytone.config.group import PREFIX, Group, Switch, TenDigits
from paytone.rules.calling import EARLIEST, LATEST, Rules
from paytone.state_hours_file import load

_DIAL = r"^[A-Za-z0-9]+/[A-Za-z0-9_.:@/+*#-]*\{number\}[A-Za-z0-9_.:@/+*#-]*$"
"""What Dial() takes, without its other arguments: nothing in it may be one more."""
_HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
_AMI = re.compile(r"[^:]+:[0-9]{1,5}:[^:]+:.+")
_NEEDED = ("ami", "trunk", "caller_id", "stop_number")


def _manager(way: SecretStr) -> SecretStr:
    if not _AMI.fullmatch(way.get_secret_value()):
        raise ValueError("must be HOST:PORT:USER:SECRET")
    return way


class CallOutSettings(Group):
    """Calls that we make; none unless they are switched on."""

    calls_out: Switch = "off"
    ami: Annotated[SecretStr, AfterValidator(_manager)] | None = None
    trunk: Annotated[str, Field(pattern=_DIAL)] | None = None
    caller_id: TenDigits | None = None
    stop_number: TenDigits | None = None
    ring_s: Annotated[int, Field(ge=15, le=60)] = 30
    calls_out_at_once: Annotated[int, Field(gt=0, le=200)] = 4
    calls_out_hours: Annotated[str, Field(pattern=_HOURS)] = "08:00-21:00"
    calls_out_states: Path | None = None
    calls_out_quiet: Annotated[str, Field(pattern=r"^(none|(sundays|holidays)( holidays)?)$")] = (
        "sundays holidays"
    )
    calls_out_per_day: Annotated[int, Field(gt=0, le=3)] = 2
    calls_out_per_week: Annotated[int, Field(gt=0, le=7)] = 5
    call_days_before: Annotated[str, Field(pattern=r"^([0-9]{1,2}( [0-9]{1,2})*)?$")] = ""

    @model_validator(mode="after")
    def _way_out(self) -> Self:
        missing = [PREFIX + name.upper() for name in _NEEDED if getattr(self, name) is None]
        if self.calls_people and missing:
            raise ValueError(f"{PREFIX}CALLS_OUT needs {', '.join(missing)}")
        opens, closes = self._hours
        if opens >= closes:
            raise ValueError(f"{PREFIX}CALLS_OUT_HOURS leave no time")
        return self

    @model_validator(mode="after")
    def _readable_states(self) -> Self:
        if self.calls_out_states is not None:
            try:
                load(self.calls_out_states)
            except ValueError as exc:
                raise ValueError(f"{PREFIX}CALLS_OUT_STATES: {exc}") from None
        return self

    @property
    def _hours(self) -> tuple[time, time]:
        opens, closes = map(time.fromisoformat, self.calls_out_hours.split("-"))
        return max(EARLIEST, opens), min(LATEST, closes)

    @property
    def calls_people(self) -> bool:
        """Whether calls are made at all."""
        return self.calls_out == "on"

    @property
    def ami_way(self) -> tuple[str, int, str, str]:
        """Host, port, user and secret of Asterisk's manager interface; PAYTONE_AMI must be set."""
        assert self.ami is not None
        host, port, user, secret = self.ami.get_secret_value().split(":", 3)
        return host, int(port), user, secret

    @property
    def calling(self) -> Rules:
        """When people are called, and how often."""
        opens, closes = self._hours
        return Rules(
            opens=opens,
            closes=closes,
            quiet_sundays="sundays" in self.calls_out_quiet,
            quiet_holidays="holidays" in self.calls_out_quiet,
            per_day=self.calls_out_per_day,
            per_week=self.calls_out_per_week,
            states=load(self.calls_out_states),
        )

    @property
    def days_before_calls(self) -> tuple[int, ...]:
        """How many days before it is due people are called about something."""
        return tuple(map(int, self.call_days_before.split()))
