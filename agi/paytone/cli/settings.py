"""Settings for commands: a fault in the environment is printed, never a traceback."""

from __future__ import annotations

import os

import click

from paytone.config import Settings, SettingsRefused


def settings_from_env() -> Settings:
    """
    The settings of this process's environment.

    Raises:
        click.ClickException: With every fault.
    """
    try:
        return Settings.from_env(os.environ)
    except SettingsRefused as exc:
        raise click.ClickException(str(exc)) from None
