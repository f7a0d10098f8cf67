"""Asking a card's bank whether it knows the card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.params import flag, read_amount, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.outcomes import broken_rules, checks_of
from paytone.sandbox.sales.responses import text_of
from paytone.sandbox.sales.three_d_secure import ThreeDSecure
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.vault.verification import Verification
from paytone.sandbox.vault.verification_view import show
from paytone.sandbox.wire import Params

_VERDICTS = {"declines": ("processor_declined", "2000"), "fails": ("failed", "3000")}
_LARGEST = Decimal(2**31) / 100
_ACCOUNT_TYPES = frozenset({"credit", "debit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """How a card is to be verified."""

    amount: Decimal
    account: MerchantAccount
    account_type: str | None = None
    names: bool = False
    risk: bool = True


@dataclass(frozen=True, slots=True)
class Codes:
    """The error codes of one kind of method, and how its options are named."""

    negative: str
    invalid_format: str
    unsupported_amount: str
    too_large: str
    account: str
    suspended: tuple[str, ...]
    bad_type: str
    unsupported_type: str
    prefix: str = "verification_"
    type_beside_options: bool = False


CARD = Codes("91739", "91740", "91741", "91752", "91728", ("91742",), "91757", "91758")
APPLE = Codes(
    "93535", "93534", "93536", "93537", "93540", ("93533", "93541"), "93538", "93543",
    type_beside_options=True,
)  # fmt: skip
ALONE = Codes(
    "94201", "94202", "94203", "94207", "94204", ("94205",), "942184", "942185", prefix=""
)


def read_options(request: Request, options: Params, invalid: Invalid, codes: Codes) -> Asked | None:
    """How *options* want a card verified; None after telling *invalid* what is wrong."""
    scope = invalid.at("options")
    account = _account(request, options, scope, codes)
    amount = _amount(options, scope, codes, account)
    kind = text(options, f"{codes.prefix}account_type")
    name = f"{codes.prefix}account_type"
    if kind is not None and kind not in _ACCOUNT_TYPES:
        (invalid if codes.type_beside_options else scope).add(name, codes.bad_type)
    elif kind is not None and account is not None and "account-types" not in account.features:
        scope.add(name, codes.unsupported_type)
    if scope or account is None or amount is None:
        return None
    inquiry = text(options, "account_information_inquiry") == "send_data"
    risk = not flag(options, "skip_advanced_fraud_checking")
    return Asked(amount, account, kind, inquiry, risk)


def verify(
    request: Request, asked: Asked, face: CardFace, *, cvv: str, billing: Address | None,
    cardholder_name: str | None = None, secure: ThreeDSecure | None = None,
    customer: dict[str, str | None] | None = None,
) -> Verification:  # fmt: skip
    """The bank's answer, kept; *cvv* is already its code."""
    books, settings = request.books, request.books.settings
    checks = checks_of(cvv, billing, skip_cvv=False, skip_avs=False)
    status, code = _VERDICTS.get(face.trait, ("verified", "1000"))
    reason = broken_rules(checks, settings) if code == "1000" else None
    if settings.fraud_tools and face.trait in {"fraud", "risk"}:
        reason = {"fraud": "fraud", "risk": "risk_threshold"}[face.trait]
    made = Verification(
        books.new_id(), status if reason is None else "gateway_rejected", code, reason,
        asked.amount, asked.account, checks, face, cardholder_name, billing, customer or {},
        request.now, names=_names(asked, billing), account_type=asked.account_type,
        risky=asked.risk and settings.review != "none", three_d_secure=secure,
    )  # fmt: skip
    books.verifications[made.id] = made
    return made


def belongs(
    request: Request, made: Verification | None, token: str, customer: dict[str, str | None]
) -> None:
    """Let the verification *made*, if there is one, be that of the card kept as *token*."""
    if made is not None:
        kept = replace(made, token=token, customer=customer)
        request.books.verifications[made.id] = kept


def refused(request: Request, made: Verification) -> Answer:
    """The 422 answer that holds the failed verification *made*."""
    rejected = made.rejection is not None
    message = f"Gateway Rejected: {made.rejection}" if rejected else text_of(made.code)
    return refusal(Invalid(), request.body, message, verification=show(made))


def _account(
    request: Request, options: Params, scope: Invalid, codes: Codes
) -> MerchantAccount | None:
    name = f"{codes.prefix}merchant_account_id"
    account = request.books.merchant.account(text(options, name))
    if account is None:
        scope.add(name, codes.account)
    elif "suspended" in account.features:
        for code in codes.suspended:
            scope.add(name, code)
    return account


def _amount(
    options: Params, scope: Invalid, codes: Codes, account: MerchantAccount | None
) -> Decimal | None:
    name = f"{codes.prefix}amount"
    if text(options, name) is None:
        return Decimal("0.00")
    found = Invalid()
    amount = read_amount(options, found, name=name, zero="allowed")
    wrong = {"81503": codes.invalid_format, "81501": codes.negative, "81528": codes.too_large}
    for code in found.codes():
        scope.add(name, wrong[code])
    if amount is None:
        return None
    if amount > _LARGEST:
        scope.add(name, codes.too_large)
    elif account is not None and "one-least" in account.features and 0 < amount < 1:
        scope.add(name, codes.unsupported_amount)
    return amount


def _names(asked: Asked, billing: Address | None) -> tuple[str, str]:
    if not asked.names or billing is None:
        return "I", "I"
    first, last = ("M" if billing[name] else "I" for name in ("first_name", "last_name"))
    return first, last
