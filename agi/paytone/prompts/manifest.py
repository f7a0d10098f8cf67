"""How each audio file came about: ``sounds/<language>/prompts.lock``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from paytone.prompts import Prompt
from paytone.prompts.catalogue import Catalogue, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "prompts.lock"


class ManifestWrong(Exception):
    """The manifest cannot be read; the message says why. No audio was touched."""


@dataclass(frozen=True, slots=True)
class Made:
    """
    What a file was made from.

    Args:
        text: Fingerprint of the catalogue's text.
        said: Fingerprint of the voice and of what it was given to say; None for a recording.
        audio: Fingerprint of the file.
    """

    text: str
    said: str | None
    audio: str

    @property
    def recorded(self) -> bool:
        """Whether a person spoke it."""
        return self.said is None


class Standing(Enum):
    """How a prompt's audio stands to its text."""

    CURRENT = "current"
    MISSING = "missing"
    STALE = "stale"
    """The text, or the voice that spoke it, changed since."""
    DELIVERED = "delivered"
    """The file is not the one that was built: somebody put a recording there."""


def standing(entry: Entry, catalogue: Catalogue, made: Made | None, audio: str | None) -> Standing:
    """How the file with fingerprint *audio* stands to *entry*; *made* is what the manifest says."""
    if audio is None:
        return Standing.MISSING
    if made is None or made.audio != audio:
        return Standing.DELIVERED
    if made.text != fingerprint(entry.text) or (
        not made.recorded and made.said != said(entry, catalogue)
    ):
        return Standing.STALE
    return Standing.CURRENT


def said(entry: Entry, catalogue: Catalogue) -> str:
    """The fingerprint of *entry* as the catalogue's voice would speak it."""
    if entry.silence_ms is not None:
        return fingerprint(f"silence {entry.silence_ms}")
    return fingerprint(f"{catalogue.voice_of(entry)}\n{catalogue.spoken_text(entry)}")


def fingerprint(content: str | bytes) -> str:
    """Sixteen hexadecimal digits that change with *content*."""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:16]


def audio_fingerprint(path: Path) -> str | None:
    """The fingerprint of the file at *path*; None where there is none."""
    return fingerprint(path.read_bytes()) if path.exists() else None


def load(folder: Path) -> dict[Prompt, Made]:
    """
    The manifest in *folder*; empty where there is none.

    Raises:
        ManifestWrong: It is not what `save` writes.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        listed = json.loads(path.read_text("utf-8"))
        return {
            Prompt(name): Made(one["text"], one.get("said"), one["audio"])
            for name, one in listed.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ManifestWrong(f"{path}: {exc!r}") from exc


def save(folder: Path, manifest: Mapping[Prompt, Made]) -> None:
    """Write *manifest* at once, a line a prompt, in the order of names."""
    lines = [f"{json.dumps(name)}: {_line(made)}" for name, made in sorted(manifest.items())]
    part = folder / f"{NAME}.part"
    part.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    part.replace(folder / NAME)


def _line(made: Made) -> str:
    source = "recorded" if made.recorded else "spoken"
    fields = {"source": source, "text": made.text, "said": made.said, "audio": made.audio}
    return json.dumps({key: value for key, value in fields.items() if value is not None})
