"""The sandbox's values as JSON text and back, each exactly as it was."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

_HOME = "paytone.sandbox."


class Unreadable(ValueError):
    """Text that this version did not write; nothing was made of it."""


def to_text(value: object) -> str:
    """*value* as JSON; plain values, dates, money and the sandbox's own dataclasses."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def from_text(text: str) -> Any:
    """
    What `to_text` was given.

    Raises:
        Unreadable: It was not made by `to_text`, or of classes that are no more.
    """
    try:
        return _value(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, ImportError) as fault:
        raise Unreadable(str(fault)) from fault


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | Decimal() | bytes():
            return {"@": type(value).__name__, "v": _written(value)}
        case list():
            return [_plain(each) for each in value]
        case tuple() | frozenset() | set():
            return {"@": type(value).__name__, "v": [_plain(each) for each in value]}
        case Mapping():
            return {"@": "dict", "v": [[_plain(k), _plain(v)] for k, v in value.items()]}
    return _fields(value)


def _written(value: date | Decimal | bytes) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value.isoformat()


def _fields(value: object) -> object:
    kind = type(value)
    if not is_dataclass(value) or not kind.__module__.startswith(_HOME):
        raise TypeError(f"{kind.__name__} cannot be kept")
    held = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return {"@": f"{kind.__module__.removeprefix(_HOME)}:{kind.__qualname__}", "v": held}


def _value(given: Any) -> Any:
    if isinstance(given, list):
        return [_value(each) for each in given]
    if not isinstance(given, dict):
        return given
    name, held = given["@"], given["v"]
    if name in _SIMPLE:
        return _SIMPLE[name](held)
    kind = _kind(name)
    known = {each.name for each in fields(kind)}
    return kind(**{field: _value(each) for field, each in held.items() if field in known})


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "bytes": b64decode,
    "tuple": lambda held: tuple(map(_value, held)),
    "frozenset": lambda held: frozenset(map(_value, held)),
    "set": lambda held: set(map(_value, held)),
    "dict": lambda held: {_value(key): _value(value) for key, value in held},
}


@cache
def _kind(name: str) -> Any:
    """The dataclass of ours with that name, and nothing else."""
    module, _, cls = name.partition(":")
    kind = getattr(import_module(f"{_HOME}{module}"), cls)
    if not is_dataclass(kind):
        raise TypeError(f"{name} is not kept")
    return kind
