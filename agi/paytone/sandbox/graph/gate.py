"""The door to GraphQL: who asks, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from paytone.sandbox.answer import Answer
from paytone.sandbox.auth import key_in
from paytone.sandbox.books import Books
from paytone.sandbox.clients.grant import grant_in
from paytone.sandbox.control.faulty import Faulty
from paytone.sandbox.graph.executed import Asked, carry_out, read, refused
from paytone.sandbox.graph.work import CLIENT_MUTATIONS, Graph
from paytone.sandbox.request import Request
from paytone.sandbox.vault.cards import Fingerprint

PATH: Final = "/graphql"
_FOR_ALL = CLIENT_MUTATIONS | {"ping", "__schema", "__type", "__typename"}


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who asks: with the merchant's keys, or as a *client* with a client token."""

    books: Books
    user: str
    client: bool
    read_only: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """GraphQL for all merchants."""

    books: Mapping[str, Books]
    faulty: Faulty
    fingerprint: Fingerprint

    def answer(self, method: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
        """What is answered to a request; errors of all kinds are a 200 with errors in it."""
        if method != "POST":
            return Answer(405)
        caller = self._caller(headers.get("authorization", ""))
        if caller is None:
            return refused("AUTHENTICATION", "Authentication failed.", "developer_error")
        asked = read(body)
        if isinstance(asked, Answer):
            return asked
        if not _may(caller, asked):
            return refused("AUTHORIZATION", "Not allowed for this authorization.")
        request = Request(
            method=method, path=PATH, kind=asked.kind, names=(), query="",
            body={"transaction": {**asked.sale}}, books=caller.books,
            fingerprint=self.fingerprint, user=caller.user, now=now,
            host=headers.get("host", "127.0.0.1"),
        )  # fmt: skip
        return self.faulty.answer(request, lambda given: _work(given, asked))

    def _caller(self, authorization: str) -> _Caller | None:
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "bearer":
            grant = grant_in(credentials, self.books)
            if grant is None:
                return None
            return _Caller(self.books[grant.merchant_id], "client", client=True, read_only=False)
        for books in self.books.values():
            if key := key_in(authorization, books.merchant):
                return _Caller(books, key.public, client=False, read_only=key.read_only)
        return None


def _work(request: Request, asked: Asked) -> Answer:
    return carry_out(asked, Graph(replace(request, body={})).resolvers())


def _may(caller: _Caller, asked: Asked) -> bool:
    if caller.client:
        return asked.asks <= _FOR_ALL
    return not (caller.read_only and asked.mutates)
