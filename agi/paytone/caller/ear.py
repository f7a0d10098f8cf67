"""One call's hearing: payloads go in, what began and what ended comes out; no I/O."""

from __future__ import annotations

from paytone.caller.hearing import RATE, WINDOW, Ended, Heard, Hearing, Spot
from paytone.caller.rtp import SAMPLES
from paytone.caller.sound import audible

Told = list[Heard | Ended]

_UNKNOWN_AFTER = 8
_CUT_AFTER = 0.2


class Ear:
    """
    Listens to one call.

    Audio that no prompt explains is told as `Heard` with None after eight packets of it. Of
    prompts that begin alike, none is told before they differ or end.

    Args:
        hearing: Shared by all calls.
    """

    __slots__ = (
        *("_began", "_hearing", "_last", "_named", "_paused", "_spots", "_tail", "_unknown"),
        "stretch",
    )

    def __init__(self, hearing: Hearing) -> None:
        self.stretch = 0
        """Counts stretches of audio: a new number means that something else is being played."""
        self._hearing = hearing
        self._spots: list[Spot] = []
        self._named: Heard | None = None
        self._paused: tuple[list[Spot], Heard] | None = None
        self._began = self._last = 0.0
        self._unknown = 0
        self._tail = b""

    def take(self, payload: bytes, at: float, *, lost: int = 0) -> Told:
        """What *payload*, which came at *at* when *lost* before it did not, tells."""
        told: Told = []
        if lost:
            self._tail = b""
            self._spots = [spot.after(lost * SAMPLES) for spot in self._spots]
        self._go_on(payload)
        start = 0
        while start < len(payload):
            explain = self._follow if self._spots else self._find
            start = explain(payload, start, at, told)
        self._last = at + len(payload) / RATE
        self._settle(told)
        return told

    def quiet(self, now: float) -> Told:
        """What it tells that nothing more came until *now*: perhaps that a prompt was cut."""
        told: Told = []
        if now - self._last > _CUT_AFTER:
            if self._named:
                self._paused = self._spots, self._named
            self._end(self._last, told)
            self._tail, self._unknown = b"", 0
        return told

    def _go_on(self, payload: bytes) -> None:
        """Take a prompt that was thought cut for going on, if *payload* is what it says next."""
        if not self._paused:
            return
        (spots, named), self._paused = self._paused, None
        fitting = [spot for spot in spots if not spot.over and spot.fits(payload, 0)]
        if fitting and not self._spots and audible(payload, self._hearing.codec):
            self._spots, self._named = fitting, named

    def _follow(self, payload: bytes, start: int, at: float, told: Told) -> int:
        """The place in *payload* up to which the prompts being followed explain it."""
        fitting = [spot for spot in self._spots if spot.fits(payload, start)]
        going = [spot for spot in fitting if spot.left(payload, start) == len(payload) - start]
        if going:
            self._spots = [spot.after(len(payload) - start) for spot in going]
            return len(payload)
        if fitting:
            longest = max(fitting, key=lambda spot: spot.left(payload, start))
            start += longest.left(payload, start)
            self._spots = [longest.after(len(longest.audio))]
        self._end(at + start / RATE, told)
        return start

    def _find(self, payload: bytes, start: int, at: float, told: Told) -> int:
        """The place in *payload* from which prompts explain it, or its end."""
        found, begin = self._spots_from(payload, start)
        if found:
            self._begin(found, at + begin / RATE, told)
            return begin
        self._note_unknown(payload, start, at, told)
        return len(payload)

    def _spots_from(self, payload: bytes, start: int) -> tuple[list[Spot], int]:
        """
        Spots that explain all of *payload* from the returned place on.

        A frame may have begun in the packets before: Asterisk may cut packets to one size.
        """
        if not audible(payload[start:], self._hearing.codec):
            return [], start
        ahead = len(self._tail)
        heard = self._tail + payload[start:]
        for place in range(len(heard) - WINDOW + 1):
            found = [spot for spot in self._hearing.spots(heard, place) if spot.fits(heard, place)]
            if found:
                skip = max(0, ahead - place)
                return [spot.after(skip) for spot in found], start + max(0, place - ahead)
        return [], start

    def _note_unknown(self, payload: bytes, start: int, at: float, told: Told) -> None:
        self._tail = (self._tail + payload[start:])[-(SAMPLES + WINDOW) :]
        if not audible(payload[start:], self._hearing.codec):
            return
        if not self._unknown:
            self.stretch += 1
            self._began = at
        self._unknown += 1
        if self._unknown == _UNKNOWN_AFTER:
            self._named = Heard(None, self._began)
            told.append(self._named)

    def _begin(self, found: list[Spot], at: float, told: Told) -> None:
        if self._named:
            self._end(at, told)
        self.stretch += 1
        self._spots, self._unknown, self._tail = found, 0, b""
        self._began = at - min(spot.position for spot in found) / RATE

    def _settle(self, told: Told) -> None:
        """Name what only one prompt explains; end it when nothing of it is left."""
        if not self._spots or any(spot.prompt != self._spots[0].prompt for spot in self._spots):
            return
        if self._named is None:
            self._named = Heard(self._spots[0].prompt, self._began)
            told.append(self._named)
        if len(self._spots) == 1 and self._spots[0].over:
            self._end(self._last, told)

    def _end(self, at: float, told: Told) -> None:
        over = [spot for spot in self._spots if spot.over]
        if self._named is None and self._spots:
            prompts = {spot.prompt for spot in over or self._spots}
            self._named = Heard(prompts.pop() if len(prompts) == 1 else None, self._began)
            told.append(self._named)
        if self._named:
            told.append(Ended(self._named.prompt, at, whole=bool(over)))
        self._named, self._spots = None, []
