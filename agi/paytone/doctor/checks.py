"""Electronic checks: whether they can be taken, recorded and kept."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.folder import passing
from paytone.store.banks import imported_when

OLD = timedelta(days=45)
"""A list of banks older than this lacks some that moved."""


def electronic_checks(patient: Patient) -> Findings:
    """Banks are listed, and spoken authorisations can be recorded where nobody else reads them."""
    settings = patient.settings
    if not settings.takes_checks:
        yield fine("electronic checks are not taken")
        return
    yield from passing(patient, settings.authorisations, "spoken authorisations", "checks.md")
    yield from _banks(patient)


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
