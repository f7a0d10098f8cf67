"""What AGI's replies mean, whichever library read them; no I/O."""

from __future__ import annotations

from collections.abc import Mapping

from paytone.phone import HungUp


class AgiRefused(Exception):
    """Asterisk knows no such command or application: a fault of ours. No money moved."""


def result_of(reply: Mapping[str, object]) -> int:
    """
    The number after ``result=`` in *reply*; for a key, its ASCII code.

    Raises:
        HungUp: The channel is gone: ``HANGUP``, 511, ``-1``, or no reply at all.
        AgiRefused: 510 or 520.
    """
    if reply.get("status_code") in {510, 520}:
        raise AgiRefused(str(reply.get("msg", "")))
    match reply.get("result"):
        case (str(value), *_) if value.lstrip("-").isdigit() and value != "-1":
            return int(value)
    raise HungUp


def variable_of(reply: Mapping[str, object]) -> str:
    """
    The value that GET VARIABLE found; empty where the channel has none.

    Raises:
        HungUp: The channel is gone.
    """
    found = result_of(reply)
    match reply.get("result"):
        case (_, str(value)) if found == 1:
            return value
    return ""


def key_of(result: int) -> str | None:
    """The key whose ASCII code is *result*; None for 0, which is no key."""
    return chr(result) if result else None
