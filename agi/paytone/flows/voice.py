"""Whether a caller spoke when they were asked to."""

from __future__ import annotations

import asyncio
import logging

from paytone.rules.authorisation import Recording
from paytone.rules.speech import NotRecorded, is_speech, measured

log = logging.getLogger(__name__)


async def speech_in(audio: bytes) -> Recording | None:
    """The WAV file *audio* with how long is spoken in it; None where nobody is heard to speak."""
    try:
        recording = await asyncio.to_thread(measured, audio)
    except NotRecorded as exc:
        log.warning("a recording cannot be read: %s", exc)
        return None
    return recording if is_speech(recording) else None
