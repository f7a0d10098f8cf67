"""Linphone's console as a caller: a SIP client of another make, without a sound card."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

CONFIGURATION = """\
[sip]
use_ipv6=0
sip_port={sip_port}
sip_tcp_port=0
sip_tls_port=0
guess_hostname=0
contact=sip:{username}@127.0.0.1
default_proxy=0

[rtp]
audio_rtp_port={rtp_port}

[video]
capture=0
display=0
automatically_initiate=0
automatically_accept=0

[proxy_0]
reg_proxy=<sip:{host}:{port}>
reg_identity=sip:{username}@{host}
reg_sendregister=0
publish=0

[auth_info_0]
username={username}
passwd={password}
realm=asterisk
"""


class CallFailed(Exception):
    """Linphone could not do what it was told; the text ends with what it printed."""


class Linphone:
    """
    One Linphone, started on entering and ended on leaving.

    It hears the line into `recording`, which is complete once the call has ended.

    Args:
        folder: Its own; made if need be. What was keyed is removed from it at the end.
        server: The line's SIP address.
    """

    def __init__(
        self,
        folder: Path,
        *,
        server: tuple[str, int],
        username: str,
        password: str,
        sip_port: int | None = None,
    ) -> None:
        self.recording = folder / "heard.wav"
        self._server = server
        self._home = folder / "home"
        self._log = folder / "linphone.log"
        self._settings = folder / "linphonerc"
        (self._home / ".local/share/linphone").mkdir(parents=True)
        host, port = server
        self._settings.write_text(
            CONFIGURATION.format(
                host=host,
                port=port,
                username=username,
                password=password,
                sip_port=sip_port or _free_port(),
                rtp_port=_free_port(),
            )
        )
        self._linphone: subprocess.Popen[str]

    def __enter__(self) -> Self:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        command = ["setpriv", "--pdeathsig", "TERM", "--", "stdbuf", "-oL"]
        command += ["linphonec", "-c", str(self._settings)]
        with self._log.open("wb") as log:
            self._linphone = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**kept, "HOME": str(self._home)},
                text=True,
            )
        self._await(r"linphonec>", 10)
        self._type("soundcard use files")
        self._type(f"record {self.recording}")
        self._await("Using wav files", 5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._linphone.communicate("terminate\nquit\n", timeout=5)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            self._linphone.kill()
            self._linphone.wait()
        shutil.rmtree(self._home)
        self._settings.unlink()

    def call(self, number: str, *, timeout: float = 15.0) -> None:
        """
        Call *number* and wait until the line answers.

        Raises:
            CallFailed: It was refused, or did not answer in *timeout*.
        """
        host, port = self._server
        self._type(f"call sip:{number}@{host}:{port}")
        if "connected" not in self._await(r"Call \d+ with .* (connected|error|ended)\b", timeout):
            raise CallFailed(f"the line refused the call: {self._printed[-400:]}")
        self._await("Media streams established", 5)

    def press(self, digits: str, *, pause: float = 0.3) -> None:
        """Press *digits* one after the other, *pause* seconds apart."""
        for digit in digits:
            self._type(digit)
            time.sleep(pause)

    def terminate(self) -> None:
        """Hang up, and wait until the call is over."""
        self._type("terminate")
        self.await_end(timeout=5)

    def await_end(self, *, timeout: float = 60.0) -> None:
        """
        Wait until the call is over, whoever hung up.

        Raises:
            CallFailed: It still stands after *timeout*.
        """
        self._await(r"Call \d+ with .* ended", timeout)

    @property
    def is_connected(self) -> bool:
        """Whether a call stands."""
        found = re.findall(r"Call \d+ with .* (connected|error|ended)\b", self._printed)
        return bool(found) and found[-1] == "connected"

    @property
    def _printed(self) -> str:
        return self._log.read_text(errors="replace")

    def _type(self, line: str) -> None:
        assert self._linphone.stdin is not None
        self._linphone.stdin.write(line + "\n")
        self._linphone.stdin.flush()

    def _await(self, pattern: str, seconds: float) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := re.search(pattern, self._printed):
                return found.group(0)
            if self._linphone.poll() is not None:
                break
            time.sleep(0.05)
        raise CallFailed(f"Linphone did not say {pattern!r}: {self._printed[-400:]}")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
