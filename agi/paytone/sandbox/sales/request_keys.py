"""``api_request_key``: the same request twice is done once."""

from __future__ import annotations

import json

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Keyed
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import text
from paytone.sandbox.request import Request, Work

_LONGEST = 255


def key_of(request: Request) -> str | None:
    """The key that *request* carries, if any."""
    return text(request.params("transaction"), "api_request_key")


def once(request: Request, scope: str, work: Work) -> Answer:
    """
    What *work* answers, or answered when the key was first used.

    Args:
        scope: The error scope for what is wrong with the key itself.
    """
    key = key_of(request)
    if key is None:
        return work(request)
    books = request.books
    if len(key) > _LONGEST:
        return _refused(request, scope, "915230")
    if not books.settings.request_keys:
        return _refused(request, scope, "915231")
    earlier = books.keyed.get(key)
    return _first(request, key, work) if earlier is None else _again(request, scope, earlier)


def _first(request: Request, key: str, work: Work) -> Answer:
    books, digest, held = request.books, _digest(request), len(request.books.transactions)
    answer = work(request)
    refused = answer.status >= 300 and len(books.transactions) == held
    if books.settings.refusals_use_keys or not refused:
        books.keyed[key] = Keyed(digest, answer.status, answer.body)
    return answer


def _again(request: Request, scope: str, earlier: Keyed) -> Answer:
    """What a key is answered that was used before."""
    if earlier.digest != _digest(request):
        return _refused(request, scope, "915232")
    if earlier.status >= 500:
        return _refused(request, scope, "915235")
    if earlier.status >= 300:
        return _refused(request, scope, "915234")
    return Answer(earlier.status, earlier.body)


def in_flight(request: Request) -> Answer:
    """The answer to a key whose first request is still held up (915233)."""
    return _refused(request, "transaction", "915233")


def broken(request: Request) -> None:
    """Let the key be one whose request met an error of the gateway's own: used up (915235)."""
    key = key_of(request)
    if key is not None:
        request.books.keyed.setdefault(key, Keyed(_digest(request), 500, b""))


def _digest(request: Request) -> str:
    """A keyed digest, since the request may hold a card number."""
    said = json.dumps([request.path, request.body], default=str, sort_keys=True)
    return request.fingerprint(said)


def _refused(request: Request, scope: str, code: str) -> Answer:
    invalid = Invalid()
    invalid.at(scope).add("api_request_key", code)
    return refusal(invalid, request.body)
