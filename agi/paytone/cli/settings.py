"""What commands are given: a fault in it is printed, never a traceback."""

from __future__ import annotations

import os

import click

from paytone.config import Settings, SettingsRefused
from paytone.rules import confirmation as confirmations


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


def confirmation_number(written: str) -> str:
    """
    A confirmation number as an admin writes it, without its hyphens and spaces.

    Raises:
        click.ClickException: It is none.
    """
    number = written.replace("-", "").replace(" ", "")
    if not confirmations.is_valid(number):
        raise click.ClickException("that is no confirmation number: a digit is wrong or missing")
    return number
