"""The prompts that say where a payment centre is: an operator's own, named by what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from paytone.prompts import Prompt
from paytone.prompts.catalogue import PLACES
from paytone.prompts.manifest import fingerprint
from paytone.prompts.sox import CODECS

if TYPE_CHECKING:
    from paytone.rules.place import Centre

_HEX, _LETTERS = "0123456789abcdef", "abcdefghijklmnop"
_HEAD = """\
# Where payment centers are and when they are open; `paytone places prompts` writes this file.

[pieces]
"""


def place_text(centre: Centre) -> str:
    """Name and address."""
    return _sentence(f"{centre.name}, {centre.address}, {centre.city}")


def hours_text(centre: Centre) -> str | None:
    """The hours; None where they are not known."""
    return _sentence(centre.hours) if centre.hours else None


def write(centres: Iterable[Centre], folder: Path) -> int:
    """Let the prompts of *centres* be the own ones of the language in *folder*; how many it has."""
    texts: dict[Prompt, str] = {}
    for centre in centres:
        texts[_name("place", place_text(centre))] = place_text(centre)
        if (hours := hours_text(centre)) is not None:
            texts[_name("hours", hours)] = hours
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}\n" for name, text in texts.items()]
    part = folder / f"{PLACES}.part"
    part.write_text(_HEAD + "".join(lines), "utf-8")
    part.replace(folder / PLACES)
    return len(texts)


def with_prompts(centre: Centre, folders: Iterable[Path]) -> Centre:
    """*centre* with those of its prompts that can be played from each of *folders*."""
    folders = list(folders)
    place, hours = _name("place", place_text(centre)), hours_text(centre)
    named = _name("hours", hours) if hours else None
    return replace(
        centre,
        place_prompt=place if _is_playable(place, folders) else None,
        hours_prompt=named if named and _is_playable(named, folders) else None,
    )


def _is_playable(name: Prompt, folders: Iterable[Path]) -> bool:
    return all((folder / f"{name}.{codec}").exists() for folder in folders for codec in CODECS)


def _name(kind: str, text: str) -> Prompt:
    # Letters alone: the record of a call takes no name with seven digits in a row.
    return Prompt(f"{kind}-{fingerprint(text)[:12].translate(str.maketrans(_HEX, _LETTERS))}")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!")) else f"{text}."
