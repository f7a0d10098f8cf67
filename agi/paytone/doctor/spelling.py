"""Settings that nobody reads: a name misspelt is a wish unheard."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Final

from paytone.config import PREFIX, Settings
from paytone.doctor import Findings, Patient, doubt, fine

OTHERS: Final = frozenset({"ADDRESS", "ASTERISK", "SANDBOX_PORT"})
"""Read by something else than Settings: Vagrant, setup, the local Braintree."""

KNOWN: Final = frozenset(PREFIX + name.upper() for name in (*Settings.model_fields, *OTHERS))


def settings(_patient: Patient) -> Findings:
    """Every PAYTONE_ variable is one that there is."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in KNOWN)
    for name in unknown:
        near = get_close_matches(name, KNOWN, n=1)
        meant = f": did you mean {near[0]}?" if near else ": see docs/install.md"
        yield doubt(f"{name} is no setting{meant}")
    if not unknown:
        yield fine("every PAYTONE_ variable is known")
