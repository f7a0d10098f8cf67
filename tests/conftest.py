"""What every test may use, and in which order the tests are."""

from pathlib import Path
from typing import Final

import pytest

from tests.checks import checks
from tests.postgres import (
    database_url,
    migrated_template,
    own_postgres,
    postgres,
    run_folder,
    store,
)
from tests.teller import counter, sandbox

__all__ = [
    "checks",
    "counter",
    "database_url",
    "migrated_template",
    "own_postgres",
    "postgres",
    "run_folder",
    "sandbox",
    "store",
]

LONG: Final = ("call", "simulate")
"""Folders whose files take minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long files begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not is_long(item.path))


def is_long(file: Path) -> bool:
    """Whether tests of *file* wait for real calls, or simulate many."""
    return file.parent.name in LONG
