"""An Asterisk of our own, beside any other on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from paytone.line.configuration import Configuration
from paytone.line.installed import Installed
from paytone.line.part import Part, PartFailed


class Asterisk(Part):
    """
    Asterisk with a written configuration.

    Args:
        environment: What classic AGI jobs find in their environment, besides this virtual
            environment first in PATH.
    """

    def __init__(
        self,
        configuration: Configuration,
        installed: Installed,
        *,
        environment: Mapping[str, str],
    ) -> None:
        self.configuration = configuration
        self._program = (installed.command, "-C", str(configuration.etc / "asterisk.conf"))
        super().__init__(
            "Asterisk",
            (*self._program, "-f"),
            log=configuration.logs / "asterisk.out",
            environment=_with_our_python(environment),
            ready=self._is_ready,
        )

    def rx(self, command: str) -> str:
        """
        What Asterisk's console answers to *command*.

        Raises:
            PartFailed: Asterisk does not answer.
        """
        answer = subprocess.run(
            (*self._program, "-rx", command),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if answer.returncode != 0:
            raise PartFailed(f"Asterisk did not take '{command}': {answer.stdout}{answer.stderr}")
        return answer.stdout

    @property
    def messages(self) -> str:
        """Its log so far."""
        log = self.configuration.logs / "messages"
        return log.read_text(errors="replace") if log.exists() else ""

    def tail(self) -> str:
        lines = [line for line in self.messages.splitlines() if "ERROR" in line or "WARN" in line]
        return "\n".join([super().tail(), *lines[-5:]]).strip()

    def _is_ready(self) -> bool:
        if not (self.configuration.run / "asterisk.ctl").exists():
            return False
        try:
            self.rx("core waitfullybooted")
            transports = self.rx("pjsip show transports")
        except PartFailed:
            return False
        if "transport-udp" not in transports:
            raise self.failed(f"could not bind SIP port {self.configuration.sip_port}")
        return True


def _with_our_python(environment: Mapping[str, str]) -> dict[str, str]:
    scripts = Path(sys.executable).parent
    return {**environment, "PATH": f"{scripts}:{environment.get('PATH', os.defpath)}"}
