"""The sandbox's state in a SQLite file, written after each request: a restart loses nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from paytone.sandbox.books import Books
from paytone.sandbox.control.codec import from_text, to_text
from paytone.sandbox.control.faults import Faults
from paytone.sandbox.control.kept_faults import FIELDS, FaultRows
from paytone.sandbox.control.tracked import TrackedDict, TrackedSet
from paytone.sandbox.sales.life import expect, expect_credits

_TABLES = """
    CREATE TABLE IF NOT EXISTS kept (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        merchant TEXT NOT NULL, field TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        UNIQUE (merchant, field, key)
    );
"""
_PUT = """
    INSERT INTO kept (merchant, field, key, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (merchant, field, key) DO UPDATE SET value = excluded.value
"""
_TAKE = "DELETE FROM kept WHERE merchant = ? AND field = ? AND key = ?"
_PASSING = frozenset({"dice", "in_flight", "due", "authorized"})
"""Fields that are made anew from the others, or end with the process."""
_SELF = ""


class State:
    """
    One file.

    Not to be shared between processes. It holds no card number, no CVV and no account number,
    and the key that its fingerprints are made with.

    Raises:
        OSError: The file cannot be opened or is no such file.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
            self._db.executescript(f"PRAGMA journal_mode = WAL; {_TABLES}")
        except sqlite3.Error as fault:
            raise OSError(None, str(fault), str(file)) from fault
        self._whole: dict[tuple[str, str], object] = {}
        self._faults = FaultRows()
        self._ahead = timedelta(seconds=self._get("ahead") or 0.0)

    def key(self) -> bytes:
        """The key of the fingerprints; the same for as long as the file lives."""
        held = self._get("key")
        if held is None:
            held = os.urandom(32)
            self._db.execute(_PUT, (_SELF, "key", _SELF, to_text(held)))
        return bytes(held)

    def ahead(self) -> timedelta:
        """How far the clock was moved."""
        return self._ahead

    def load(self, all_books: Mapping[str, Books]) -> bool:
        """Fill *all_books* with what is held, and watch them; whether anything was held."""
        rows = self._db.execute(
            "SELECT merchant, field, key, value FROM kept WHERE merchant <> '' ORDER BY place"
        ).fetchall()
        for merchant, field, key, value in rows:
            if merchant in all_books and hasattr(all_books[merchant], field):
                _put_back(all_books[merchant], field, key, value)
        for books in all_books.values():
            _watch(books, fresh=not rows)
            _expect_all(books)
            for name in ("merchant", "hook"):
                self._whole[books.merchant.id, name] = getattr(books, name)
        return bool(rows)

    def load_faults(self, faults: Faults) -> None:
        """Fill *faults*, which are empty, with what is held."""
        query = "SELECT field, key, value FROM kept WHERE merchant = ? ORDER BY place"
        rows = self._db.execute(query, (_SELF,)).fetchall()
        self._faults.load([row for row in rows if row[0] in FIELDS], faults)

    def save(self, all_books: Mapping[str, Books], ahead: timedelta, faults: Faults) -> None:
        """Write what has changed since it was last called, all of it or nothing."""
        puts: list[tuple[str, str, str, str]] = []
        takes: list[tuple[str, str, str]] = []
        watched = []
        for merchant, books in all_books.items():
            for each in fields(books):
                held = getattr(books, each.name)
                if isinstance(held, TrackedDict | TrackedSet):
                    watched.append(held)
                    _changes(merchant, each.name, held, puts, takes)
                elif (merchant, each.name) in self._whole:
                    self._put_whole(merchant, each.name, held, puts)
        more, gone = self._faults.changes(faults)
        puts += [(_SELF, *each) for each in more]
        takes += [(_SELF, *each) for each in gone]
        if ahead != self._ahead:
            puts.append((_SELF, "ahead", _SELF, to_text(ahead.total_seconds())))
        if puts or takes:
            self._write(puts, takes)
        self._ahead = ahead
        for held in watched:
            held.changed.clear()

    def forget(self) -> None:
        """Hold nothing any more, but the key."""
        self._db.execute("DELETE FROM kept WHERE field <> 'key'")
        self._whole.clear()
        self._ahead = timedelta()
        self._faults = FaultRows()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _get(self, name: str) -> Any:
        query = "SELECT value FROM kept WHERE merchant = '' AND field = ?"
        row = self._db.execute(query, (name,)).fetchone()
        return from_text(row[0]) if row else None

    def _put_whole(
        self, merchant: str, name: str, held: object, puts: list[tuple[str, str, str, str]]
    ) -> None:
        if self._whole[merchant, name] is not held:
            self._whole[merchant, name] = held
            kept = held.settings if name == "merchant" else held  # type: ignore[attr-defined]
            puts.append((merchant, name, _SELF, to_text(kept)))

    def _write(
        self, puts: list[tuple[str, str, str, str]], takes: list[tuple[str, str, str]]
    ) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_TAKE, takes)
            self._db.executemany(_PUT, puts)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _put_back(books: Books, field: str, key: str, value: str) -> None:
    held = getattr(books, field)
    if field == "merchant":
        books.merchant = replace(books.merchant, settings=from_text(value))
    elif isinstance(held, dict):
        held[from_text(key)] = from_text(value)
    elif isinstance(held, set):
        held.add(from_text(key))
    else:
        setattr(books, field, from_text(value))


def _watch(books: Books, *, fresh: bool) -> None:
    for each in fields(books):
        held = getattr(books, each.name)
        if each.name in _PASSING or not isinstance(held, dict | set):
            continue
        watched = TrackedDict(held) if isinstance(held, dict) else TrackedSet(held)
        if not fresh:
            watched.changed.clear()
        setattr(books, each.name, watched)


def _expect_all(books: Books) -> None:
    for sale in list(books.transactions.values()):
        expect(books, sale)
        if sale.status == "authorized":
            books.authorized.append((sale.created, sale.id))
    for check in books.checks.values():
        if check.confirmed and check.status == "pending":
            expect_credits(books, check.id, check.updated)


def _changes(
    merchant: str, field: str, held: TrackedDict | TrackedSet,
    puts: list[tuple[str, str, str, str]], takes: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    for key in held.changed:
        name = to_text(key)
        if key not in held:
            takes.append((merchant, field, name))
        else:
            value = held[key] if isinstance(held, TrackedDict) else None
            puts.append((merchant, field, name, to_text(value)))
