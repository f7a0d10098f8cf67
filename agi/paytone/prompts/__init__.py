"""Prompts: what the line can say, by name."""

import re
from typing import Final, NewType

Prompt = NewType("Prompt", str)
"""
The kebab-case name of one recording, such as ``card-misread``; or a figure, such as
``money-112-40``, for which a language's grammar has several (`paytone.prompts.spoken`).

A recording's text stands in ``sounds/<language>.toml`` and its audio in ``sounds/<language>/``. Or
it is a sound of the admin's own, see `own_sounds`.
"""

_OWN: Final = "own:"
_FILE: Final = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


def own_sounds(files: str) -> tuple[Prompt, ...]:
    """
    Sounds that are not the line's, as Asterisk's Playback names them, joined with ``&``.

    Empty where one of *files* cannot be the name of a sound.
    """
    names = files.split("&")
    if not all(map(_FILE.fullmatch, names)):
        return ()
    return tuple(Prompt(_OWN + name) for name in names)


def sound_file(path: str) -> Prompt:
    """A sound of the line's own that is no prompt, by its absolute *path* without an ending."""
    return Prompt(_OWN + path)


def own_file(prompt: Prompt) -> str:
    """The file of a sound that is not the line's; empty for a prompt."""
    return prompt.removeprefix(_OWN) if prompt.startswith(_OWN) else ""


def recorded_name(prompt: Prompt) -> Prompt:
    """What the record of a call says of it: a file's name could hold anything."""
    return Prompt("own-sound") if own_file(prompt) else prompt
