"""Verifications over the XML API: asked for by themselves, found and searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.matching import UnknownCriterion, fits_range, fits_text
from paytone.sandbox.params import part
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.three_d_secure import check_pass_thru
from paytone.sandbox.search import PAGE
from paytone.sandbox.vault.card_work import card_in
from paytone.sandbox.vault.search import fits_number
from paytone.sandbox.vault.verification import Verification
from paytone.sandbox.vault.verification_view import show
from paytone.sandbox.vault.verifying import ALONE, read_options, refused, verify
from paytone.sandbox.wire import Given, Items, Params, Value, write

_TEXT: dict[str, Callable[[Verification], str | None]] = {
    "id": lambda one: one.id,
    "credit_card_cardholder_name": lambda one: one.cardholder_name,
    "credit_card_expiration_date": lambda one: one.face.expiration,
    "billing_address_details_postal_code": lambda one: (one.billing or {}).get("postal_code"),
    "customer_email": lambda one: one.customer.get("email"),
    "customer_id": lambda one: one.customer.get("id"),
    "payment_method_token": lambda one: one.token,
}
_LISTED: dict[str, Callable[[Verification], str]] = {
    "ids": lambda one: one.id,
    "status": lambda one: one.status,
    "credit_card_card_type": lambda one: one.face.brand,
    "verification_type": lambda _: "credit_card",
}


def create(request: Request) -> Answer:
    """The bank's answer on a card that is not to be kept: 201 verified, 422 not."""
    params, invalid = request.params("verification"), Invalid()
    scope = invalid.at("verification")
    nonce = params.get("payment_method_nonce")
    behind: Params = {"payment_method_nonce": nonce} if nonce else {}
    given = card_in(request, {**part(params, "credit_card"), **behind}, scope.at("credit_card"))
    asked = read_options(request, part(params, "options"), scope, ALONE)
    if passed := part(params, "three_d_secure_pass_thru"):
        check_pass_thru(passed, scope)
    if invalid or given is None or asked is None:
        return refusal(invalid, request.body)
    card = given.card
    made = verify(
        request, asked, card.face, cvv=given.cvv, billing=card.billing,
        cardholder_name=card.cardholder_name, secure=given.secure,
    )  # fmt: skip
    return _shown(201, made) if made.verified else refused(request, made)


def find(request: Request) -> Answer:
    """The verification, or 404."""
    found = request.books.verifications.get(request.names[0])
    return _shown(200, found) if found else MISSING


def search_ids(request: Request) -> Answer:
    """The ids of the verifications that match, newest first."""
    try:
        ids = tuple(one.id for one in _matches(request))
    except UnknownCriterion:
        return refusal(Invalid(), request.body, "Search criteria are invalid.")
    results: dict[str, Value] = {"page_size": PAGE, "ids": Items("item", ids)}
    return Answer(200, write("search_results", results))


def search_page(request: Request) -> Answer:
    """The verifications that match and are asked for by id, newest first."""
    try:
        found = tuple(show(one) for one in _matches(request))
    except UnknownCriterion:
        return refusal(Invalid(), request.body, "Search criteria are invalid.")
    return Answer(
        200, write("credit_card_verifications", Items("verification", found, typed=False))
    )


def _matches(request: Request) -> Iterator[Verification]:
    criteria = part(request.body, "search")
    for one in reversed(request.books.verifications.values()):
        if all(_fits(one, name, wanted, request) for name, wanted in criteria.items()):
            yield one


def _fits(one: Verification, name: str, wanted: Given, request: Request) -> bool:
    if name in _LISTED and isinstance(wanted, list):
        return _LISTED[name](one) in wanted
    if not isinstance(wanted, dict):
        raise UnknownCriterion
    if name in _TEXT:
        return fits_text(_TEXT[name](one) or "", wanted)
    if name == "created_at":
        return fits_range(one.created, wanted)
    if name == "credit_card_number":
        return fits_number(one.face, wanted, request)
    raise UnknownCriterion


def _shown(status: int, one: Verification) -> Answer:
    return Answer(status, write("verification", show(one)))
