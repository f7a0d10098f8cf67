"""Flows and dialplan name only prompts that exist, and every prompt is said somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.prompts.catalogue import load
from paytone.visit import BANNERS
from tests.prompts.test_spoken import sayable

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "agi" / "paytone"
ENGLISH = load("en")

_PLAYED = re.compile(r"(?:Playback|Background|Gosub|Set)\(([^)]*)\)", re.IGNORECASE)
_FILE = re.compile(r"paytone(?:-ear)?/([a-z0-9-]+)")
_QUEUE = re.compile(r"^queue-[a-z]+=paytone/([a-z0-9-]+)")
_VARIABLE = re.compile(r"PAYTONE_(?:INTRO|MENU_PROMPT)=([a-z0-9&-]+)")


def said_in_python(folder: Path) -> Iterator[tuple[str, str]]:
    """Each prompt named as ``Prompt("…")`` in a module of *folder*, with its place."""
    for path in sorted(folder.rglob("*.py")):
        if path.is_relative_to(folder / "prompts"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Prompt"), args=[ast.Constant(value=str(name))]):
                    yield name, f"{path.relative_to(folder)}:{node.lineno}"


def said_in_dialplan(text: str) -> Iterator[str]:
    """Each prompt that a dialplan plays, or hands to a job in a variable."""
    for line in text.splitlines():
        code = line.partition(";")[0]
        for arguments in _PLAYED.findall(code):
            yield from _FILE.findall(arguments)
        yield from _QUEUE.findall(code)
        for names in _VARIABLE.findall(code):
            yield from (name for name in names.split("&") if name != BANNERS)


def said() -> dict[str, str]:
    places = dict(said_in_python(PACKAGE))
    for path in sorted((ROOT / "dialplan").glob("*.conf")):
        places |= dict.fromkeys(said_in_dialplan(path.read_text("utf-8")), path.name)
    return places


def test_every_prompt_that_is_said_is_in_the_catalogue() -> None:
    missing = {name: place for name, place in said().items() if name not in ENGLISH.entries}
    assert {} == missing


def test_every_prompt_in_the_catalogue_is_said() -> None:
    assert set() == set(ENGLISH.entries) - set(said()) - sayable()


def test_a_prompt_in_a_flow_is_seen(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text('PAID = Prompt("paid")\nOTHER = name("x")\n', "utf-8")
    assert [("paid", "flow.py:1")] == list(said_in_python(tmp_path))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (" same => n,Playback(paytone/to-agent)", ["to-agent"]),
        (" same => n,Playback(paytone/a&paytone/b)", ["a", "b"]),
        (" same => n,Set(PAYTONE_INTRO=greeting&global-keys) ; said", ["greeting", "global-keys"]),
        (';#include "paytone/extensions.conf" Playback(paytone/x)', []),
        ("exten => s,1,Goto(paytone-greeting,s,1)", []),
    ],
)
def test_a_prompt_in_a_dialplan_is_seen(line: str, names: list[str]) -> None:
    assert names == list(said_in_dialplan(line))
