"""The fee: whether callers hear the truth of it."""

from __future__ import annotations

import re
from typing import Final

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.dialplan import PAYING, known

DENIED: Final = re.compile(r"(?<![\w-])no-fee(?![\w-])")


def fee(patient: Patient) -> Findings:
    """The dialplan says that there is no fee where there is none, and there alone."""
    plan = known(patient)
    if PAYING not in plan:
        return
    steps = (arguments for context in plan.values() for _, arguments in context.steps)
    denied, taken = any(map(DENIED.search, steps)), patient.settings.fee
    if taken and denied:
        yield fault(
            f"callers are told that there is no fee, and pay {taken}: take no-fee out of "
            "each PAYTONE_INTRO in the dialplan"
        )
    elif taken:
        yield fine(f"paying by phone costs {taken}, said before it is charged")
    elif denied:
        yield fine("paying by phone costs nothing, and callers hear so")
    else:
        yield doubt(
            "paying by phone costs nothing, and nobody says so: put no-fee into PAYTONE_INTRO in "
            "paytone-greeting"
        )
