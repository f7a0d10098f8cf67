"""A small real Asterisk for the caller's own tests: plays files, reads digits, says them back."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from paytone.line.installed import Installed, find_asterisk
from paytone.line.part import Part
from paytone.line.ports import Ports

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class TestLine:
    """A running line: where it listens for SIP, and its folder."""

    __test__ = False

    port: int
    folder: Path

    @property
    def server(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def seen(self, wanted: str, seconds: float = 5.0) -> bool:
        """Whether the dialplan logged the line *wanted* within *seconds*."""
        log = self.folder / "seen.log"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if log.exists() and wanted in log.read_text().splitlines():
                return True
            time.sleep(0.05)
        return False


@contextmanager
def running_line(sounds: Path) -> Iterator[TestLine]:
    """A line that plays the files in *sounds*, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="paytone-caller-"))
    try:
        with Ports() as ports:
            asterisk = _laid_out(folder, ports, sounds)
            try:
                asterisk.start()
                yield TestLine(ports.sip, folder)
            finally:
                asterisk.stop()
    finally:
        shutil.rmtree(folder)


def _laid_out(folder: Path, ports: Ports, sounds: Path) -> Part:
    installed = find_asterisk(os.environ)
    for name in ("etc", "data/sounds", "var", "run"):
        (folder / name).mkdir(parents=True)
    (folder / "data/sounds/en").symlink_to(sounds)
    (folder / "data/documentation").symlink_to(installed.shared / "documentation")
    for source in (HERE / "line").glob("*.conf"):
        (folder / "etc" / source.name).write_text(
            _filled(source.read_text(), folder, ports, installed)
        )
    log = folder / "asterisk.log"
    return Part(
        "Asterisk",
        [installed.command, "-C", str(folder / "etc/asterisk.conf"), "-f"],
        log=log,
        environment=os.environ,
        ready=lambda: "Asterisk Ready." in log.read_text(errors="replace"),
    )


def _filled(text: str, folder: Path, ports: Ports, installed: Installed) -> str:
    values = {
        "FOLDER": str(folder),
        "MODULES": str(installed.modules),
        "PORT": str(ports.sip),
        "RTP": str(ports.rtp[0]),
        "RTP_END": str(ports.rtp[1]),
        "TESTS": str(HERE),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
