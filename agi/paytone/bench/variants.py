"""Three dialplans for the same call: with the server, without it, and without AGI."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Final

from paytone.bench import BenchFailed
from paytone.bench.journey import Turn
from paytone.phone.agi import FOLDER
from paytone.prompts import Prompt

FLOOR_CONTEXT: Final = "bench-floor"
TO_PAYTONE: Final = "Goto(paytone-greeting,s,1)"
FAST_AGI: Final = "AGI(agi://${PAYTONE_FASTAGI}/${ARG1})"
CLASSIC_AGI: Final = "AGI(${PAYTONE_AGI_DIR}/${ARG1}.agi)"
FIRST_KEY_S: Final = 7


class Variant(Enum):
    """Who answers the call."""

    FLOOR = "dialplan alone"
    SERVER = "Paytone"
    CLASSIC = "Paytone, classic AGI"


def prepare(dialplan: Path, folder: Path) -> Path:
    """A copy of *dialplan* in *folder* whose Asterisk also has ``Read``, for the floor."""
    shutil.copytree(dialplan, folder)
    with (folder / "modules.conf").open("a") as modules:
        modules.write("\n; For the bench's dialplan without AGI.\nrequire=app_read.so\n")
    return folder


def rendered(extensions: str, variant: Variant, turns: Sequence[Turn]) -> str:
    """
    The text of extensions.conf that makes *variant* answer.

    Raises:
        BenchFailed: *extensions* is not as it was when this was written.
    """
    if variant is Variant.SERVER:
        return extensions
    if variant is Variant.FLOOR:
        text = extensions.replace(TO_PAYTONE, f"Goto({FLOOR_CONTEXT},s,1)")
        added = floor(turns)
    else:
        text, added = extensions.replace(FAST_AGI, CLASSIC_AGI), ""
    if text == extensions:
        raise BenchFailed(f"extensions.conf cannot be made to answer by {variant.value}")
    return text + added


def floor(turns: Sequence[Turn]) -> str:
    """The context that plays *turns* and takes their keys, and does nothing with them."""
    steps = ["Answer(300)"]
    for turn in turns:
        if turn.announced:
            steps.append(f"Playback({_files(turn.announced)})")
        if turn.keys:
            steps.append(f"Read(KEYED,{_files(turn.said)},{turn.room},,1,{FIRST_KEY_S})")
    steps.append("Hangup()")
    lines = [f"exten => s,1,{steps[0]}", *(f" same => n,{step}" for step in steps[1:])]
    return "\n".join([f"\n[{FLOOR_CONTEXT}]", *lines, ""])


def _files(prompts: tuple[Prompt, ...]) -> str:
    return "&".join(f"{FOLDER}{prompt}" for prompt in prompts)
