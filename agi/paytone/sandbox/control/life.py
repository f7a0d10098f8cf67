"""The sandbox's own side of time, settlement and webhooks."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlsplit

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Books
from paytone.sandbox.control.request import Asked, Refused, Work, as_json
from paytone.sandbox.sales.life import NotPossible, give_back, settle
from paytone.sandbox.sales.returns import REASONS
from paytone.sandbox.webhooks import Hook, tell_check


def _settle(asked: Asked) -> Answer:
    name = asked.text("transaction")
    try:
        sale = settle(_holder(asked, name), name, asked.sandbox.now())
    except NotPossible as fault:
        raise Refused(str(fault)) from None
    return as_json({"transaction": sale.id, "status": sale.status})


def _return(asked: Asked) -> Answer:
    name, code = asked.text("transaction"), asked.given.get("code", "R01")
    reason = asked.given.get("reason")
    if not isinstance(code, str) or code not in REASONS:
        raise Refused(f"code is one of {', '.join(REASONS)}")
    if reason is not None and not isinstance(reason, str):
        raise Refused("reason is text")
    try:
        sale = give_back(_holder(asked, name), name, code, asked.sandbox.now(), reason)
    except NotPossible as fault:
        raise Refused(str(fault)) from None
    return as_json({"transaction": sale.id, "status": sale.status, "code": code})


def _advance(asked: Asked) -> Answer:
    asked.sandbox.advance(asked.number("seconds"))
    return as_json({"now": asked.sandbox.now().isoformat()})


def _holder(asked: Asked, name: str) -> Books:
    """The books that hold the transaction; those asked for where none do."""
    holding = (books for books in asked.sandbox.books.values() if name in books.transactions)
    return next(holding, None) or asked.books()


def _hook(asked: Asked) -> Answer:
    books, url = asked.books(), asked.text("url")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise Refused("url is an http or https address")
    copies = int(asked.number("copies", 1))
    if copies not in {1, 2}:
        raise Refused("copies is 1 or 2")
    books.hook = Hook(
        url, spread_s=asked.number("spread_s", 0.0), copies=copies,
        retry_s=asked.number("retry_s", 3600.0),
    )  # fmt: skip
    return as_json(asdict(books.hook), 201)


def _hooks(asked: Asked) -> Answer:
    books = asked.books()
    notices = [
        {name: value for name, value in asdict(notice).items() if name != "payload"}
        for notice in books.notices.values()
    ]
    return as_json({"hook": books.hook and asdict(books.hook), "notices": notices})


def _no_hook(asked: Asked) -> Answer:
    books = asked.books()
    books.hook = None
    books.notices.clear()
    return as_json({})


def _check(asked: Asked) -> Answer:
    books = asked.books()
    if books.hook is None:
        raise Refused("there is no webhook address")
    tell_check(books, asked.sandbox.now())
    return as_json({}, 202)


LIFE_ROUTES: dict[tuple[str, str], Work] = {
    ("POST", "/sandbox/settle"): _settle,
    ("POST", "/sandbox/return"): _return,
    ("POST", "/sandbox/advance"): _advance,
    ("GET", "/sandbox/webhooks"): _hooks,
    ("POST", "/sandbox/webhooks"): _hook,
    ("DELETE", "/sandbox/webhooks"): _no_hook,
    ("POST", "/sandbox/webhooks/check"): _check,
}
