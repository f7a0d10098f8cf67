"""This checkout's own files, and a command run in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PROVISION = CHECKOUT / "provision"


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished *command*, started in the checkout with *environment* added, output kept."""
    given = [f"{name}={value}" for name, value in environment.items()]
    return subprocess.run(
        ["env", *given, *command], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


def tracked() -> list[Path]:
    """The files that are the project's, by git's word."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed.check_returncode()
    return [
        path for name in listed.stdout.split("\0") if name and (path := CHECKOUT / name).is_file()
    ]
