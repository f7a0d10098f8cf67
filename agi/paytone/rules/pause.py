"""How long to wait before something that did not work is tried again."""

from __future__ import annotations

from datetime import timedelta


def grown(first: timedelta, times: int, *, longest: timedelta) -> timedelta:
    """*first*, doubled as many *times* and at most ten, but never over *longest*."""
    return min(first * (1 << min(times, 10)), longest)
