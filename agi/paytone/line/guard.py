"""What tidies up after a run whose program was killed outright."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import final

# Waits for its standard input to close, which the kernel sees to however the parent ends. The parts
# have had their signal then; Postgres is the last to end.
_WATCH = """
read -r _
for _ in 1 2 3 4 5 6 7 8 9; do
    sleep 1
    [ -e "$1/postgres/cluster/postmaster.pid" ] || break
done
rm -rf -- "$1"
"""


@final
class Guard:
    """A process that removes *folder* once we are gone and the parts have ended."""

    def __init__(self, folder: Path) -> None:
        self._watcher = subprocess.Popen(
            ["sh", "-c", _WATCH, "paytone-guard", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """We end things ourselves; may be called twice."""
        self._watcher.kill()
        self._watcher.wait()
        if self._watcher.stdin is not None:
            self._watcher.stdin.close()
