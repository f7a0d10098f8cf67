"""A caller made of software: dials the line over SIP, hears its prompts and keys a script."""

from __future__ import annotations

from collections.abc import Container, Sequence

from paytone.caller.call import Caller, NotHeard
from paytone.caller.dialog import Refused
from paytone.caller.hearing import Ended, Heard, Hearing
from paytone.caller.journal import Journal, Span
from paytone.caller.sdp import Codec
from paytone.caller.stream import Touch
from paytone.caller.wire import NoAnswer
from paytone.prompts import Prompt

__all__ = [
    "Caller",
    "Codec",
    "Ended",
    "Heard",
    "Hearing",
    "Journal",
    "NoAnswer",
    "NotHeard",
    "Refused",
    "Span",
    "Touch",
    "script",
]

Step = tuple[Prompt, str | None]


async def script(
    call: Caller,
    steps: Sequence[Step],
    *,
    secret: Container[Prompt] = (),
    timeout: float = 30.0,
) -> None:
    """
    Follow *steps*: on hearing each prompt, press its keys; at None hang up.

    Args:
        secret: Prompts whose answers are shown as dots.
        timeout: Seconds to wait for each prompt.

    Raises:
        NotHeard: A prompt did not come in time, or the line hung up before it.
    """
    for prompt, keys in steps:
        await call.hear(prompt, timeout=timeout)
        if keys is None:
            await call.hang_up()
            return
        if keys:
            await call.press(keys, secret=prompt in secret)
