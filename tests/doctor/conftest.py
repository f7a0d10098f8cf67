"""A real Asterisk for the doctor's tests, to be broken and mended again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from paytone.config import Settings
from paytone.doctor import Findings, Grade, Patient
from paytone.doctor.ask import examined
from paytone.line.asterisk import Asterisk
from paytone.line.configuration import Configuration, write
from paytone.line.installed import find_asterisk
from paytone.line.ports import Ports

Check = Callable[[Patient], Findings]
Told = list[tuple[Grade, str]]


class Ward:
    """
    An Asterisk with the shipped configuration.

    Attributes:
        given: The settings that differ from the usual ones.
    """

    def __init__(self, folder: Path, ports: Ports) -> None:
        first, last = ports.rtp
        self.ports = ports
        self.given: dict[str, str] = {}
        self.configuration = Configuration(
            etc=folder / "etc",
            state=folder / "asterisk",
            run=folder / "run",
            sip_port=ports.sip,
            rtp_first=first,
            rtp_last=last,
            ami_port=ports.ami,
            fastagi=f"127.0.0.1:{ports.fastagi}",
            verbose=10,
        )
        installed = find_asterisk(os.environ)
        write(self.configuration, installed)
        self.asterisk = Asterisk(self.configuration, installed, environment=os.environ)
        self._shipped = {file: file.read_text() for file in self.configuration.etc.glob("*.conf")}

    def edit(self, name: str, old: str, new: str) -> None:
        """Change the one *old* in the file *name*, as an admin would; a new file for no *old*."""
        file = self.configuration.etc / name
        if not old:
            file.write_text(new)
            return
        text = file.read_text()
        assert 1 == text.count(old), old
        file.write_text(text.replace(old, new))

    def mend(self) -> None:
        """Everything as it was shipped."""
        self.given.clear()
        for file in self.configuration.etc.glob("*.conf"):
            if self._shipped.get(file) != file.read_text():
                if file in self._shipped:
                    file.write_text(self._shipped[file])
                else:
                    file.unlink()

    async def seen(self) -> Patient:
        """The doctor's view of it."""
        fastagi = f"127.0.0.1:{self.ports.fastagi}"
        settings = Settings.from_env({"PAYTONE_FASTAGI": fastagi, **self.given})
        return await examined(settings, self.configuration.etc, None)

    def told(self, check: Check) -> Told:
        """What *check* finds now."""
        return [(finding.grade, finding.what) for finding in check(asyncio.run(self.seen()))]


@pytest.fixture(scope="package")
def running(run_folder: Path) -> Iterator[Ward]:
    """One Asterisk for all."""
    with Ports() as ports:
        # A folder of its own: what is configured in one already would be left alone.
        ward = Ward(Path(mkdtemp(prefix="ward-", dir=run_folder)), ports)
        ward.asterisk.start()
        yield ward
        ward.asterisk.stop()


@pytest.fixture
def ward(running: Ward) -> Iterator[Ward]:
    """It, healthy before and after each test."""
    yield running
    running.mend()
    if not running.asterisk.running:
        running.asterisk.start()
    running.asterisk.rx("core set debug 0")
    running.asterisk.rx("core reload")
