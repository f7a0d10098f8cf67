"""Payments with an agent: what their keys do, and that they hear what came of it and no key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final

from paytone.config import CHECKOUT
from paytone.doctor import Findings, Patient, fault, fine
from paytone.doctor.dialplan import Dialplan, known
from paytone.prompts.grammar import USUAL

NAMED: Final = re.compile(r"(?<!\w)DYNAMIC_FEATURES=([\w#-]+)")
FILE: Final = "features.conf"
DOES: Final = {
    "paytone-card": ("peer", "paytone-assist"),
    "paytone-account": ("self", "paytone-assist-account"),
}
"""On whose channel each feature runs, seen from the agent, and what."""
CONTEXTS: Final = ("paytone-whisper", "paytone-agent-alone")
MODULES: Final = ("app_originate", "app_chanspy")
EAR: Final = "paytone-ear"


def agent_payment(patient: Patient) -> Findings:
    """Where agents have keys for it, each does what it should."""
    plan = known(patient)
    steps = (arguments for context in plan.values() for _, arguments in context.steps)
    named = {name for arguments in steps for found in NAMED.findall(arguments)
             for name in found.split("#")}  # fmt: skip
    given = sorted(named & DOES.keys())
    if not given:
        yield fine("agents have no key for payments: no DYNAMIC_FEATURES names one")
        return
    found = [
        *(finding for name in given for finding in _feature(patient, plan, name)),
        *_told(patient, plan),
    ]
    yield from found or [fine("agents let callers pay, and hear no key")]


def _feature(patient: Patient, plan: Dialplan, name: str) -> Findings:
    side, context = DOES[name]
    if context not in plan:
        yield fault(f"the dialplan has no {context}, which {name} needs: take it from ours")
    written = patient.files.option(FILE, "applicationmap", name)
    if not written or (patient.told and name not in patient.answer("features show").split()):
        yield fault(
            f"Asterisk does not know {name}, which DYNAMIC_FEATURES names: take it from our "
            f"{FILE}, then asterisk -rx 'module reload features'"
        )
        return
    whose, does = (*(part.strip() for part in written.split(",")), "", "")[1:3]
    runs = re.search(rf"(?<![\w-]){context}(?![\w-])", written)
    if whose.partition("/")[0] != side or does.lower() != "gosub" or not runs:
        yield fault(
            f"{name} does not run {context} on the channel '{side}': the agent would hear, or the "
            f"wrong one be asked; take the line from our {FILE}"
        )


def _told(patient: Patient, plan: Dialplan) -> Findings:
    """The agent hears what came of it: whispered, or when the caller is gone."""
    for context in CONTEXTS:
        if context not in plan:
            yield fault(f"the dialplan has no {context}, so agents hear nothing: take it from ours")
    for module in MODULES:
        if patient.told and f"{module}.so" not in patient.answer(f"module show like {module}"):
            yield fault(f"agents do not hear what came of a payment: load {module}.so")
    if lost := next(_unlinked(patient), None):
        yield fault(
            f"agents do not hear {lost}: Asterisk's sounds/{USUAL}/{EAR} lacks it; run paytone "
            "configure, which links what was added"
        )


def _unlinked(patient: Patient) -> Iterator[str]:
    folder = patient.sounds / USUAL / EAR
    prompts = sorted((CHECKOUT / "sounds" / USUAL).glob("*.ulaw"))
    return (file.stem for file in prompts if not os.access(folder / file.name, os.R_OK))
