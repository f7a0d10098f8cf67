"""
Text to speech, by pyttsx3 and espeak-ng, in a process of its own.

pyttsx3's espeak driver returns before it has finished, and cancels what espeak-ng still counts as
playing when the next utterance begins. So each voice gets a fresh process, which waits until every
file is written and espeak-ng is done with it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from paytone.prompts.audio import measure
from paytone.prompts.sox import resampled

if TYPE_CHECKING:
    from paytone.prompts.audio import Sound
    from paytone.prompts.catalogue import Voice

RATE = 16_000
"""The samples a second of a spoken master."""

_READY = "ready"
_PATIENCE_S = 60
_TRIES = 3


class SpeechMissing(Exception):
    """This machine cannot speak; the message says what to install. Nothing was written."""


class Speaker:
    """
    A voice that speaks a text at a time, as a context manager; its process ends with it.

    Raises:
        SpeechMissing: No espeak-ng, or it has no such voice.
    """

    def __init__(self, voice: Voice) -> None:
        command = [sys.executable, "-m", __name__, voice.id, str(voice.words_per_minute)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        answer = self._answer()
        if answer != _READY:
            self.close()
            raise SpeechMissing(
                f"cannot speak as {voice.id} (Debian packages espeak-ng, libespeak-ng1): {answer}"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; may be called twice."""
        self._process.communicate()

    def speak(self, text: str) -> Sound:
        """*text* as spoken, neither trimmed nor levelled."""
        # On a busy machine espeak-ng now and then leaves a file without a sound.
        for _ in range(_TRIES):
            sound = self._spoken(text)
            if not measure(sound).silent:
                return sound
        raise SpeechMissing(f"espeak-ng spoke {text!r} as silence")

    def _spoken(self, text: str) -> Sound:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "speech.wav"
            assert self._process.stdin
            self._process.stdin.write(json.dumps([text, str(path)]) + "\n")
            self._process.stdin.flush()
            answer = self._answer()
            if answer != _READY or not path.exists():
                raise SpeechMissing(f"espeak-ng did not speak {text!r}: {answer}")
            return resampled(path, RATE)

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip() or "it ended"


def _serve(voice: str, rate: int, orders: IO[str], answers: IO[str]) -> None:
    import pyttsx3
    from pyttsx3.drivers import _espeak

    engine = pyttsx3.init("espeak")
    base, _, _ = voice.partition("+")
    if base not in {known.id for known in engine.getProperty("voices")}:
        raise ValueError("no such voice")  # setting one is not answered
    engine.setProperty("voice", voice)
    engine.setProperty("rate", rate)
    finished = threading.Event()
    engine.connect("finished-utterance", lambda **_: finished.set())
    print(_READY, file=answers, flush=True)
    for order in orders:
        text, path = json.loads(order)
        finished.clear()
        # One file a run: of several queued before one, espeak-ng leaves only the last.
        engine.save_to_file(text, path)
        engine.runAndWait()
        said = finished.wait(_PATIENCE_S)
        _espeak.Synchronize()  # the end is told a moment before it has come
        print(_READY if said else "no end came", file=answers, flush=True)


def _main() -> None:
    answers, sys.stdout = sys.stdout, io.StringIO()  # pyttsx3 prints each file's name
    try:
        _serve(sys.argv[1], int(sys.argv[2]), sys.stdin, answers)
    except (ImportError, OSError, RuntimeError, ValueError) as exc:
        print(" ".join(str(exc).split()) or repr(exc), file=answers, flush=True)


if __name__ == "__main__":
    _main()
