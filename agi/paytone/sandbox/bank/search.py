"""Searching the verifications of bank accounts."""

from __future__ import annotations

from collections.abc import Callable

from paytone.sandbox.answer import Answer
from paytone.sandbox.bank.checks import BankCheck
from paytone.sandbox.bank.work import bank_account, show_check
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.matching import UnknownCriterion, fits_range, fits_text
from paytone.sandbox.params import part
from paytone.sandbox.request import Request
from paytone.sandbox.search import PAGE
from paytone.sandbox.wire import Given, Items, Value, write

_Plain = Callable[[BankCheck, Request], str | None]
_EQUAL = "account_type"
_LISTED: dict[str, _Plain] = {
    "ids": lambda check, _: check.id,
    "status": lambda check, _: check.status,
    "verification_method": lambda check, _: check.method,
}


def _face(check: BankCheck, request: Request, name: str) -> str | None:
    account = bank_account(request, check.token)
    return str(getattr(account.face, name)) if account else None


def _owner(check: BankCheck, request: Request) -> str | None:
    account = bank_account(request, check.token)
    return account.customer_id if account else None


def _email(check: BankCheck, request: Request) -> str | None:
    customer = request.books.customers.get(_owner(check, request) or "")
    return customer.fields.get("email") if customer else None


_TEXT: dict[str, _Plain] = {
    "id": lambda check, _: check.id,
    "payment_method_token": lambda check, _: check.token,
    "customer_id": _owner,
    "customer_email": _email,
    "account_holder_name": lambda check, request: _face(check, request, "holder"),
    "account_number": lambda check, request: _face(check, request, "last_four"),
    "routing_number": lambda check, request: _face(check, request, "routing_number"),
    _EQUAL: lambda check, request: _face(check, request, "account_type"),
}


def search_ids(request: Request) -> Answer:
    """The ids of the verifications that match, newest first."""
    try:
        ids = tuple(check.id for check in _matches(request))
    except UnknownCriterion:
        return _not_understood(request)
    results: dict[str, Value] = {"page_size": PAGE, "ids": Items("item", ids)}
    return Answer(200, write("search_results", results))


def search_page(request: Request) -> Answer:
    """The verifications that match and are asked for by id, newest first."""
    try:
        found = tuple(show_check(request, check) for check in _matches(request))
    except UnknownCriterion:
        return _not_understood(request)
    items = Items("us_bank_account_verification", found, typed=False)
    return Answer(200, write("us_bank_account_verifications", items))


def _not_understood(request: Request) -> Answer:
    return refusal(Invalid(), request.body, "Search criteria are invalid.")


def _matches(request: Request) -> list[BankCheck]:
    criteria = part(request.body, "search")
    return [
        check
        for check in reversed(request.books.checks.values())
        if all(_fits(check, name, wanted, request) for name, wanted in criteria.items())
    ]


def _fits(check: BankCheck, name: str, wanted: Given, request: Request) -> bool:
    if name in _LISTED and isinstance(wanted, list):
        return _LISTED[name](check, request) in wanted
    if name in _TEXT and isinstance(wanted, dict):
        return fits_text(_TEXT[name](check, request) or "", _last_four(name, wanted))
    if name == "created_at" and isinstance(wanted, dict):
        return fits_range(check.created, wanted)
    raise UnknownCriterion


def _last_four(name: str, wanted: dict[str, Given]) -> dict[str, Given]:
    """*wanted*, of which only four digits can be compared in an account number."""
    if name != "account_number":
        return wanted
    return {how: str(given or "")[-4:] for how, given in wanted.items()}
