"""The folder that recordings pass through, from Asterisk to the database."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.machine import may_write

LEFT_BEHIND_S = 3600
"""No recording is on disk for longer than its call."""


def passing(patient: Patient, folder: Path, what: str, page: str) -> Findings:
    """*what* can be written by Asterisk and taken by us, and nobody else reads it."""
    if patient.told and "format_wav.so" not in patient.answer("module show like format_wav"):
        yield fault("Asterisk cannot write WAV files: load format_wav.so")
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
        left = [each for each in folder.iterdir() if _is_old(each)]
    except OSError as exc:
        yield fault(f"{folder}: {exc.strerror}; make it, see docs/{page}")
        return
    if mode & 0o007:
        yield fault(f"{folder} is open to everybody: chmod o= {folder}")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield fault(f"{folder} cannot be written by this user, nor then by the server")
    elif not may_write(patient.asterisk_pid, folder):
        yield fault(
            f"Asterisk cannot write to {folder}: let it belong to a group that both are in, "
            f"chmod g+rwxs {folder}"
        )
    elif left:
        yield doubt(f"{folder} holds {len(left)} recordings that a call left behind: delete them")
    else:
        yield fine(f"{what} pass through {folder}")


def _is_old(file: Path) -> bool:
    return time.time() - file.stat().st_mtime > LEFT_BEHIND_S
