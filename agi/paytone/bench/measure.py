"""One run after another on one line: who answers, how many call, and what it cost."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from paytone.bench import BenchFailed
from paytone.bench.books import DUE_DAYS, ENDING, account_numbers, balance, write_accounts
from paytone.bench.capture import Capture, Gap
from paytone.bench.gauge import Gauge
from paytone.bench.journey import Turn, journey
from paytone.bench.load import Aim, load
from paytone.bench.scenario import Pace, scenario, seconds
from paytone.bench.variants import Variant, prepare, rendered
from paytone.config import CHECKOUT, Settings
from paytone.line.demo import NUMBER
from paytone.line.line import Line

LOAD_PORT: Final = 10
"""SIPp's ports within the line's block, which the line itself leaves free."""
SPREAD: Final = 3
"""Calls begin over this part of a call's length: then all of them stand together."""
SLACK_S: Final = 25.0
SETTLE_S: Final = 1.0
MOST_ACCOUNTS: Final = 9999

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """
    What one load came to.

    Args:
        calls: Placed; *failed* of them did not end as they should, or did not pay exactly once.
        most: Calls that stood at once.
        cpu: CPU seconds by part, of all calls together.
        server_idle: Bytes of the server before the calls; *server_busy* while all of them stood.
    """

    variant: Variant
    calls: int
    failed: int
    most: int
    seconds: float
    cpu: Mapping[str, float]
    gaps: Sequence[Gap]
    server_idle: int
    server_busy: int
    asterisk_idle: int
    asterisk_busy: int


class Bench:
    """
    A line to be measured, for a ``with`` block.

    Args:
        outer: The environment; its own database or Braintree is not used.
        accounts: How many calls that pay will be placed at most.
    """

    def __init__(self, outer: Mapping[str, str], *, accounts: int, tell: Tell) -> None:
        if os.geteuid() != 0:
            raise BenchFailed("SIPp's keys and dumpcap need raw sockets: run it as root")
        if accounts > MOST_ACCOUNTS:
            raise BenchFailed(f"at most {MOST_ACCOUNTS} calls")
        self._tell = tell
        self._outer = _own_parts_only(outer)
        self._numbers = account_numbers(0, accounts)
        self._used = 0
        self._runs = 0
        self._ends = ExitStack()
        self.sounds = CHECKOUT / "sounds/en"
        today = Settings.from_env(self._outer).now().date()
        self.turns: tuple[Turn, ...] = journey(
            today, today + timedelta(days=DUE_DAYS), ending=ENDING
        )

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def length(self, pace: Pace) -> float:
        """Seconds that a call takes."""
        return seconds(self.turns, self.sounds, pace)

    def longest(self, pace: Pace) -> float:
        """Seconds that a run takes at most."""
        return self.length(pace) * (1 + 1 / SPREAD) + SLACK_S

    def run(self, variant: Variant, calls: int, pace: Pace) -> Run:
        """
        Place *calls* calls that all stand together for a while.

        Raises:
            BenchFailed: The load could not be placed, or a part of the line ended.
        """
        self._tell(f"{calls} calls to {variant.value}, {self.longest(pace):.0f} s at most")
        self._answer_by(variant)
        folder = self._folder / f"run-{self._runs}"
        folder.mkdir()
        self._runs += 1
        accounts = self._accounts(calls, pays=variant is not Variant.FLOOR)
        server_idle, asterisk_idle = self._gauge.memory()
        samples: list[tuple[int, int]] = []
        length, over = self.length(pace), self.length(pace) / SPREAD

        def sample(passed: float) -> None:
            if over <= passed <= length:
                samples.append(self._gauge.memory())

        before = self._gauge.read()
        with Capture(folder / "rtp.pcap", self._aim.rtp) as capture:
            loaded = load(
                self._aim, folder, scenario=self._scenario(pace), accounts=accounts,
                over_s=over, at_most_s=self.longest(pace), sample=sample,
            )  # fmt: skip
        time.sleep(SETTLE_S)
        cpu = self._gauge.read().since(before) | {"SIPp": loaded.cpu}
        self._line.check()
        failed = loaded.failed
        if variant is not Variant.FLOOR:
            failed = max(failed, calls - self._paid(accounts))
        if failed and (errors := folder / "errors.log").exists():
            self._tell("\n".join(errors.read_text(errors="replace").splitlines()[:6]))
        gaps = capture.gaps()
        (folder / "rtp.pcap").unlink()
        busy = samples or [(server_idle, asterisk_idle)]
        self._tell(f"{calls - failed} of {calls} calls as they should be, {loaded.seconds:.0f} s")
        return Run(
            variant, calls, failed, loaded.most, loaded.seconds, cpu, gaps,
            server_idle=server_idle,
            server_busy=round(statistics.median(server for server, _ in busy)),
            asterisk_idle=asterisk_idle,
            asterisk_busy=round(statistics.median(asterisk for _, asterisk in busy)),
        )  # fmt: skip

    def _start(self) -> None:
        # A Line makes its own folder; ours lies in it once it is there.
        from tempfile import TemporaryDirectory

        self._folder = Path(self._ends.enter_context(TemporaryDirectory(prefix="paytone-bench-")))
        file = self._folder / "accounts.csv"
        write_accounts(file, self._numbers)
        dialplan = prepare(CHECKOUT / "dialplan", self._folder / "dialplan")
        self._line = self._ends.enter_context(
            Line(self._outer, accounts=file, dialplan=dialplan, tell=self._tell)
        )
        first = self._line.ports.first + LOAD_PORT
        self._aim = Aim(self._line.configuration.sip_port, first, first + 2, NUMBER)
        postgres = self._line.postgres.pid
        assert postgres is not None
        self._gauge = Gauge(
            server=self._line.fastagi.pid,
            asterisk=self._line.asterisk.pid,
            others={"Postgres": postgres, "local Braintree": self._line.sandbox.pid},
        )
        self._extensions = self._line.configuration.etc / "extensions.conf"
        self._ours = self._extensions.read_text()

    def _answer_by(self, variant: Variant) -> None:
        self._extensions.write_text(rendered(self._ours, variant, self.turns))
        self._line.asterisk.rx("dialplan reload")

    def _accounts(self, calls: int, *, pays: bool) -> list[str]:
        if not pays:
            return self._numbers[:1] * calls
        accounts = self._numbers[self._used : self._used + calls]
        if len(accounts) < calls:
            raise BenchFailed("no accounts are left that have not paid")
        self._used += calls
        return accounts

    def _scenario(self, pace: Pace) -> str:
        configuration = self._line.configuration
        return scenario(
            self.turns,
            self.sounds,
            pace=pace,
            user=configuration.sip_user,
            password=configuration.sip_password,
        )

    def _paid(self, accounts: list[str]) -> int:
        books = asyncio.run(balance(self._line.database_url, accounts))
        if books.twice:
            raise BenchFailed(f"{books.twice} accounts paid more than once")
        return books.once


def _own_parts_only(outer: Mapping[str, str]) -> dict[str, str]:
    """*outer* without the operator's database and Braintree: no load is for them."""
    kept = {
        name: value
        for name, value in outer.items()
        if not name.startswith(("PAYTONE_DATABASE_URL", "PAYTONE_BRAINTREE_"))
    }
    return {**kept, "PAYTONE_PHONE_TO_EAR_S": "0"}
