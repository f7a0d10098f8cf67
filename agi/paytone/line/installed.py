"""Where Asterisk is on this machine, and where this checkout is."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paytone.line import LineFailed

CHECKOUT = Path(__file__).resolve().parents[3]
"""The folder with dialplan/, agi/, sounds/ and sql/."""


class NoAsterisk(LineFailed):
    """No Asterisk that the line could run; the text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Installed:
    """
    An Asterisk on this machine.

    Args:
        command: What starts it; takes Asterisk's own arguments.
        modules: Its folder of modules.
        shared: Its folder with documentation and the like.
    """

    command: str
    modules: Path
    shared: Path


def find_asterisk(environment: Mapping[str, str]) -> Installed:
    """
    The Asterisk that setup found or unpacked: in PAYTONE_ASTERISK, else in the checkout.

    Raises:
        NoAsterisk: There is none, or it does not say where its modules are.
    """
    folder = Path(environment.get("PAYTONE_ASTERISK") or CHECKOUT / ".asterisk").resolve()
    launcher = folder / "run-asterisk"
    if not launcher.exists():
        raise NoAsterisk(f"no Asterisk in {folder}; run: make setup")
    answer = subprocess.run([launcher, "--dirs"], capture_output=True, text=True, check=False)
    folders = dict(line.split("=", 1) for line in answer.stdout.splitlines() if "=" in line)
    try:
        modules, shared = Path(folders["astmoddir"]), Path(folders["astdatadir"])
    except KeyError:
        raise NoAsterisk(f"{launcher} --dirs answers {answer.stdout}{answer.stderr}") from None
    if not modules.is_dir():
        raise NoAsterisk(f"{launcher} names {modules}, which is not there; run: make setup")
    return Installed(str(launcher), modules, shared)
