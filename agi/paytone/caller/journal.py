"""When the line could be heard and when the caller keyed, in seconds of the monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass, field

_JOINED = 0.06

Span = tuple[float, float]


@dataclass(slots=True)
class Journal:
    """What a call sounded like from outside; the call writes it, tests read it."""

    answered: float = 0.0
    finished: float | None = None
    """When the call was over; None while it stands."""
    audible: list[Span] = field(default_factory=list)
    """From when to when the line could be heard; pauses under 60 ms do not count."""
    keyed: list[Span] = field(default_factory=list)
    """When the caller keyed, from the first key's beginning to the last's end, or spoke."""
    gaps: list[float] = field(default_factory=list)
    """For each run of keys, from its last key's end to the next sound of something new."""
    _awaiting: tuple[float, int] | None = None

    @property
    def last_sound(self) -> float:
        """When the line was last audible; its answer if it never was."""
        return self.audible[-1][1] if self.audible else self.answered

    def note_sound(self, at: float, seconds: float, stretch: int) -> None:
        """The line was audible for *seconds* from *at*; *stretch* tells one sound from the next."""
        if self.audible and at - self.audible[-1][1] <= _JOINED:
            self.audible[-1] = (self.audible[-1][0], at + seconds)
        else:
            self.audible.append((at, at + seconds))
        if self._awaiting and stretch != self._awaiting[1]:
            self.gaps.append(at - self._awaiting[0])
            self._awaiting = None

    def note_keys(self, began: float, ended: float, stretch: int) -> None:
        """Keys were pressed; until *stretch* changes the line still plays what it did before."""
        self.keyed.append((began, ended))
        self._awaiting = ended, stretch

    def note_speech(self, began: float, ended: float) -> None:
        """The caller spoke; what the line says to that it says when it is done listening."""
        self.keyed.append((began, ended))

    def silences(self, until: float) -> list[Span]:
        """When, from the answer to *until*, neither side could be heard."""
        end = until if self.finished is None else self.finished
        spans, since = [], self.answered
        for began, ended in sorted([*self.audible, *self.keyed]):
            if began > since:
                spans.append((since, began))
            since = max(since, ended)
        if end > since:
            spans.append((since, end))
        return spans
