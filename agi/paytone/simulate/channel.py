"""A channel as AGI shows it: what is played takes time, keys wait in line, the caller may go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from paytone.ask import ONE_MOMENT, STILL_THERE, STILL_WORKING
from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_KEYS
from paytone.flows.pay_bill import CONFIRMATION_IS
from paytone.flows.shares_told import NUMBER_IS
from paytone.phone.agi import FOLDER
from paytone.prompts import Prompt
from paytone.simulate.caller import HANG_UP, Caller
from paytone.simulate.process import PROCESS
from paytone.simulate.weather import NEAR_MONEY
from paytone.simulate.witness import Witness

GONE: Final = {"result": ("-1", "")}
WAITING: Final = (f"{FOLDER}{ONE_MOMENT}", f"{FOLDER}{STILL_WORKING}")
"""How a command ends that says what is said while a charge, say, is under way."""

PROMPT_S: Final = 0.6
KEY_S: Final = 0.2
RECORDING_S: Final = 4.0
LONGEST_CALL_S: Final = 1800.0
"""The dialplan's limit of a call; a person goes on, who is not simulated."""


class Channel:
    """
    One call's channel; `send` takes AGI commands, as Asterisk does.

    Attributes:
        variables: The channel variables.
        gone: Nobody is there any more.
    """

    def __init__(
        self,
        caller: Caller,
        witness: Witness,
        clock: Callable[[], datetime],
        note: Callable[[str], None],
    ) -> None:
        self.variables: dict[str, str] = {}
        self.gone = False
        self._caller = caller
        self._witness = witness
        self._clock = clock
        self._note = note
        self._keys: deque[str] = deque()
        self._owed_s = 0.0
        self._question: tuple[Prompt, ...] = ()
        self._ends = asyncio.get_running_loop().time() + LONGEST_CALL_S

    async def send(self, command: str) -> Mapping[str, object]:
        """Asterisk's reply to *command*, as the AGI libraries give it."""
        process = PROCESS.get()
        assert process is not None, "only a worker sends AGI commands"
        quick = command.startswith(("GET", "SET")) or (self._keys and "WAIT" in command)
        if quick:
            process.pass_by("before a channel variable or key", often=0.1)
        elif command.endswith(WAITING):
            await process.boundary("while the caller waits", often=NEAR_MONEY)
        else:
            await process.boundary("before something is said or asked", often=0.4)
        reply = await self._carry_out(command)
        process.pass_by("after something was said or asked", often=0.2)
        return reply

    async def play(self, *prompts: Prompt) -> None:
        """Let the dialplan say *prompts*."""
        if not self.gone:
            await self._playback(prompts)

    async def _carry_out(self, command: str) -> Mapping[str, object]:
        if asyncio.get_running_loop().time() > self._ends:
            self.gone = True
        if self.gone:
            return GONE
        match command.split(" ", 2):
            case ["GET", "VARIABLE", name]:
                value = self.variables.get(name, "")
                return {"result": ("1", value) if value else ("0", "")}
            case ["SET", "VARIABLE", rest]:
                name, _, value = rest.partition(" ")
                self._set(name, value.strip('"'))
                return {"result": ("1", "")}
            case ["EXEC", application, files]:
                return await self._execute(application, files.partition(",")[0])
            case ["RECORD", "FILE", rest]:
                return await self._record(Path(f"{rest.split()[0]}.wav"))
            case ["WAIT", "FOR", rest]:
                return await self._wait(int(rest.split()[1]) / 1000)
        raise AssertionError("Asterisk knows no such command")

    async def _execute(self, application: str, files: str) -> Mapping[str, object]:
        if not files.startswith(FOLDER):
            return await self._played_back()
        play = {"Playback": self._playback, "Background": self._background}[application]
        return await play(_prompts(files))

    def _set(self, name: str, value: str) -> None:
        self.variables[name] = value
        if name == "PAYTONE_CALL":
            self._witness.calls.append(value)
        elif name == "PAYTONE_LEVEL":
            self._witness.level = value

    async def _playback(self, prompts: tuple[Prompt, ...]) -> Mapping[str, object]:
        self._note(f"announces {_shown(prompts)}")
        length = len(prompts) * PROMPT_S
        self._keys.clear()
        if self._caller.leaves(prompts):
            moment = self._caller.moment()
            await self._take(min(1.0, moment * 1.3) * length)
            self._leave()
            if moment * 1.3 < 1:  # else it was heard to its end
                return GONE
        else:
            await self._take(length)
        self._question = ()
        self._witness.heard(prompts, self._clock())
        return {"result": ("0", "")}

    async def _background(self, prompts: tuple[Prompt, ...]) -> Mapping[str, object]:
        self._note(f"says {_shown(prompts)}")
        if STILL_THERE not in prompts:  # else the question before it is still the one to answer
            self._question = prompts
        self._witness.asked(prompts, self._clock())
        length = len(prompts) * PROMPT_S
        if self._keys:
            return await self._next_key()
        if self._caller.leaves(prompts):
            await self._take(self._caller.moment() * length)
            return self._leave()
        self._keys.extend(self._caller.answer(prompts))
        if self._keys and (moment := self._caller.moment()) < 0.3:
            await self._take(moment * length)
            return await self._next_key()
        await self._take(length)
        return {"result": ("0", "")}

    async def _record(self, file: Path) -> Mapping[str, object]:
        self._note("records")
        self._keys.clear()
        said = self._caller.speaks()
        await self._take(RECORDING_S)
        if said is None:
            return self._leave()
        await asyncio.to_thread(file.write_bytes, said)
        self._witness.recorded(said)
        return {"result": ("0", "")}

    async def _played_back(self) -> Mapping[str, object]:
        self._note("plays back")
        await self._take(RECORDING_S)
        return {"result": ("0", "")}

    async def _wait(self, seconds: float) -> Mapping[str, object]:
        if self._keys:
            return await self._next_key()
        await self._take(seconds)
        return {"result": ("0", "")}

    async def _next_key(self) -> Mapping[str, object]:
        key = self._keys.popleft()
        if key == HANG_UP:
            return self._leave()
        self._owed_s += KEY_S  # made up for at the next wait: a wait for each key takes too long
        if self._question:
            question, self._question = self._question, ()
            await self._answered(question, key)
        return {"result": (str(ord(key)), "")}

    async def _answered(self, question: tuple[Prompt, ...], key: str) -> None:
        if {REVIEW_KEYS, REVIEW_CHECK_KEYS} & set(question):
            await self._take(0.0)
            self._note("answers the review")
        self._witness.answered(question, key, self._clock())

    async def _take(self, seconds: float) -> None:
        owed, self._owed_s = self._owed_s, 0.0
        await asyncio.sleep(owed + seconds)

    def _leave(self) -> Mapping[str, object]:
        self.gone = True
        self._note("hangs up")
        return GONE


def _prompts(files: str) -> tuple[Prompt, ...]:
    return tuple(Prompt(name.removeprefix(FOLDER)) for name in files.split("&"))


def _shown(prompts: tuple[Prompt, ...]) -> str:
    """*prompts* for the trace, without a confirmation number: those are not the seed's."""
    if {CONFIRMATION_IS, NUMBER_IS} & set(prompts):
        prompts = tuple(p for p in prompts if not p.startswith(("number-", "pause-")))
    return " ".join(prompts)
