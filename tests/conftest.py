"""What every test may use."""

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
