"""The sandbox itself: a request in, an answer out, no I/O."""

from __future__ import annotations

import logging
import os
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock

from paytone.sandbox.answer import Answer
from paytone.sandbox.auth import key_in
from paytone.sandbox.books import Books
from paytone.sandbox.clients import api as client_api
from paytone.sandbox.control import admin
from paytone.sandbox.control.faults import Faults
from paytone.sandbox.control.faulty import Faulty
from paytone.sandbox.control.keeper import Keeper
from paytone.sandbox.graph.gate import PATH, Gate
from paytone.sandbox.merchants import MERCHANTS, Key, Merchant, Settings
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.routes import Route, route_of
from paytone.sandbox.sales.expiring import expire
from paytone.sandbox.sales.life import pass_time
from paytone.sandbox.vault.cards import fingerprints
from paytone.sandbox.vault.seeds import sow
from paytone.sandbox.wire import Malformed, Params, read

LARGEST_BODY = 1_000_000

log = logging.getLogger(__name__)


class Sandbox:
    """
    A Braintree in memory.

    May be called from several threads; one request is worked on at a time.

    Args:
        clock: The time now, in UTC; called once a request.
        merchants: Who has an account here; the first is the default for the admin side.
        seed: Makes ids repeat from run to run.
        keeper: Holds the state beyond this object; what it holds is there from the start.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        merchants: tuple[Merchant, ...] = MERCHANTS,
        seed: int | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self.faults = Faults()
        self.books: dict[str, Books] = {}
        self._merchants = merchants
        self._seed = seed
        self._keeper = keeper
        self._fingerprint = fingerprints(keeper.key() if keeper else os.urandom(32))
        self._late: list[tuple[datetime, Callable[[], Answer]]] = []
        self.lock = RLock()
        self._begin()

    def reset(self) -> None:
        """Forget every transaction, customer, card, fault and changed setting."""
        with self.lock:
            if self._keeper:
                self._keeper.forget()
            self._begin()

    def save(self) -> None:
        """Let the keeper, if there is one, hold what has changed."""
        if self._keeper:
            with self.lock:
                self._keeper.save(self.books, self._ahead, self.faults)

    def _begin(self) -> None:
        """What the keeper holds, or else nothing but the published records."""
        dice = random.Random(self._seed)  # noqa: S311 - ids, no secrets
        self.books = {merchant.id: Books(merchant, dice) for merchant in self._merchants}
        self._ahead = self._keeper.ahead() if self._keeper else timedelta()
        if not (self._keeper and self._keeper.load(self.books)):
            for books in self.books.values():
                sow(books, self._fingerprint, self.now())
        self.faults.clear()
        if self._keeper:
            self._keeper.load_faults(self.faults)
        self._late.clear()
        self.save()

    def now(self) -> datetime:
        """The time here: the clock's, and what `advance` has added."""
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the time here on; what is due by then happens now."""
        with self.lock:
            self._ahead += timedelta(seconds=seconds)
            self._catch_up()
            self.save()

    def set(self, settings: Settings, merchant: str | None = None) -> None:
        """Give a merchant, the default one for None, other *settings*."""
        with self.lock:
            books = self.books_of(merchant)
            books.merchant = replace(books.merchant, settings=settings)
            self.save()

    def books_of(self, merchant: str | None = None) -> Books:
        """A merchant's books, those of the default one for None; KeyError for an unknown one."""
        return self.books[merchant or self._merchants[0].id]

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """
        What the gateway answers; never raises.

        Args:
            path: With its query string, if any.
            headers: Names in lower case.
        """
        with self.lock:
            try:
                self._catch_up()
                if path.startswith("/sandbox"):
                    answer = admin.handle(self, method, path, body)
                else:
                    answer = self._gateway(method, path, headers, body)
                self.save()
                return answer
            except Exception as fault:  # noqa: BLE001 - a defect of ours is a 500, as it is there
                return _broken(fault)

    def postpone(self, answer: Answer) -> None:
        """Do the work that *answer* still holds once the clock says that its wait is over."""
        if answer.then is not None:
            with self.lock:
                due = self.now() + timedelta(seconds=answer.before_s)
                self._late.append((due, answer.then))

    def _catch_up(self) -> None:
        now = self.now()
        for books in self.books.values():
            pass_time(books, now)
        if self._late:
            due = [work for at, work in self._late if at <= now]
            self._late = [(at, work) for at, work in self._late if at > now]
            for work in due:
                work()

    def _gateway(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        path, _, query = path.partition("?")
        faulty = Faulty(self.faults, self.lock, self.now, self.save)
        if path == PATH and len(body) <= LARGEST_BODY:
            gate = Gate(self.books, faulty, self._fingerprint)
            return gate.answer(method, headers, body, self.now())
        if len(body) > LARGEST_BODY:
            return Answer(413)
        if "/client_api/" in path:
            return self._client(method, path, query, body)
        entry = self._admit(method, path, headers.get("authorization", ""))
        if isinstance(entry, Answer):
            return entry
        try:
            said = read(body)
        except (Malformed, RecursionError):
            return Answer(400)
        expire(entry.books, self.now())
        request = self._request(entry, headers, said, method=method, path=path, query=query)
        return faulty.answer(request, entry.route.work)

    def _request(
        self, entry: _Entry, headers: Mapping[str, str], said: Params, *,
        method: str, path: str, query: str,
    ) -> Request:  # fmt: skip
        return Request(
            method=method,
            path=path,
            kind=entry.route.kind,
            names=entry.names,
            query=query,
            body=said,
            books=entry.books,
            fingerprint=self._fingerprint,
            user=entry.key.user,
            now=self.now(),
            host=headers.get("host", "127.0.0.1"),
        )

    def _client(self, method: str, path: str, query: str, body: bytes) -> Answer:
        """What a browser or an app is answered."""
        answer = client_api.gate(
            self.books, self._fingerprint, self.now(),
            method=method, path=path, query=query, body=body,
        )  # fmt: skip
        return answer or MISSING

    def _admit(self, method: str, path: str, authorization: str) -> _Entry | Answer:
        """Who asks for what; or 401, 403, 404."""
        root, *parts = path.strip("/").split("/")
        if root != "merchants" or not parts:
            return MISSING
        books = self.books.get(parts[0])
        key = key_in(authorization, books.merchant) if books else None
        if books is None or key is None:
            return Answer(401)
        found = route_of(method, parts[1:])
        if found is None:
            return MISSING
        route, names = found
        if key.read_only and not route.reads:
            return Answer(403)
        return _Entry(books, key, route, names)


@dataclass(frozen=True, slots=True)
class _Entry:
    books: Books
    key: Key
    route: Route
    names: tuple[str, ...]


def _broken(fault: Exception) -> Answer:
    """A 500 for a defect of ours; the log tells the place, never the values."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    log.error("%s in %s, line %s", type(fault).__name__, frame.name, frame.lineno)
    return Answer(500)
