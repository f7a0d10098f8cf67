"""The bench: every way measured, and the ratios said."""

from __future__ import annotations

from paytone.sandbox.bench import CLIENTS, Figure, measure, report


def test_every_way_is_measured_in_one_run() -> None:
    figures = measure(0.3)

    assert [("SDK alone", 1), ("in process", 1), *(("over HTTP", each) for each in CLIENTS)] == [
        (figure.way, figure.clients) for figure in figures
    ]
    assert all(figure.sales_a_second > 1 and figure.client_s > 0 for figure in figures)
    assert 0 < figures[1].sandbox_s
    assert 0 < sum(figure.sandbox_s for figure in figures[2:])


def test_the_report_sets_the_sandbox_against_the_sdk() -> None:
    alone, inside = (
        Figure("SDK alone", 1, 500, 0.002, 0.0),
        Figure("in process", 1, 400, 0.002, 5e-4),
    )

    lines = list(report([alone, inside]))

    assert "0.25" in lines[2]
    assert "takes 0.25 of the SDK's own time" in lines[-1]
