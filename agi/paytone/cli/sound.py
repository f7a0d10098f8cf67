"""A recording played here, by sox."""

from __future__ import annotations

import shutil
import subprocess
import tempfile

import click


def player_or(instead: str) -> str:
    """
    Sox's ``play``, found before anything is looked up.

    Raises:
        ClickException: It is missing; *instead* is what to use.
    """
    player = shutil.which("play")
    if player is None:
        raise click.ClickException(f"sox's play is missing: use {instead}")
    return player


def play_sound(sound: bytes, player: str, *, instead: str) -> None:
    """
    Play the WAV file that *sound* is, and return when it is over.

    Raises:
        ClickException: It cannot be played; *instead* is what to use.
    """
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(sound)
        file.flush()
        played = subprocess.run([player, "-q", file.name], check=False)
    if played.returncode:
        raise click.ClickException(f"sox could not play it: use {instead}")
