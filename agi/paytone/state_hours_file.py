"""States with stricter hours for calls, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from paytone.rules.state import STATES
from paytone.rules.state_hours import StateHours, Window

SHIPPED: Final = Path(__file__).parent / "state_hours.toml"
NEVER: Final = "none"

_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


class HoursWrong(ValueError):
    """The file cannot be used; the text has every fault, one a line."""


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    law: str = Field(min_length=1)
    hours: str
    saturday: str | None = None
    sunday: str | None = None
    holiday: str | None = None

    @field_validator("hours", "saturday", "sunday", "holiday")
    @classmethod
    def _readable(cls, written: str | None) -> str | None:
        if written is not None:
            _window(written)
        return written

    @field_validator("hours")
    @classmethod
    def _some_hours(cls, written: str) -> str:
        if written == NEVER:
            raise ValueError("must be such as 09:00-20:00; take the state out if it has no law")
        return written


@cache
def _file() -> TypeAdapter[dict[str, _State]]:
    return TypeAdapter(dict[str, _State])  # built when it is read: a call waits for each build


def load(path: Path | None) -> Mapping[str, StateHours]:
    """
    The states in *path*, by their two letters; those that are shipped for None.

    Raises:
        HoursWrong: No such file, or something in it is wrong.
    """
    path = path or SHIPPED
    try:
        states = _file().validate_python(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as exc:
        raise HoursWrong(
            "\n".join(f"{path}: {fault}" for fault in map(_fault, exc.errors()))
        ) from None
    except (OSError, ValueError) as exc:
        raise HoursWrong(f"{path}: {exc}") from exc
    if unknown := sorted(states.keys() - STATES.keys()):
        raise HoursWrong(f"{path}: no state: {', '.join(unknown)}")
    return {name: _hours(state) for name, state in states.items()}


def _hours(state: _State) -> StateHours:
    usual = _window(state.hours)
    assert usual is not None
    days = (state.saturday, state.sunday, state.holiday)
    return StateHours(usual, *(usual if day is None else _window(day) for day in days))


def _window(written: str) -> Window | None:
    if written == NEVER:
        return None
    if not _HOURS.fullmatch(written):
        raise ValueError('must be such as "09:00-20:00", or "none"')
    opens, closes = map(time.fromisoformat, written.split("-"))
    if opens >= closes:
        raise ValueError("it leaves no time")
    return Window(opens, closes)


def _fault(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
