"""3-D Secure: what the published nonces say of it, and what a merchant may pass through."""

from __future__ import annotations

from dataclasses import dataclass

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import text
from paytone.sandbox.wire import Params, Value

_FULL = ("authenticate_successful", True, True)
_NOT_SHIFTED = (False, True)

OUTCOMES: dict[str, tuple[str, bool, bool]] = {
    "visa-full-authentication": _FULL,
    "visa-attempts-non-participating": ("authenticate_attempt_successful", True, True),
    "visa-authentication-unavailable": ("authenticate_unable_to_authenticate", *_NOT_SHIFTED),
    "visa-bypassed-authentication": ("lookup_bypassed", False, False),
    "visa-failed-authentication": ("authenticate_failed", *_NOT_SHIFTED),
    "visa-failed-signature": ("authenticate_signature_verification_failed", *_NOT_SHIFTED),
    "visa-lookup-timeout": ("lookup_error", False, False),
    "visa-mpi-authenticate-error": ("authenticate_error", *_NOT_SHIFTED),
    "visa-mpi-lookup-error": ("lookup_error", False, False),
    "visa-not-enrolled": ("lookup_not_enrolled", True, False),
    "visa-unavailable": ("unsupported_card", False, False),
    "two-visa-error-on-lookup": ("lookup_error", False, False),
    "two-visa-timeout-on-lookup": ("lookup_error", False, False),
    "two-visa-successful-frictionless-authentication": _FULL,
    "two-visa-successful-step-up-authentication": _FULL,
}
"""By the middle of ``fake-three-d-secure-…-nonce``: status, liability shifted, shift possible."""

_NEEDED = {
    "eci_flag": ("942113", "EciFlag is required."),
    "cavv": ("942116", "Cavv is required."),
    "three_d_secure_version": ("942117", "ThreeDSecureVersion is required."),
}
_WITHOUT_CAVV = frozenset({"00", "07"})


@dataclass(frozen=True, slots=True)
class ThreeDSecure:
    """What became of asking the cardholder's bank who is paying."""

    status: str
    shifted: bool
    possible: bool
    authentication_id: str

    def shown(self) -> dict[str, Value]:
        """The content of ``<three-d-secure-info>``."""
        authenticated = self.status.startswith("authenticate")
        return {
            "status": self.status,
            "liability_shifted": self.shifted,
            "liability_shift_possible": self.possible,
            "enrolled": "Y" if self.possible else "N",
            "cavv": "cavv_value" if authenticated else None,
            "xid": "xid_value" if authenticated else None,
            "eci_flag": "05" if self.shifted else "07",
            "three_d_secure_version": "1.0.2",
            "three_d_secure_authentication_id": self.authentication_id,
            "ds_transaction_id": None,
            "acs_transaction_id": None,
            "pares_status": "Y" if self.shifted else "N",
        }


def outcome(name: str, authentication_id: str) -> ThreeDSecure | None:
    """What the published nonce *name* says; None for one that is of another kind."""
    middle = name.removeprefix("fake-three-d-secure-").removesuffix("-nonce")
    found = OUTCOMES.get(middle)
    if found is None or middle == name:
        return None
    return ThreeDSecure(*found, authentication_id)


def check_pass_thru(params: Params, invalid: Invalid) -> None:
    """Tell *invalid* what is missing from the results that a merchant passes through."""
    scope = invalid.at("three_d_secure_pass_thru")
    for name, (code, words) in _NEEDED.items():
        if name == "cavv" and text(params, "eci_flag") in _WITHOUT_CAVV:
            continue
        if text(params, name) is None:
            scope.add(name, code, words)
