"""3-D Secure in a sale: authentications made here, and results that the merchant passes through."""

from __future__ import annotations

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.paying import Means
from paytone.sandbox.vault.cards import read_card
from paytone.sandbox.vault.nonces import CardNonce
from paytone.sandbox.wire import Params, write

_NAMES = ("three_d_secure_authentication_id", "three_d_secure_token")
_ECI = frozenset({"00", "01", "02", "03", "04", "05", "06", "07"})
_WITHOUT_CAVV = frozenset({"00", "07"})
_ONE_LETTER = {
    "authentication_response": "915120",
    "directory_response": "915121",
}


def create_verification(request: Request) -> Answer:
    """An authentication of the given card, as if its bank had said yes: for tests."""
    account = request.books.merchant.account(request.names[0])
    if account is None:
        return MISSING
    invalid = Invalid()
    params = request.params("three_d_secure_verification")
    face = read_card(params, request.fingerprint, invalid)
    if face is None:
        return refusal(invalid, request.body)
    made = request.books.new_id(16)
    request.books.authentications[made] = f"{face.fingerprint} {face.expiration}"
    shown = {"three_d_secure_authentication_id": made, "three_d_secure_token": made}
    return Answer(201, write("three_d_secure_verification", shown))


def check_secured(
    request: Request, params: Params, account: MerchantAccount, means: Means, invalid: Invalid
) -> str | None:
    """
    The gateway's reason to refuse a sale that needs 3-D Secure and has none.

    What is wrong with what it has is told to *invalid*.
    """
    passed = part(params, "three_d_secure_pass_thru")
    for name in _NAMES:
        if name in params:
            _check_authentication(request, params, name, means, invalid)
    if passed:
        _check_passed(passed, account, invalid)
    options = part(part(params, "options"), "three_d_secure")
    has_any = bool(passed) or any(name in params for name in _NAMES)
    return "three_d_secure" if flag(options, "required") and not has_any else None


def _check_authentication(
    request: Request, params: Params, name: str, means: Means, invalid: Invalid
) -> None:
    by_id = name == "three_d_secure_authentication_id"
    given = text(params, name)
    known = request.books.authentications.get(given or "")
    own = _own_authentication(means)
    if by_id and own is not None and given == own:
        return
    if known is None:
        invalid.add(name, "915196" if by_id else "91568")
    elif by_id and own is not None:
        invalid.add(name, "915198")
    elif by_id and "three_d_secure_pass_thru" in params:
        invalid.add(name, "915199")
    else:
        face = means.instrument.face
        if known != f"{face.fingerprint} {face.expiration}":
            invalid.add(name, "915197" if by_id else "91570")


def _own_authentication(means: Means) -> str | None:
    """The id of the authentication that the nonce itself brings, if it brings one."""
    nonce = means.payable
    secure = nonce.three_d_secure if isinstance(nonce, CardNonce) else None
    return secure.authentication_id if secure else None


def _check_passed(passed: Params, account: MerchantAccount, invalid: Invalid) -> None:
    if "no-three-d-secure" in account.features:
        invalid.add("merchant_account_id", "915131")
    scope, eci = invalid.at("three_d_secure_pass_thru"), text(passed, "eci_flag")
    if eci is None:
        scope.add("eci_flag", "915113")
    elif eci not in _ECI:
        scope.add("eci_flag", "915114")
    elif text(passed, "cavv") is None and eci not in _WITHOUT_CAVV:
        scope.add("cavv", "915116")
    for name, code in _ONE_LETTER.items():
        if (text(passed, name) or "Y") not in {"Y", "N", "U", "A", "C", "R", "E"}:
            scope.add(name, code)
    if (text(passed, "cavv_algorithm") or "0") not in {"0", "1", "2", "3"}:
        scope.add("cavv_algorithm", "915122")
