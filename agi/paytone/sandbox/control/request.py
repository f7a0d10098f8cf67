"""Requests to the sandbox's own side: what they say, or why they are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args, get_origin, get_type_hints

from paytone.sandbox.answer import JSON, Answer
from paytone.sandbox.books import Books
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.merchants import Settings

if TYPE_CHECKING:
    from paytone.sandbox.core import Sandbox

Given = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its query and its body's fields."""

    sandbox: Sandbox
    query: dict[str, str]
    given: Given

    def books(self) -> Books:
        """The books of the merchant that is named, or of the default one."""
        merchant = self.given.get("merchant", self.query.get("merchant"))
        if merchant is None:
            return self.sandbox.books_of()
        if not isinstance(merchant, str) or merchant not in self.sandbox.books:
            raise Refused("no such merchant")
        return self.sandbox.books_of(merchant)

    def text(self, name: str) -> str:
        """A field that must be text."""
        value = self.given.get(name)
        if not isinstance(value, str) or not value:
            raise Refused(f"{name} is text and required")
        return value

    def number(self, name: str, otherwise: float | None = None) -> float:
        """A field that must be a number of zero or more; *otherwise* where it may be absent."""
        value = self.given.get(name, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise Refused(f"{name} is a number of zero or more")
        return float(value)


Work = Callable[[Asked], Answer]


class Refused(Exception):
    """The body or the query is not understood; its text says why. Nothing was done."""


def as_json(value: object, status: int = 200) -> Answer:
    """An answer with *value*."""
    return Answer(status, json.dumps(value, default=str).encode(), JSON)


def read_object(body: bytes) -> Given:
    """
    The fields in *body*.

    Raises:
        Refused: It is no JSON object.
    """
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused("the body is not JSON") from None
    if not isinstance(given, dict):
        raise Refused("the body is not an object")
    return given


_TYPES: dict[object, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    bool: (bool,),
    float: (int, float),
    tuple[str, ...]: (list,),
}


def check_fields(given: Given, kind: type[Fault] | type[Settings]) -> None:
    """
    That *given* are fields of *kind*, each of its type.

    Raises:
        Refused: One is not.
    """
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    for name, value in given.items():
        if name not in known:
            raise Refused(f"{name} is not one of {', '.join(sorted(known))}")
        if not _fits(value, hints[name]):
            raise Refused(f"{name} cannot be {value!r}")


def _fits(value: object, hint: object) -> bool:
    if choices := get_args(hint) if get_origin(hint) is Literal else ():
        return value in choices
    types = _TYPES[hint]
    if isinstance(value, bool) and bool not in types:
        return False
    if isinstance(value, int | float):
        return isinstance(value, types) and 0 <= value <= 1_000_000
    return isinstance(value, types)
