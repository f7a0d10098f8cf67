"""Text of others as a log may show it: on one line, and with no card number in it."""

from __future__ import annotations

import re

_LONG_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){9,}")


def masked(text: str) -> str:
    """*text* in plain letters, long numbers left out, however they are spaced."""
    return _LONG_NUMBER.sub("…", text.encode("unicode_escape").decode())
