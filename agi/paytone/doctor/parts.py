"""The parts of the line: whether each is there and works."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from paytone.adapters import gateway_of
from paytone.config import CHECKOUT, Environment
from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.dialplan import known
from paytone.doctor.files import is_yes
from paytone.doctor.machine import clock_is_synchronised, core_limit, environment, owners
from paytone.gateway import GatewayRefused
from paytone.jobs import JOBS
from paytone.prompts.catalogue import CatalogueWrong, load
from paytone.prompts.check import check, differences
from paytone.prompts.grammar import GRAMMARS, USUAL
from paytone.prompts.manifest import ManifestWrong
from paytone.store.migrations import pending
from paytone.store.work_schema import seconds_since_a_worker_lived

SILENT_S = 60.0
"""A worker says six times a minute that it lives."""

OLDEST = 18
"""The oldest Asterisk that the dialplan was written for."""


def asterisk(patient: Patient) -> Findings:
    """Asterisk runs, and is not too old."""
    if not patient.told:
        yield fault(f"Asterisk cannot be asked ({patient.away}): start it; files are checked alone")
        return
    version = re.search(r"Asterisk (\S+)", patient.answer("core show version"))
    number = re.match(r"(?:certified/)?(\d+)", version[1]) if version else None
    if number and int(number[1]) < OLDEST:
        yield doubt(f"Asterisk {number[1]} is old: the line is made for {OLDEST} and later")
    else:
        yield fine(f"Asterisk {version[1].split('~')[0] if version else ''} runs")


def files(patient: Patient) -> Findings:
    """Asterisk's configuration can be read; what cannot be read must not count as clean."""
    if lost := patient.files.unread():
        yield fault(
            f"Asterisk's configuration cannot be read ({lost}): name its folder with "
            "--asterisk-etc, as a user who may read it"
        )
    else:
        yield fine(f"Asterisk's configuration is read from {patient.files.etc}")


def database(patient: Patient) -> Findings:
    """The database answers and has every migration."""
    try:
        missing = pending(patient.settings.database_url.get_secret_value(), patient.settings.sql)
    except (psycopg.Error, OSError) as exc:
        yield fault(f"the database does not answer ({_first_line(exc)}): PAYTONE_DATABASE_URL")
        return
    if missing:
        yield fault(f"the database lacks {', '.join(missing)}: run paytone migrate")
    else:
        yield fine("the database answers and is up to date")


def worker(patient: Patient) -> Findings:
    """A worker asks Braintree after payments."""
    url = patient.settings.database_url.get_secret_value()
    try:
        silent = seconds_since_a_worker_lived(url)
    except (psycopg.Error, OSError) as exc:
        yield doubt(f"whether a worker runs is not known ({_first_line(exc)})")
        return
    if silent is None or silent > SILENT_S:
        yield fault(
            "no worker runs, so nobody finds out what became of payments: start paytone work "
            "(systemctl start paytone-work)"
        )
    else:
        yield fine("a worker runs")


def _first_line(exc: Exception) -> str:
    # Neither libpq's text nor ours holds the password.
    return str(exc).strip().splitlines()[0] if str(exc).strip() else type(exc).__name__


async def gateway(patient: Patient) -> Findings:
    """The card gateway answers and knows us."""
    settings = patient.settings
    try:
        said = await gateway_of(settings).reach()
    except GatewayRefused as exc:
        said = str(exc)
    if said != "ok":
        return iter([
            fault(
                f"Braintree ({settings.braintree_environment.value}) cannot be used: {said}; see "
                "PAYTONE_BRAINTREE_*"
            )
        ])  # fmt: skip
    if settings.braintree_environment is not Environment.PRODUCTION:
        return iter([
            doubt(
                f"Braintree is {settings.braintree_environment.value}: no money moves until "
                "PAYTONE_BRAINTREE_ENVIRONMENT=production"
            )
        ])  # fmt: skip
    return iter([fine("Braintree answers and knows us")])


def prompts(patient: Patient) -> Findings:
    """In every language, every prompt has audio, and Asterisk finds it."""
    for language in GRAMMARS:
        yield from _prompts_of(patient, language)


def _prompts_of(patient: Patient, language: str) -> Findings:
    sounds = patient.settings.sounds
    try:
        catalogue = load(language, sounds)
        findings = [*differences(catalogue, load(USUAL, sounds))]
        findings += check(catalogue, sounds / language)
    except (CatalogueWrong, ManifestWrong, OSError) as exc:
        yield fault(f"the prompts cannot be read: {exc}")
        return
    if wrong := [finding for finding in findings if not finding.warning]:
        yield fault(f"{language}: {_some([each.name for each in wrong])}: {wrong[0].what}")
    if odd := [finding for finding in findings if finding.warning]:
        yield doubt(f"{language}: {_some([each.name for each in odd])}: {odd[0].what}")
    lost = [name for name in catalogue.entries if not _is_found(patient, language, name)]
    if lost:
        yield fault(
            f"Asterisk does not find {_some(lost)}: link its data folder's "
            f"sounds/{language}/paytone to {sounds / language}"
        )
    if not findings and not lost:
        yield fine(f"{language}: {len(catalogue.entries)} prompts are in order")


def _some(names: Sequence[str]) -> str:
    """What *names* are, the first of many for all."""
    return f"{len(names)} prompts ({names[0]} …)" if len(names) > 1 else f"prompt {names[0]}"


def _is_found(patient: Patient, language: str, name: str) -> bool:
    folder = patient.sounds / language / "paytone"
    return any(os.access(folder / f"{name}.{codec}", os.R_OK) for codec in ("ulaw", "alaw", "g722"))


def classic(patient: Patient) -> Findings:
    """The classic AGI jobs, which run when the server does not answer, can be started."""
    folder = _agi_folder(patient)
    lost = [verb for verb in JOBS if not os.access(folder / f"{verb}.agi", os.X_OK)]
    if lost:
        yield fault(f"{folder}/{lost[0]}.agi is not there or not executable: chmod +x it")
        return
    path = environment(patient.asterisk_pid).get("PATH")
    if path is not None and not _has_paytone(path):
        yield fault(
            "the python3 in Asterisk's PATH does not know paytone: put the virtual environment's "
            "bin first in the PATH of Asterisk's service"
        )
    else:
        yield fine("the jobs can run without the server")


def _agi_folder(patient: Patient) -> Path:
    settings = known(patient).get("paytone-settings")
    for _, arguments in settings.steps if settings else ():
        if arguments.startswith("PAYTONE_AGI_DIR="):
            return Path(arguments.partition("=")[2])
    return CHECKOUT / "agi"


def _has_paytone(path: str) -> bool:
    try:
        done = subprocess.run(
            ["/usr/bin/env", "python3", "-c", "import paytone.app"],
            env={"PATH": path}, capture_output=True, check=False, cwd="/", timeout=30,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def cores(patient: Patient) -> Findings:
    """No part leaves a core file, which would hold what callers keyed."""
    found = False
    if patient.setting("Dump core on crash") == "Yes" or is_yes(
        patient.files.option("asterisk.conf", "options", "dumpcore", "no")
    ):
        found = True
        yield fault("Asterisk dumps its memory when it crashes: set dumpcore=no in asterisk.conf")
    parts = {patient.asterisk_pid: "Asterisk"}
    parts |= dict.fromkeys(owners(patient.settings.fastagi_address[1]), "the FastAGI server")
    for name in sorted({parts[pid] for pid in parts if pid and core_limit(pid) not in {"", "0"}}):
        found = True
        yield fault(
            f"{name} may leave a core file: start it with ulimit -c 0 (systemd: LimitCORE=0)"
        )
    if not found:
        yield fine("no part leaves a core file")


def clock(_patient: Patient) -> Findings:
    """The clock is right: records are worth nothing otherwise (PCI DSS 10.6)."""
    if clock_is_synchronised():
        yield fine("the clock is kept by a time server")
    else:
        yield doubt("no time server keeps the clock: install chrony or turn on systemd-timesyncd")
