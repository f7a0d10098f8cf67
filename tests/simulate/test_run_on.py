"""Another thousand calls, in a file of their own so that they run beside the first."""

from __future__ import annotations

from paytone.line.postgres import PrivatePostgres
from paytone.simulate.run import worlds_for
from tests.simulate.given import nothing_is_lost


def test_another_thousand_calls_lose_no_cent_and_take_none_twice(
    postgres: PrivatePostgres, migrated_template: str
) -> None:
    worlds = worlds_for(1_000)
    nothing_is_lost(postgres, migrated_template, range(len(worlds), 2 * len(worlds)))
