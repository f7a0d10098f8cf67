"""What is wrong with the lines of a file, told to whoever hands it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from paytone.rules.line_fault import LineFault

SHOWN: Final = 100
"""Faults that are told one by one."""


def give_up(file: Path, faults: Sequence[LineFault], *, count: int | None = None) -> None:
    """
    Tell the first `SHOWN` of *faults*, and end; nothing where there are none.

    Args:
        count: How many there are, if *faults* are not all.

    Raises:
        click.ClickException: There are some.
    """
    if not faults:
        return
    for fault in faults[:SHOWN]:
        click.echo(f"{file}: {fault}", err=True)
    if more := (count or len(faults)) - len(faults[:SHOWN]):
        click.echo(f"{file}: and {more} more", err=True)
    raise click.ClickException("nothing was loaded")
