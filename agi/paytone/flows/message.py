"""A message for a person: spoken after all digits are in, kept once the caller says so."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import BACK, TooManyTries, choose, patiently
from paytone.flows import Desk
from paytone.flows.voice import speech_in
from paytone.phone import CannotRecord, HungUp, Phone
from paytone.prompts import Prompt
from paytone.rules.authorisation import Recording
from paytone.store import StoreAway, messages

log = logging.getLogger(__name__)

SAY: Final = Prompt("message-say")
SEND: Final = Prompt("message-send")
AGAIN: Final = Prompt("message-again")
HEAR: Final = Prompt("message-hear")
NOT_HEARD: Final = Prompt("message-not-heard")
SENT: Final = Prompt("message-sent")
NOT_KEPT: Final = Prompt("message-not-kept")

LONGEST_S: Final = 120.0
SILENCE_S: Final = 5.0
SHORTEST_S: Final = 2.0
"""Of less, who hangs up while speaking has left none."""
BYTES_A_SECOND: Final = 16_000
TRIES: Final = 3


async def leave_message(phone: Phone, desk: Desk, person_id: str) -> bool:
    """
    Whether the caller left a message; the caller heard so.

    Who hangs up instead of pressing 1, or while speaking, has left one, too: not confirmed.
    """
    for _ in range(TRIES):
        await phone.announce(SAY)
        try:
            audio = await phone.record(longest=LONGEST_S, silence=SILENCE_S)
        except CannotRecord as exc:
            log.error("a message cannot be recorded: %s", exc)
            break
        except HungUp as gone:
            await _keep_what_was_said(desk, person_id, gone.said)
            raise
        recording = await speech_in(audio)
        if recording is None:
            await phone.announce(NOT_HEARD)
            continue
        match await _wish(phone, desk, person_id, recording):
            case "1" | "" as key:
                return await _sent(phone, desk, person_id, recording, confirmed=key == "1")
            case "*":
                return False
    await phone.announce(NOT_KEPT)
    return False


async def _wish(phone: Phone, desk: Desk, person_id: str, recording: Recording) -> str:
    """1 to send it, 2 to say it again, * for none; empty where no key was pressed."""
    try:
        while (choice := await choose(phone, SEND, AGAIN, HEAR, keys="123")) == "3":
            await phone.play(recording.audio)
    except TooManyTries:
        return ""
    except HungUp:
        await _keep(desk, person_id, recording, confirmed=False)
        raise
    return "*" if choice is BACK else choice


async def _sent(
    phone: Phone, desk: Desk, person_id: str, recording: Recording, *, confirmed: bool
) -> bool:
    kept = await patiently(phone, _keep(desk, person_id, recording, confirmed=confirmed))
    await phone.announce(SENT if kept else NOT_KEPT)
    return kept


async def _keep_what_was_said(desk: Desk, person_id: str, audio: bytes) -> None:
    if len(audio) < SHORTEST_S * BYTES_A_SECOND:
        return
    recording = await speech_in(audio)
    if recording is not None:
        await _keep(desk, person_id, recording, confirmed=False)


async def _keep(desk: Desk, person_id: str, recording: Recording, *, confirmed: bool) -> bool:
    try:
        await messages.keep(desk.store, person_id, recording, confirmed=confirmed, now=desk.clock())
    except StoreAway:
        log.error("a message is lost: the store is away")
        return False
    return True
