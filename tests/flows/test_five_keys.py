"""Every question of a flow offers five numbered keys at most, read from its source."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from paytone.line.installed import CHECKOUT
from paytone.prompts.choices import MOST_CHOICES

FLOWS: Final = CHECKOUT / "agi/paytone/flows"
NUMBERED: Final = frozenset("1234567")

MADE_UP: Final = {
    "agent_login.agent_login": "of 1 to 4, those that fit the agent's state",
    "amount_entry.ask_amount": "four amounts that have names, and another",
    "banner_entry.ask_kind": "three kinds that have words, and a message",
    "closed._choice": "a message and a call back",
    "confirm.hear_out": "1, two ways of a receipt, and what is new to save",
    "history.tell_payment": "the next one, and two ways of a receipt",
    "later.later": "once, again and again, what is set up",
    "menu.menu": "the dialplan's: tests/prompts/test_short.py counts those",
    "more_time_entry._ask_number": "as many parts as the rules allow, 2 to 6",
    "no_pin.without_pin": "three ways",
    "other_ways.other_ways": "three ways",
    "passcode_entry.prove_by_code": "three ways to send it, and the code itself",
    "receipts.receipts": "three kinds, and the usual pace",
    "send_ways.hear_out": "again, the next one, send it",
}
"""Questions whose keys are put together during the call, and why they are five at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: where it stands, and the keys it may offer; None where only a call can tell."""

    place: str
    keys: frozenset[str] | None


class Reading:
    """What an expression in a function of *module* may come to."""

    def __init__(self, module: ModuleType, function: ast.AST) -> None:
        self._module = module
        self._assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            match node:
                case (
                    ast.Assign(targets=[target], value=value)
                    | ast.AugAssign(target=target, value=value)
                ):
                    self._assign(target, value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._assigned.setdefault(name, []).append(value)
            case ast.Tuple(elts=names), ast.IfExp(body=body, orelse=other):
                self._assign(target, body)
                self._assign(target, other)
            case ast.Tuple(elts=names), ast.Tuple(elts=values):
                for each, its in zip(names, values, strict=True):
                    self._assign(each, its)

    def keys(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> frozenset[str] | None:
        """Every numbered key that *node* may hold; None where it cannot be told."""
        match node:
            case ast.Constant(value=str(text)):
                return NUMBERED & set(text)
            case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
                return _both(self.keys(one, seen), self.keys(other, seen))
            case ast.Subscript(value=whole):
                return self.keys(whole, seen)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=""), attr="join"), args=[joined]
            ):
                return self._known(joined)
            case ast.Name(id=name) if name in self._assigned:
                return self._local(name, seen)
        return self._known(node)

    def _local(self, name: str, seen: frozenset[str]) -> frozenset[str] | None:
        if name in seen:
            return frozenset()
        found: frozenset[str] | None = frozenset()
        for value in self._assigned[name]:
            found = _both(found, self.keys(value, seen | {name}))
        return found

    def _known(self, node: ast.expr) -> frozenset[str] | None:
        """Of a name that the module itself has."""
        match node:
            case ast.Name(id=name) if name not in self._assigned:
                held = getattr(self._module, name, None)
                return NUMBERED & set(held) if isinstance(held, str | Mapping) else None
        return None


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def questions(path: Path) -> Iterator[Asked]:
    """Each call of ``choose`` in a module of flows."""
    module = importlib.import_module(f"paytone.flows.{path.stem}")
    yield from asked_in(path.read_text("utf-8"), module, path.stem)


def asked_in(source: str, module: ModuleType, stem: str) -> Iterator[Asked]:
    """Each call of ``choose`` in *source*."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
            continue
        reading = Reading(module, function)
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Name(id="choose"), keywords=given):
                    (keys,) = [each.value for each in given if each.arg == "keys"]
                    yield Asked(f"{stem}.{function.name}", reading.keys(keys))


ASKED: Final = [
    asked
    for path in sorted(FLOWS.glob("*.py"))
    if path.stem != "__init__"
    for asked in questions(path)
]


@pytest.mark.parametrize(
    "asked", [each for each in ASKED if each.keys is not None], ids=lambda each: each.place
)
def test_a_question_offers_five_keys_at_most(asked: Asked) -> None:
    assert asked.keys is not None
    assert len(asked.keys) <= MOST_CHOICES


def test_where_the_keys_cannot_be_read_it_is_said_why_they_are_few() -> None:
    """The simulated callers count those in the words that are said."""
    assert set(MADE_UP) == {each.place for each in ASKED if each.keys is None}


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('await choose(p, keys="123456#")', "123456"),
        ('await choose(p, keys="12345"[:n])', "12345"),
        ('k = "12"\n if a:\n  k = k + "345"\n await choose(p, keys=k + "6")', "123456"),
        ('w, k = (1, "12") if a else (2, "3")\n await choose(p, keys=k)', "123"),
        ('await choose(p, keys="".join(options))', None),
    ],
)
def test_keys_are_read_as_they_are_written(source: str, keys: str | None) -> None:
    import paytone.flows.menu as module

    (asked,) = asked_in(f"async def f():\n {source}\n", module, "x")
    assert (None if keys is None else frozenset(keys)) == asked.keys
