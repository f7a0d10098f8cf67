"""Delivers webhooks over HTTP, from a thread beside the server."""

from __future__ import annotations

import logging
import secrets
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from paytone.sandbox.webhooks import Notice, answered, due_now, proven, signed

if TYPE_CHECKING:
    from paytone.sandbox.books import Books
    from paytone.sandbox.core import Sandbox

TIMEOUT_S = 30.0
"""An address that has not answered by then has not been told."""
_PAUSE_S = 0.05
_FORM = {"content-type": "application/x-www-form-urlencoded"}

log = logging.getLogger(__name__)


def deliver(sandbox: Sandbox, timeout_s: float = TIMEOUT_S) -> int:
    """Send all that is due, once each, and prove new addresses; how many requests that took."""
    sent = 0
    with sandbox.lock:
        all_books = list(sandbox.books.values())
    for books in all_books:
        sent += _prove(sandbox, books, timeout_s)
        with sandbox.lock:
            due = due_now(books, sandbox.now())
        for notice in due:
            _post(sandbox, books, notice, timeout_s)
        sent += len(due)
    return sent


def run(sandbox: Sandbox, stopped: Event) -> None:
    """Deliver until *stopped*."""
    while not stopped.wait(_PAUSE_S):
        deliver(sandbox)


def _prove(sandbox: Sandbox, books: Books, timeout_s: float) -> int:
    hook, key = books.hook, books.merchant.keys[0]
    if hook is None or hook.proof != "waiting":
        return 0
    challenge = secrets.token_hex(10)
    mark = "&" if "?" in hook.url else "?"
    status, said = _ask("GET", f"{hook.url}{mark}bt_challenge={quote(challenge)}", "", timeout_s)
    with sandbox.lock:
        if books.hook == hook:
            proven(books, key, challenge, said if status.startswith("2") else "")
            sandbox.save()
    return 1


def _post(sandbox: Sandbox, books: Books, notice: Notice, timeout_s: float) -> None:
    hook, key = books.hook, books.merchant.keys[0]
    if hook is None:
        return
    form = {"bt_signature": signed(key, notice.payload), "bt_payload": notice.payload}
    status, _ = _ask("POST", hook.url, urlencode(form), timeout_s)
    log.info("webhook %s %s", notice.kind, status)
    with sandbox.lock:
        answered(books, notice.id, status, sandbox.now())
        sandbox.save()


def _ask(method: str, url: str, body: str, timeout_s: float) -> tuple[str, str]:
    """Status and text of the answer; the name of the fault and nothing if none came."""
    place = urlsplit(url)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    path = f"{place.path or '/'}{'?' if place.query else ''}{place.query}"
    try:
        connection = kind(place.hostname or "", place.port, timeout=timeout_s)
        try:
            connection.request(method, path, body or None, _FORM if body else {})
            answer = connection.getresponse()
            return str(answer.status), answer.read(10_000).decode(errors="replace")
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as fault:
        return type(fault).__name__, ""
