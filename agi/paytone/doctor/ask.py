"""Asking a running Asterisk what it was told to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from paytone.ami import Ami, AmiAway, AmiRefused
from paytone.config import Settings
from paytone.doctor import Patient
from paytone.doctor.files import Files, Section

COMMANDS = (
    "core show version",
    "core show settings",
    "logger show channels",
    "manager show users",
    "manager show settings",
    "http show status",
    "pjsip show endpoints",
    "pjsip show transports",
    "dialplan show",
    "cel show status",
    "module show like res_ari",
    "module show like format_wav",
    "module show like app_amd",
    "module show like app_queue",
    "module show like app_chanspy",
    "module show like app_originate",
    "queue show",
    "features show",
)
_USERS = re.compile(r"username\n-+\n(.*?)\n-+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Door:
    """Where Asterisk's manager interface is, and who may come in."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


class NoDoor(Exception):
    """Nobody may ask Asterisk; the text says why."""


def door(files: Files) -> Door:
    """
    The manager interface as manager.conf has it, for the first user who may give commands.

    Raises:
        NoDoor: The file has none.
    """
    general = Section("general", ())
    for section in files.sections("manager.conf"):
        if section.name == "general":
            general = section
        elif section.last("secret") and {"command", "all"} & set(section.last("write").split(",")):
            host = general.last("bindaddr", "127.0.0.1")
            host = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104
            port = int(general.last("port", "5038"))
            return Door(host, port, section.name, section.last("secret"))
    raise NoDoor(f"{files.etc / 'manager.conf'} has no user whose write classes have 'command'")


async def examined(settings: Settings, etc: Path, given: Door | None) -> Patient:
    """The line whose Asterisk is configured in *etc*, asked through *given* or its own door."""
    files = Files(etc)
    told: dict[str, str] = {}
    try:
        way = given or door(files)
        async with Ami.connect(way.host, way.port, user=way.user, secret=way.secret) as ami:
            for command in COMMANDS:
                told[command] = await _answer(ami, command)
            for user in users(told["manager show users"]):
                command = f"manager show user {user}"
                told[command] = await _answer(ami, command)
    except (NoDoor, AmiAway, AmiRefused) as exc:
        return Patient(settings, files, told, str(exc))
    return Patient(settings, files, told)


def users(shown: str) -> list[str]:
    """The names in ``manager show users``."""
    match = _USERS.search(shown)
    return match[1].split() if match else []


async def _answer(ami: Ami, command: str) -> str:
    try:
        return await ami.command(command)
    except AmiRefused:
        return ""
