"""Calls out: whether they can be made as the law has it, where they are wanted at all."""

from __future__ import annotations

import psycopg

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.dialplan import running
from paytone.store.consents import counted

DIALS = "paytone-out"
AMD = "module show like app_amd"


def calls_out(patient: Patient) -> Findings:
    """Calls are made to whom agreed, in their own hours, and a machine is told from a person."""
    settings = patient.settings
    if not settings.calls_people:
        yield fine("nobody is called: PAYTONE_CALLS_OUT is off")
        return
    yield from _asterisk(patient)
    try:
        agreed, without_zone = counted(settings.database_url.get_secret_value())
    except psycopg.Error:
        yield doubt("whether anybody agreed to be called is not known: see the database")
        return
    if not agreed:
        yield doubt(
            "nobody has agreed to be called: paytone consents add, or call_consent in files"
        )
    elif without_zone:
        yield doubt(
            f"of {agreed} who agreed to be called {without_zone} have no time zone: their area "
            "code tells it, or they are called in the hours that all zones share"
        )
    else:
        yield fine(f"{agreed} agreed to be called, and where they are is known")


def _asterisk(patient: Patient) -> Findings:
    shown = patient.answer("dialplan show")
    if not shown:
        return
    if DIALS not in running(shown):
        yield fault(f"the dialplan has no {DIALS}: calls cannot be made; take it from ours")
    stop = patient.settings.stop_number
    if f"{stop}'" not in shown:
        yield fault(
            f"nothing in the dialplan answers {stop}, which people call to stop the calls: "
            "add it to paytone-inbound"
        )
    if "app_amd" not in patient.answer(AMD):
        yield fault("Asterisk has no AMD: machines are talked to as people; load app_amd.so")
