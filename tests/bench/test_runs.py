"""The bench of runs, small."""

from __future__ import annotations

from paytone.bench.runs import Figures, Wanted, measure, report


def test_every_run_that_is_due_is_made_once_and_no_other() -> None:
    """`measure` itself refuses a figure where one was not made, or made twice."""
    told: list[str] = []
    wanted = Wanted(enrolments=40, due=12, workers=2, at_once=4)
    figures = measure(wanted, told.append)
    assert ["loading 40 enrolments …", "making 12 runs …"] == told
    assert figures.took_s > 0
    assert figures.worker_cpu_s > 0


def test_the_report_says_runs_a_second_and_what_a_gateways_time_makes_of_it() -> None:
    wanted = Wanted(enrolments=1000, due=100, workers=1, at_once=30)
    figures = Figures(wanted, 0.02, 2.0, 0.5, 0.1, 0.4, cores=2)
    text = "\n".join(report(figures))
    assert "50 runs a second" in text
    assert "worker: 5.0 ms of CPU a run" in text
    assert "100 a second" in text
    assert "5.6 hours" in text
