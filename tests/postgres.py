"""Fixtures: a private Postgres for the session, and a migrated database for each test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.line.postgres import PrivatePostgres
from paytone.store import Store
from paytone.store.migrations import migrate

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A short path that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="paytone-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[PrivatePostgres]:
    """The session's cluster; tests may not stop it."""
    with PrivatePostgres(run_folder / "pg") as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres: PrivatePostgres) -> str:
    """The name of a database that has every migration and no rows."""
    migrate(postgres.create("migrated"))
    return "migrated"


@pytest.fixture
def database_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    """A migrated database of this test's own."""
    name = f"test_{next(_numbers)}"
    yield postgres.create(name, template=migrated_template)
    postgres.drop(name)


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store on this test's database."""
    async with Store.open(database_url, at_most=4, patience_s=5) as opened:
        yield opened


@pytest.fixture
def own_postgres(run_folder: Path) -> Iterator[PrivatePostgres]:
    """A cluster of this test's own, with a migrated database ``paytone``, to be stopped at will."""
    with PrivatePostgres(run_folder / f"own{next(_numbers)}") as server:
        migrate(server.url())
        yield server
