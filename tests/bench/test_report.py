"""The arithmetic of the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from paytone.bench import report
from paytone.bench.capture import Gap
from paytone.bench.journey import journey
from paytone.bench.measure import Run
from paytone.bench.scenario import Pace
from paytone.bench.summary import Measured, summary
from paytone.bench.variants import Variant

TURNS = journey(date(2026, 3, 5), date(2026, 3, 19), ending="0417")
NONE = dict.fromkeys((*report.PARTS, "machine"), 0.0)


def run(variant: Variant, cpu: dict[str, float], *, gaps: tuple[Gap, ...] = ()) -> Run:
    return Run(
        variant,
        calls=10,
        failed=0,
        most=10,
        seconds=100.0,
        cpu=NONE | cpu,
        gaps=gaps,
        server_idle=50_000,
        server_busy=150_000,
        asterisk_idle=0,
        asterisk_busy=0,
    )


def test_paytone_adds_its_server_and_what_asterisk_takes_more() -> None:
    floor = run(Variant.FLOOR, {"Asterisk": 2.0, "server": 0.5})
    paytone = run(Variant.SERVER, {"Asterisk": 2.2, "server": 0.3, "Postgres": 9.0})

    assert report.added(paytone, floor) == pytest.approx(0.25)


def test_memory_a_call_is_what_the_calls_brought() -> None:
    assert 10_000 == report.memory_a_call(run(Variant.SERVER, {}))


@pytest.mark.parametrize(
    ("percent", "least"),
    [(50, 5.0), (90, 9.0), (99, 10.0), (100, 10.0)],
)
def test_a_percentile_is_the_nearest_rank(percent: float, least: float) -> None:
    assert least == report.percentile([10.0, *(float(n) for n in range(1, 10))], percent)


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        report.percentile([], 99)


def test_waits_for_the_pin_and_the_charge_stand_apart_from_the_others() -> None:
    """The account's 16 keys, then the PIN's 5; a gap within an answer counts nowhere."""
    gaps = [Gap(3, 9.0, 0), Gap(16, 0.001, 0), Gap(21, 0.03, 0), Gap(22, 0.002, 0)]

    told = report.sorted_gaps(gaps, TURNS)

    assert (0.001, 0.002) == told.answers
    assert {"the PIN is checked": (0.03,), "the card is charged": ()} == told.by_work
    assert (0.001, 0.002, 0.03) == told.all


def test_the_gap_beyond_the_floors_is_of_the_99th_percentiles() -> None:
    floor = run(Variant.FLOOR, {}, gaps=(Gap(16, 0.001, 0), Gap(21, 0.001, 0)))
    paytone = run(Variant.SERVER, {}, gaps=(Gap(16, 0.003, 0), Gap(21, 0.041, 0)))

    ordinary = report.gap_over(paytone, floor, TURNS, everything=False)
    everything = report.gap_over(paytone, floor, TURNS, everything=True)

    assert ordinary == pytest.approx(0.002)
    assert everything == pytest.approx(0.040)


def test_others_work_is_what_the_machine_did_beside_ours() -> None:
    busy = run(Variant.SERVER, {"Asterisk": 20.0, "server": 10.0, "machine": 80.0})

    assert report.others(busy) == pytest.approx(0.5)


def test_the_table_has_a_column_for_each_run_in_shares_of_the_floor() -> None:
    floor = run(Variant.FLOOR, {"Asterisk": 2.0})
    lines = report.table([floor, run(Variant.SERVER, {"Asterisk": 3.0, "server": 1.0})])

    assert ["200", "ms", "100.0%", "300", "ms", "150.0%"] == lines[1].split()[1:]
    assert "100 ms   50.0%" in lines[2]


def measured(*, server_ms: float, most: tuple[Run, ...] = ()) -> Measured:
    gaps = tuple(Gap(keys, 0.001, 0) for keys in (16, 21, 53))
    return Measured(
        turns=TURNS,
        lengths={Pace.USUAL: 97.0},
        pace=Pace.USUAL,
        floor=run(Variant.FLOOR, {"Asterisk": 2.0}, gaps=gaps),
        server=run(Variant.SERVER, {"Asterisk": 2.0, "server": server_ms * 10 / 1000}, gaps=gaps),
        classic=None,
        most=most,
        pin_s=0.02,
        warm=True,
    )


def targets(told: Measured) -> dict[str, bool]:
    """Each target's name, and whether it is met."""
    lines = list(summary(told))
    return {
        line[10:56].strip(): line.split()[0] == "met"
        for line in lines[lines.index("Targets") :]
        if line.split()[0] in {"met", "MISSED"}
    }


def test_a_target_that_is_missed_is_said_to_be() -> None:
    frugal, costly = targets(measured(server_ms=9)), targets(measured(server_ms=11))

    assert frugal["CPU that Paytone adds to the dialplan alone"]
    assert not costly["CPU that Paytone adds to the dialplan alone"]


def test_a_run_in_which_calls_failed_does_not_count_as_the_most() -> None:
    whole = run(Variant.SERVER, {"machine": 1.0})
    broken = replace(whole, most=300, calls=300, failed=1)

    assert not targets(measured(server_ms=1, most=(whole, broken)))["calls at once, none failed"]
    assert targets(measured(server_ms=1, most=(replace(whole, most=200),)))[
        "calls at once, none failed"
    ]
