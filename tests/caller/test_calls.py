"""Calls of the caller made of software to a real Asterisk."""

import asyncio
import wave
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from paytone.caller import (
    Caller,
    Codec,
    Ended,
    Hearing,
    NoAnswer,
    NotHeard,
    Refused,
    Touch,
    script,
)
from paytone.prompts import Prompt
from tests.caller.asterisk import TestLine

FIRST, SECOND, LONG = Prompt("first"), Prompt("second"), Prompt("long")
PASSWORD = "test-only-9"
QUICK = Touch(hold=0.04, gap=0.06)

Dial = Callable[..., AbstractAsyncContextManager[Caller]]


@pytest.fixture
def dial(line: TestLine, hearing: Hearing) -> Dial:
    def to(number: str, **more: object) -> AbstractAsyncContextManager[Caller]:
        usual = {"username": "ada", "password": PASSWORD, "hearing": hearing}
        return Caller.dial(server=line.server, number=number, **{**usual, **more})  # type: ignore[arg-type]

    return to


def said(digits: str) -> list[str]:
    return [f"digit-{digit}" for digit in digits]


@pytest.mark.parametrize("codec", list(Codec))
async def test_prompts_are_heard_in_full_until_the_line_hangs_up(
    dial: Dial, sounds: Path, codec: Codec
) -> None:
    async with dial("two", hearing=Hearing.from_folder(sounds, codec)) as call:
        await call.until_hung_up()

    assert [FIRST, SECOND] == call.heard
    assert [True, True] == [event.whole for event in call.told if isinstance(event, Ended)]
    assert call.told[2].at - call.told[0].at == pytest.approx(1.64, abs=0.1)


@pytest.mark.parametrize("username", ["ada", "smooth"])
async def test_prompts_that_begin_alike_or_come_twice_are_told_apart(
    dial: Dial, username: str
) -> None:
    """An Asterisk told to keep to 20 ms packets begins prompts inside them."""
    async with dial("alike", username=username) as call:
        await call.until_hung_up()

    assert ["alike-short", "alike-long", FIRST, FIRST] == call.heard


async def test_keys_reach_the_line(dial: Dial, line: TestLine) -> None:
    pressed: list[str] = []
    async with dial("digits", on_pressed=pressed.append) as call:
        await call.hear(FIRST)
        await call.press("90", secret=True)
        await call.press("218#")
        await call.hear(SECOND, timeout=20)
        await call.until_hung_up()

    assert line.seen("digits 90218")
    assert [FIRST, *said("90218"), SECOND] == call.heard
    assert ["••", "218#"] == pressed


async def test_thirty_keys_pressed_quickly_arrive_once_each(dial: Dial, line: TestLine) -> None:
    keys = "111122223333444455556666777788"
    async with dial("digits", touch=QUICK) as call:
        await call.hear(FIRST)
        await call.press(keys + "#")
        await call.hear(Prompt("digit-1"))

    assert line.seen(f"digits {keys}")


async def test_a_key_cuts_a_prompt_and_the_next_is_heard(dial: Dial) -> None:
    async with dial("interrupted") as call:
        await script(call, [(LONG, "1"), (SECOND, "")])
        await call.until_hung_up()

    assert [LONG, SECOND] == call.heard
    assert [False, True] == [event.whole for event in call.told if isinstance(event, Ended)]
    assert 1 == len(call.gaps)
    assert 0 < call.gaps[0] < 0.2


async def test_streamed_files_are_heard_and_interrupted(dial: Dial) -> None:
    async with dial("agi") as call:
        await call.hear(LONG)
        await call.press("7")
        await call.until_hung_up()

    assert [FIRST, "digit-1", "digit-1", LONG, "digit-7"] == call.heard


async def test_tones_are_audio_that_is_no_prompt(dial: Dial) -> None:
    async with dial("tones") as call:
        await call.until_hung_up()

    assert [FIRST, None, SECOND] == call.heard


async def test_the_caller_hangs_up_in_the_middle(dial: Dial, line: TestLine) -> None:
    async with dial("forever", calling_from="+15551230001") as call:
        await script(call, [(LONG, None)])
        with pytest.raises(NotHeard):
            await call.press("1")
        with pytest.raises(NotHeard):
            await call.hear(LONG, timeout=60)

    assert line.seen("ended +15551230001")


async def test_leaving_a_call_hangs_it_up(dial: Dial, line: TestLine) -> None:
    async with dial("forever", calling_from="+15551230002") as call:
        await call.hear(LONG)

    assert line.seen("ended +15551230002")
    assert not call.is_hung_up


async def test_the_end_of_a_prompt_can_be_waited_for(dial: Dial) -> None:
    async with dial("digits") as call:
        await call.hear(FIRST)
        await call.hear_end()
        assert isinstance(call.told[-1], Ended)
        await call.until_quiet(0.3)

    began, ended = call.longest_silence()
    assert ended - began == pytest.approx(0.3, abs=0.15)


async def test_a_prompt_that_does_not_come_is_complained_of(dial: Dial) -> None:
    async with dial("two") as call:
        with pytest.raises(NotHeard, match=r"not heard: long in 0\.5 s; heard instead: first"):
            await call.hear(LONG, timeout=0.5)
        with pytest.raises(NotHeard, match="the call is over; heard instead: first, second"):
            await call.hear(LONG, timeout=20)


@pytest.mark.parametrize(
    ("number", "password", "status"),
    [("two", "wrong", 401), ("busy", PASSWORD, 486), ("nowhere", PASSWORD, 404)],
    ids=["wrong password", "busy", "no such number"],
)
async def test_a_refused_call_says_why(dial: Dial, number: str, password: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        async with dial(number, password=password):
            pass

    assert status == refused.value.status


async def test_a_call_nobody_answers_is_given_up(dial: Dial, line: TestLine) -> None:
    with pytest.raises(NoAnswer):
        async with dial("ringing", timeout=0.5, calling_from="+15551230003"):
            pass

    assert line.seen("ended +15551230003")


async def test_what_the_line_says_can_be_recorded(dial: Dial, sounds: Path, tmp_path: Path) -> None:
    async with dial("two", record=tmp_path / "two.wav") as call:
        await call.until_hung_up()

    with wave.open(str(tmp_path / "two.wav")) as recorded:
        length = recorded.getnframes() / recorded.getframerate()
        loudest = max(abs(sample) for sample in memoryview(recorded.readframes(99999)).cast("h"))
    files = sum((sounds / f"{name}.ulaw").stat().st_size for name in call.heard)
    assert length == pytest.approx(files / 8000, abs=0.2)
    assert loudest > 3000


async def test_thirty_callers_at_once_each_hear_their_own_keys(dial: Dial, line: TestLine) -> None:
    keyed = [f"{number:02}{number * 7 % 100:02}" for number in range(30)]

    async def heard(number: int) -> list[Prompt | None]:
        await asyncio.sleep(number * 0.03)
        async with dial("digits", touch=QUICK) as call:
            await call.hear(FIRST)
            await call.press(keyed[number] + "#")
            await call.until_hung_up()
        return call.heard

    calls = await asyncio.gather(*(heard(number) for number in range(30)))

    assert [[FIRST, *said(digits), SECOND] for digits in keyed] == calls
    assert all(line.seen(f"digits {digits}") for digits in keyed)


async def test_what_the_caller_says_is_heard_by_the_line(
    dial: Dial, line: TestLine, sounds: Path
) -> None:
    async with dial("listen") as call:
        await call.hear(FIRST)
        await call.hear_end()
        await call.speak(sounds / "long.ulaw")
        await call.hear(SECOND, timeout=15)

    said = (sounds / "long.ulaw").read_bytes()
    middle = said[len(said) // 2 :][:1600]
    assert middle in (line.folder / "heard.ulaw").read_bytes()
