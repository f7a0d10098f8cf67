"""``paytone bench``: the line under load."""

from __future__ import annotations

import os
import signal
import sys

import click


@click.group(invoke_without_command=True)
@click.option(
    "--calls",
    type=click.IntRange(1, 480),
    default=100,
    show_default=True,
    help="Calls at once, for the costs.",
)
@click.option(
    "--classic",
    type=click.IntRange(0, 100),
    default=20,
    show_default=True,
    help="Calls at once by classic AGI.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(0, 480),
    default=400,
    show_default=True,
    help="Where the search for the most ends; 0 for none.",
)
@click.option("--quick", is_flag=True, help="Two short runs of few calls; no search.")
@click.pass_context
def bench(ctx: click.Context, calls: int, classic: int, concurrency: int, quick: bool) -> None:
    """Call the line with SIPp and say what a call costs; see docs/bench.md."""
    if ctx.invoked_subcommand is not None:
        return
    from paytone.bench import BenchFailed
    from paytone.bench.plan import Plan, carry_out
    from paytone.line import LineFailed

    signal.signal(signal.SIGTERM, _stop)
    plan = Plan.quick(min(calls, 20)) if quick else Plan(calls, classic, most=concurrency)
    try:
        carry_out(plan, os.environ, click.echo)
    except (BenchFailed, LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None


@bench.command()
@click.option(
    "--enrolments", type=click.IntRange(1, 9_999_999), default=1_000_000, show_default=True
)
@click.option(
    "--due", type=click.IntRange(1), default=2000, show_default=True, help="Those that run now."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option(
    "--at-once", type=click.IntRange(1, 64), default=16, show_default=True,
    help="Charges that a worker has under way.",
)  # fmt: skip
def runs(enrolments: int, due: int, workers: int, at_once: int) -> None:
    """Make the runs of many enrolments and say how many a second; see docs/bench.md."""
    from paytone.bench import BenchFailed
    from paytone.bench.runs import Wanted, measure, report
    from paytone.line import LineFailed

    wanted = Wanted(enrolments, min(due, enrolments), workers, at_once)
    try:
        for line in report(measure(wanted, click.echo)):
            click.echo(line)
    except (BenchFailed, LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None


@bench.command()
def journeys() -> None:
    """Make the common journeys over real calls and say what keys and seconds they take."""
    from paytone.bench import BenchFailed
    from paytone.bench.callers import measure
    from paytone.bench.common import table
    from paytone.line import LineFailed

    try:
        for line in table(measure(os.environ, click.echo)):
            click.echo(line)
    except (BenchFailed, LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None


def _stop(number: int, _frame: object) -> None:
    sys.exit(128 + number)
