"""Electronic checks: whether they can be taken, recorded and kept."""

from __future__ import annotations

import os
import stat
import time
from datetime import timedelta
from pathlib import Path

import psycopg

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.store.banks import imported_when

OLD = timedelta(days=45)
"""A list of banks older than this lacks some that moved."""

LEFT_BEHIND_S = 3600
"""No recording is on disk for longer than its call."""


def electronic_checks(patient: Patient) -> Findings:
    """Banks are listed, and spoken authorisations can be recorded where nobody else reads them."""
    settings = patient.settings
    if not settings.takes_checks:
        yield fine("electronic checks are not taken")
        return
    yield from _folder(settings.authorisations)
    if patient.told and "format_wav.so" not in patient.answer("module show like format_wav"):
        yield fault("Asterisk cannot write WAV files: load format_wav.so")
    yield from _banks(patient)


def _folder(folder: Path) -> Findings:
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
        left = [each for each in folder.iterdir() if _is_old(each)]
    except OSError as exc:
        yield fault(f"{folder}: {exc.strerror}; make it, see docs/checks.md")
        return
    if mode & 0o007:
        yield fault(f"{folder} is open to everybody: chmod o= {folder}")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield fault(f"{folder} cannot be written by this user, nor then by the server")
    elif left:
        yield doubt(f"{folder} holds {len(left)} recordings that a call left behind: delete them")
    else:
        yield fine(f"spoken authorisations pass through {folder}")


def _is_old(file: Path) -> bool:
    return time.time() - file.stat().st_mtime > LEFT_BEHIND_S


def _banks(patient: Patient) -> Findings:
    try:
        found = imported_when(patient.settings.database_url.get_secret_value())
    except psycopg.Error:
        yield doubt("which banks are listed is not known: see the database")
        return
    if found is None:
        yield fault("no bank is listed, so every check is refused: paytone banks import")
        return
    age = patient.settings.now() - found
    if age > OLD:
        yield doubt(f"the list of banks is {age.days} days old: paytone banks import")
    else:
        yield fine(f"the list of banks is of {found:%Y-%m-%d}")
