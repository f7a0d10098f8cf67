"""A time zone in which it is about noon, so that people there may be called by a real clock."""

from __future__ import annotations

from datetime import UTC, datetime


def zone_at_noon() -> str:
    """Its IANA name."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+}"
