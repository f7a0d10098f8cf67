"""Dicts and sets that remember which of their keys were changed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class TrackedDict(dict[Any, Any]):
    """A dict; *changed* holds the keys that were set or taken since it was last emptied."""

    def __init__(self, held: dict[Any, Any]) -> None:
        super().__init__(held)
        self.changed: dict[Hashable, None] = dict.fromkeys(held)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.changed[key] = None
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self.changed[key] = None
        super().__delitem__(key)

    def pop(self, key: Any, *otherwise: Any) -> Any:
        self.changed[key] = None
        return super().pop(key, *otherwise)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self.changed[key] = None
        return super().setdefault(key, default)

    def update(self, *others: Any, **named: Any) -> None:
        for key, value in dict(*others, **named).items():
            self[key] = value

    def clear(self) -> None:
        self.changed.update(dict.fromkeys(self))
        super().clear()

    def popitem(self) -> tuple[Any, Any]:
        key, value = super().popitem()
        self.changed[key] = None
        return key, value


class TrackedSet(set[Any]):
    """A set; *changed* holds the members that came or went since it was last emptied."""

    def __init__(self, held: set[Any]) -> None:
        super().__init__(held)
        self.changed: dict[Hashable, None] = dict.fromkeys(held)

    def add(self, member: Any) -> None:
        self.changed[member] = None
        super().add(member)

    def discard(self, member: Any) -> None:
        self.changed[member] = None
        super().discard(member)

    def remove(self, member: Any) -> None:
        self.changed[member] = None
        super().remove(member)
