"""Sales per second through the SDK, over HTTP and in one process, beside the SDK's own cost."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_at, gateway_by, gateway_for

CLIENTS = (1, 8, 64)
_START_S = 20.0
_WARM = 20
_TURNS = 6
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")

Sell = Callable[[], None]


class NotMeasured(Exception):
    """The sandbox did not start, or a sale failed; the text says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """
    What one way of selling came to.

    Args:
        client_s: CPU seconds a sale in the process of the SDK.
        sandbox_s: CPU seconds a sale of the sandbox alone: its process's, or what it adds to the
            SDK's where both are one process.
    """

    way: str
    clients: int
    sales_a_second: float
    client_s: float
    sandbox_s: float


def measure(seconds: float = 3.0) -> list[Figure]:
    """
    All ways, each for *seconds*, in one run so that their ratios hold.

    Raises:
        NotMeasured: It could not be done here.
    """
    alone, inside = _in_turns(seconds)
    with _running() as (port, process):
        over_http = [_over_http(port, process, clients, seconds) for clients in CLIENTS]
    return [alone, inside, *over_http]


def report(figures: list[Figure]) -> Iterator[str]:
    """A table of *figures*, and whether the sandbox costs no more than the SDK."""
    yield f"{'':22}{'sales/s':>9}{'SDK ms/sale':>13}{'sandbox ms/sale':>17}{'sandbox/SDK':>13}"
    alone = figures[0]
    for each in figures:
        share = f"{each.sandbox_s / alone.client_s:.2f}" if each.sandbox_s else "-"
        yield (
            f"{each.way:12}{each.clients:>4} {'client' if each.clients == 1 else 'clients':5}"
            f"{each.sales_a_second:>9.0f}{each.client_s * 1000:>13.2f}"
            f"{each.sandbox_s * 1000:>17.2f}{share:>13}"
        )
    most = figures[1].sandbox_s / alone.client_s
    yield f"in one process the sandbox takes {most:.2f} of the SDK's own time (target: at most 1)"


def _in_turns(seconds: float) -> tuple[Figure, Figure]:
    """The SDK with an answer that is there already, and with a sandbox, measured by turns."""
    recorded = _recorded()
    ways = (
        _seller(gateway_by(lambda config, environment: _Recorded(recorded))),
        _seller(gateway_for(Sandbox(lambda: datetime.now(UTC)))),
    )
    for sell in ways * _WARM:
        sell()
    gc.collect()
    gc.freeze()  # what is there already is not to be walked through in anyone's turn
    turns = [[_timed(sell, seconds / _TURNS) for sell in ways] for _ in range(_TURNS)]
    gc.unfreeze()
    (rate, alone_s), (inside_rate, inside_s) = map(_rate_and_cost, zip(*turns, strict=True))
    return (
        Figure("SDK alone", 1, rate, alone_s, 0.0),
        Figure("in process", 1, inside_rate, alone_s, inside_s - alone_s),
    )


def _rate_and_cost(turns: Iterable[tuple[int, float, float]]) -> tuple[float, float]:
    """Sales per second and CPU seconds a sale, over all *turns*."""
    sold, took, cpu = map(sum, zip(*turns, strict=True))
    return sold / took, cpu / sold


def _over_http(port: int, process: int, clients: int, seconds: float) -> Figure:
    sellers = [_seller(gateway_at(port)) for _ in range(clients)]
    for sell in sellers:
        sell()
    sold, faults = [0] * clients, []
    before, own, began = _cpu(process), time.process_time(), time.monotonic()

    def work(place: int) -> None:
        try:
            while time.monotonic() - began < seconds:
                sellers[place]()
                sold[place] += 1
        except Exception as fault:  # noqa: BLE001 - told below, in the thread that waits
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise NotMeasured(f"a sale failed: {faults[0]}")
    total, took = sum(sold), time.monotonic() - began
    own_s, theirs = time.process_time() - own, _cpu(process) - before
    return Figure("over HTTP", clients, total / took, own_s / total, theirs / total)


def _seller(gateway: Any) -> Sell:
    """What makes one more sale, of which none is like the one before."""
    numbers = count(1)

    def sell() -> None:
        result = gateway.transaction.sale(_sale(next(numbers)))
        if not result.is_success:
            raise NotMeasured(f"a sale was not approved: {result.message}")

    return sell


def _sale(number: int) -> dict[str, Any]:
    return {
        "amount": "112.40",
        "order_id": f"bench-{threading.get_ident()}-{number}-{time.monotonic_ns()}",
        "credit_card": {
            "number": "4111111111111111", "expiration_date": "09/2030", "cvv": "123",
        },
        "billing": {"postal_code": "60622"},
        "transaction_source": "moto",
        "options": {"submit_for_settlement": True},
    }  # fmt: skip


def _timed(sell: Sell, seconds: float) -> tuple[int, float, float]:
    """How many were sold, in how many seconds, and in how many of this thread's CPU."""
    sold, began, cpu = 0, time.monotonic(), time.thread_time()
    while time.monotonic() - began < seconds:
        sell()
        sold += 1
    return sold, time.monotonic() - began, time.thread_time() - cpu


def _recorded() -> str:
    """The sandbox's answer to one sale."""
    taken: list[str] = []
    sandbox = Sandbox(lambda: datetime.now(UTC))
    way = gateway_for(sandbox).config.http_strategy()

    class Taking:
        def http_do(
            self, verb: str, path: str, headers: Mapping[str, str | bytes], body: str | None
        ) -> list[int | str]:
            answer: list[int | str] = way.http_do(verb, path, headers, body)
            taken.append(str(answer[1]))
            return answer

    _seller(gateway_by(lambda config, environment: Taking()))()
    return taken[0]


@dataclass(frozen=True, slots=True)
class _Recorded:
    answer: str

    def http_do(self, *_: object) -> list[int | str]:
        """The same approved sale for every request."""
        return [201, self.answer]


@contextmanager
def _running() -> Iterator[tuple[int, int]]:
    """A sandbox as a process of its own: its port and its process id."""
    code = "from paytone.cli import main; main()"
    for name in _PROXIES:  # the SDK obeys them even for this machine
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "port"
        process = subprocess.Popen(
            [sys.executable, "-c", code, "sandbox", "--port", "0", "--port-file", str(file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _port(file, process), process.pid
        finally:
            process.terminate()
            process.wait()


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    give_up = time.monotonic() + _START_S
    while not file.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise NotMeasured("the sandbox did not start")
        time.sleep(0.02)
    return int(file.read_text())


def _cpu(process: int) -> float:
    """CPU seconds that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
