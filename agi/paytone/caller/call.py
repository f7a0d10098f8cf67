"""A caller on the line: dials, listens, presses keys, hangs up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from paytone.caller import sdp
from paytone.caller.digest import Credentials
from paytone.caller.ear import Ear, Told
from paytone.caller.hearing import RATE, Ended, Heard, Hearing
from paytone.caller.journal import Journal, Span
from paytone.caller.recording import Recording
from paytone.caller.rtp import Arrived
from paytone.caller.sip import SipCall
from paytone.caller.sound import audible
from paytone.caller.stream import STEADY, Stream, Touch
from paytone.prompts import Prompt

_HIDDEN = "•"


class NotHeard(Exception):
    """The line did not say what the caller waited for; the call may still stand."""


class Caller:
    """
    One call to the line, as `dial` opens it.

    Args:
        hearing: The prompts that the caller knows.
        on_heard: Told of each prompt as it begins.
        on_pressed: Told of keys after they were pressed; secret ones as dots.
    """

    def __init__(
        self,
        hearing: Hearing,
        *,
        touch: Touch = STEADY,
        on_heard: Callable[[Heard], None] | None = None,
        on_pressed: Callable[[str], None] | None = None,
    ) -> None:
        self.journal = Journal()
        self.told: Told = []
        """All that was heard to begin and to end, in order."""
        self._hearing = hearing
        self._touch = touch
        self._on_heard = on_heard
        self._on_pressed = on_pressed
        self._ear = Ear(hearing)
        self._prompts: list[Heard] = []
        self._over: set[int] = set()
        self._matched = 0
        self._news = asyncio.Event()
        self._recording: Recording | None = None
        self._sip = SipCall(self._take_media)
        self._stream: Stream

    @classmethod
    @asynccontextmanager
    async def dial(
        cls,
        *,
        server: tuple[str, int],
        number: str,
        username: str,
        password: str,
        hearing: Hearing,
        calling_from: str | None = None,
        touch: Touch = STEADY,
        timeout: float = 30.0,
        record: Path | None = None,
        on_heard: Callable[[Heard], None] | None = None,
        on_pressed: Callable[[str], None] | None = None,
    ) -> AsyncIterator[Self]:
        """
        A caller whose call to *number* was answered; hung up on leaving.

        Args:
            server: The line's SIP address; UDP.
            hearing: Also decides the codec of the call.
            calling_from: Asserted as the caller's number; counts only if the line trusts it.
            timeout: Seconds to let it ring.
            record: A WAV file for what the line says; keys are not in it.

        Raises:
            Refused: The line said no; no call stands.
            NoAnswer: Nobody answered; no call stands.
        """
        caller = cls(hearing, touch=touch, on_heard=on_heard, on_pressed=on_pressed)
        async with AsyncExitStack() as closing:
            if record:
                caller._recording = Recording(record, hearing.codec)
                closing.callback(caller._recording.close)
            host = await caller._sip.open(
                server, number, Credentials(username, password), calling_from=calling_from
            )
            closing.callback(caller._sip.close)
            stream = caller._stream = await Stream.open(
                host, hearing.codec, caller._take_audio, caller._take_tick
            )
            closing.callback(stream.close)
            offer = sdp.offer(host, stream.port, hearing.codec, session=time.time_ns())
            closing.push_async_callback(caller.hang_up)
            await caller._sip.dial(offer, timeout=timeout)
            caller._begin()
            yield caller

    @classmethod
    @asynccontextmanager
    async def called(
        cls,
        *,
        server: tuple[str, int],
        hearing: Hearing,
        touch: Touch = STEADY,
        port: int = 0,
        is_busy: bool = False,
        record: Path | None = None,
    ) -> AsyncIterator[tuple[Self, int]]:
        """
        A phone that *server* may dial, and its port; `answered` waits for that.

        Args:
            port: 0 for a free one.
            is_busy: It refuses every call.
            record: A WAV file for what is heard there.
        """
        caller = cls(hearing, touch=touch)
        async with AsyncExitStack() as closing:
            if record:
                caller._recording = Recording(record, hearing.codec)
                closing.callback(caller._recording.close)
            host, port = await caller._sip.listen(server, port)
            closing.callback(caller._sip.close)
            stream = caller._stream = await Stream.open(
                host, hearing.codec, caller._take_audio, caller._take_tick
            )
            closing.callback(stream.close)
            closing.push_async_callback(caller.hang_up)
            if not is_busy:
                offer = sdp.offer(host, stream.port, hearing.codec, session=time.time_ns())
                caller._sip.expect(offer)
            yield caller, port

    async def answered(self, *, timeout: float = 30.0) -> str:
        """
        The number that called this phone, which was answered, or refused if it is busy.

        Raises:
            NotHeard: Nobody called in *timeout*.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._sip.rung.wait()
        except TimeoutError:
            raise NotHeard(f"nobody called in {timeout:g} s") from None
        self._begin()
        return self._sip.calling

    @property
    def shown(self) -> str:
        """The name that came with the call that this phone took; empty for none."""
        return self._sip.shown

    @property
    def heard(self) -> list[Prompt | None]:
        """Every prompt that began, in order; None for audio that is no prompt's."""
        return [heard.prompt for heard in self._prompts]

    @property
    def key_packets(self) -> int:
        """How many packets of keys were received."""
        return self._stream.not_audio

    @property
    def gaps(self) -> list[float]:
        """For each run of keys, seconds from its last key's end to the next new sound."""
        return self.journal.gaps

    @property
    def is_hung_up(self) -> bool:
        """Whether the line has hung up."""
        return self._sip.hung_up.is_set()

    @property
    def is_over(self) -> bool:
        """Whether either side has hung up."""
        return self.is_hung_up or self.journal.finished is not None

    def longest_silence(self) -> Span:
        """From when to when neither the line nor the caller's keys could be heard for longest."""
        now = asyncio.get_running_loop().time()
        silences = self.journal.silences(now)
        return max(silences, key=lambda span: span[1] - span[0], default=(now, now))

    async def hear(self, *prompts: Prompt, timeout: float = 10.0) -> Prompt:
        """
        The first of *prompts* that the line says, after what was last waited for.

        What was said since then and not waited for is passed over.

        Raises:
            NotHeard: None of them within *timeout*, or before the call was over.
        """
        wanted = {self._hearing.same_as(prompt): prompt for prompt in prompts}
        place = self._matched

        def found() -> bool:
            nonlocal place
            while place < len(self._prompts):
                place += 1
                if self._prompts[place - 1].prompt in wanted:
                    return True
            return False

        if not await self._until(found, timeout):
            raise NotHeard(self._complaint(prompts, timeout))
        self._matched = place
        said = self._prompts[place - 1].prompt
        assert said is not None
        return wanted[said]

    async def hear_end(self, *, timeout: float = 30.0) -> None:
        """
        Wait until the prompt last waited for is over, whole or cut.

        Raises:
            NotHeard: It was not over within *timeout*.
        """
        last = self._matched - 1
        if not await self._until(lambda: last in self._over, timeout) and not self.is_over:
            raise NotHeard(f"{self.heard[last]} was not over in {timeout:g} s")

    async def until_quiet(self, seconds: float = 0.5, *, timeout: float = 30.0) -> None:
        """
        Wait until the line has been silent for *seconds*.

        Raises:
            NotHeard: It was not within *timeout*.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while (since := loop.time() - self.journal.last_sound) < seconds:
            if loop.time() > end:
                raise NotHeard(f"not silent for {seconds:g} s in {timeout:g} s")
            await asyncio.sleep(seconds - since)

    async def press(self, keys: str, *, secret: bool = False) -> None:
        """
        Press *keys*, after those still being pressed; returns when the last was let go.

        Args:
            secret: Shown as dots to *on_pressed*.

        Raises:
            ValueError: A key that no phone has.
            NotHeard: The call was over before all were pressed.
        """

        def told(began: float, ended: float) -> None:
            self.journal.note_keys(began, ended, self._ear.stretch)
            if self._on_pressed:
                self._on_pressed(_hidden(keys) if secret else keys)

        await self._send(self._stream.press(keys, self._touch, told), "keys were being pressed")

    async def speak(self, file: Path) -> None:
        """
        Say what is in *file*, audio in the call's codec without a head, such as a prompt's.

        Raises:
            ValueError: There is nothing in it.
            NotHeard: The call was over before all was said.
        """

        def told(began: float, ended: float) -> None:
            self.journal.note_speech(began, ended)

        audio = await asyncio.to_thread(file.read_bytes)
        await self._send(self._stream.speak(audio, told), "the caller spoke")

    async def _send(self, what: Coroutine[object, object, None], doing: str) -> None:
        if self.is_over:
            what.close()
            raise NotHeard(f"the call was over when {doing}")
        sending = asyncio.create_task(what)
        gone = asyncio.create_task(self._sip.hung_up.wait())
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not sending.done():
            sending.cancel()
            raise NotHeard(f"the line hung up while {doing}")
        sending.result()

    async def until_hung_up(self, *, timeout: float = 30.0) -> None:
        """
        Wait until the line hangs up.

        Raises:
            NotHeard: It did not within *timeout*.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._sip.hung_up.wait()
        except TimeoutError:
            raise NotHeard(f"the line did not hang up in {timeout:g} s") from None

    async def hang_up(self) -> None:
        """End the call; may be repeated."""
        await self._sip.hang_up()
        self._finish()

    def _begin(self) -> None:
        now = asyncio.get_running_loop().time()
        self.journal.answered = now
        if self._recording:
            self._recording.begin(now)

    def _finish(self) -> None:
        if self.journal.finished is None:
            self.journal.finished = asyncio.get_running_loop().time()

    def _complaint(self, prompts: tuple[Prompt, ...], timeout: float) -> str:
        ending = ", and the call is over" if self.is_over else f" in {timeout:g} s"
        since = ", ".join(str(prompt) for prompt in self.heard[self._matched :]) or "nothing"
        return f"not heard: {' or '.join(prompts)}{ending}; heard instead: {since}"

    async def _until(self, come: Callable[[], bool], timeout: float) -> bool:
        """Whether *come* became true in *timeout*, and before the line hung up."""
        try:
            async with asyncio.timeout(timeout):
                while not come():
                    if self.is_over:
                        return come()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return come()
        return True

    def _take_media(self, media: sdp.Media) -> None:
        self._stream.aim(media)

    def _take_audio(self, arrived: Arrived) -> None:
        payload, at = arrived.packet.payload, arrived.at
        self._note(self._ear.take(payload, at, lost=arrived.lost))
        if audible(payload, self._hearing.codec):
            self.journal.note_sound(at, len(payload) / RATE, self._ear.stretch)
        if self._recording:
            self._recording.take(payload, at)

    def _take_tick(self, now: float) -> None:
        self._note(self._ear.quiet(now))
        if self.is_hung_up:
            self._finish()
            self._news.set()

    def _note(self, told: Told) -> None:
        for event in told:
            self.told.append(event)
            if isinstance(event, Ended):
                self._over.add(len(self._prompts) - 1)
            else:
                self._prompts.append(event)
                if self._on_heard:
                    self._on_heard(event)
        if told:
            self._news.set()


def _hidden(keys: str) -> str:
    """*keys* as dots; the ``#`` that ends an entry is no secret."""
    digits = keys.rstrip("#")
    return _HIDDEN * len(digits) + keys[len(digits) :]
