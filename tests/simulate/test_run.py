"""Thousands of calls, and the same again."""

from __future__ import annotations

from paytone.line.postgres import PrivatePostgres
from paytone.simulate.rig import LINE
from paytone.simulate.run import worlds_for
from paytone.simulate.world import live
from tests.simulate.given import a_database, nothing_is_lost


def test_a_thousand_calls_lose_no_cent_and_take_none_twice(
    postgres: PrivatePostgres, migrated_template: str
) -> None:
    nothing_is_lost(postgres, migrated_template, worlds_for(1_000))


def test_a_world_replays_step_by_step(postgres: PrivatePostgres, migrated_template: str) -> None:
    traces = []
    for _ in range(2):
        with a_database(postgres, migrated_template) as url:
            traces.append([live(9, number, LINE, url).trace for number in range(8)])
    assert traces[0] == traces[1]
    assert len({len(trace) for trace in traces[0]}) > 1


def test_a_world_is_the_same_whichever_were_lived_before(
    postgres: PrivatePostgres, migrated_template: str
) -> None:
    with a_database(postgres, migrated_template) as url:
        after_others = [live(9, number, LINE, url).digest for number in (1, 2, 3)][-1]
    with a_database(postgres, migrated_template) as url:
        assert after_others == live(9, 3, LINE, url).digest


def test_another_seed_is_another_world(postgres: PrivatePostgres, migrated_template: str) -> None:
    with a_database(postgres, migrated_template) as url:
        one = live(1, 1, LINE, url).digest
    with a_database(postgres, migrated_template) as url:
        assert one != live(2, 1, LINE, url).digest
