"""The gateway's XML: requests as plain values, plain values as answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

Given: TypeAlias = str | bool | int | datetime | list["Given"] | dict[str, "Given"] | None
"""What a request says: element names with underscores, an empty element as None."""

Params = dict[str, Given]

_DEEPEST = 30
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNSAFE = re.compile("[&<>]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Malformed(Exception):
    """The body is not XML as the gateway takes it; nothing was done. Holds nothing of the body."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Text that is marked ``type="symbol"``."""

    name: str


@dataclass(frozen=True, slots=True)
class Items:
    """
    Several values of one kind.

    Args:
        tag: The element of each.
        typed: Marked ``type="array"``, as everything is but the pages of a search.
    """

    tag: str
    values: tuple[Value, ...] = ()
    typed: bool = True


Value = str | bool | int | Decimal | date | Symbol | Items | Mapping[str, Any] | None
"""What an answer says; a Mapping holds Values, its keys become element names with dashes."""


def read(body: bytes) -> Params:
    """
    What *body* says, as one field: the root element's name with its content; nothing for no body.

    Raises:
        Malformed: Not XML, with entities or a document type, too deep, or a value not of its type.
    """
    if not body.strip():
        return {}
    try:
        root = fromstring(body, forbid_dtd=True)
        return {_name(root): _given(root, 0)}
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Malformed from None


def write(tag: str, value: Value) -> bytes:
    """The document with *value* as its root element *tag*."""
    out = [_PROLOG]
    _element(out.append, tag, value)
    return "".join(out).encode()


def _name(element: Element) -> str:
    return str(element.tag).replace("-", "_")


def _given(element: Element, depth: int) -> Given:
    if depth > _DEEPEST:
        raise Malformed
    kind = element.get("type")
    if kind == "array":
        return [_given(child, depth + 1) for child in element]
    if len(element):
        return {_name(child): _given(child, depth + 1) for child in element}
    text = element.text
    if not text:
        return None
    reader = _READERS.get(kind or "")
    return reader(text) if reader else text


def _moment(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


_READERS: dict[str, Callable[[str], Given]] = {
    "boolean": lambda text: text.strip() in {"true", "1"},
    "integer": int,
    "datetime": _moment,
}


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: _ENTITIES[found[0]], text) if _UNSAFE.search(text) else text


def _element(put: Callable[[str], None], name: str, value: Value) -> None:
    tag = name.replace("_", "-")
    if value is None:
        put(f'<{tag} nil="true"/>')
    elif isinstance(value, str):
        put(f"<{tag}>{_escaped(value)}</{tag}>")
    elif isinstance(value, Mapping):
        put(f"<{tag}>")
        for key, inner in value.items():
            _element(put, key, inner)
        put(f"</{tag}>")
    elif isinstance(value, Items):
        put(f'<{tag} type="array">' if value.typed else f"<{tag}>")
        for inner in value.values:
            _element(put, value.tag, inner)
        put(f"</{tag}>")
    else:
        put(_typed(tag, value))


def _typed(tag: str, value: bool | int | Decimal | date | Symbol) -> str:
    match value:
        case bool():
            return f'<{tag} type="boolean">{"true" if value else "false"}</{tag}>'
        case int():
            return f'<{tag} type="integer">{value}</{tag}>'
        case datetime():
            return f'<{tag} type="datetime">{value:%Y-%m-%dT%H:%M:%SZ}</{tag}>'
        case date():
            return f'<{tag} type="date">{value:%Y-%m-%d}</{tag}>'
        case Symbol():
            return f'<{tag} type="symbol">{_escaped(value.name)}</{tag}>'
        case _:
            return f"<{tag}>{value}</{tag}>"
