"""``paytone bench``: the line under load."""

from __future__ import annotations

import os
import signal
import sys

import click


@click.command()
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
def bench(calls: int, classic: int, concurrency: int, quick: bool) -> None:
    """Call the line with SIPp and say what a call costs; see docs/bench.md."""
    from paytone.bench import BenchFailed
    from paytone.bench.plan import Plan, carry_out
    from paytone.line import LineFailed

    signal.signal(signal.SIGTERM, _stop)
    plan = Plan.quick(min(calls, 20)) if quick else Plan(calls, classic, most=concurrency)
    try:
        carry_out(plan, os.environ, click.echo)
    except (BenchFailed, LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None


def _stop(number: int, _frame: object) -> None:
    sys.exit(128 + number)
