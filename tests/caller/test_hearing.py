"""What the caller recognises in the bytes of a call."""

import random
from pathlib import Path

import pytest

from paytone.caller import Codec, Ended, Heard, Hearing
from paytone.caller.ear import Ear, Told
from paytone.prompts import Prompt

FRAME = 160
SAID = ["first", "long", "second", "digit-1", "digit-1", "digit-2"]
"""What `spoken_by_the_line` says; the long one is cut."""


def frames(sounds: Path, *names: str, codec: str = "ulaw") -> list[bytes]:
    """Files as Asterisk sends them: 160 bytes a packet, the last one short."""
    packets = []
    for name in names:
        audio = (sounds / f"{name}.{codec}").read_bytes()
        packets += [audio[at : at + FRAME] for at in range(0, len(audio), FRAME)]
    return packets


def spoken_by_the_line(sounds: Path) -> list[bytes]:
    cut = frames(sounds, "long")[:40]
    return frames(sounds, "first") + cut + frames(sounds, "second", "digit-1", "digit-1", "digit-2")


def listen(hearing: Hearing, packets: list[bytes], lose: frozenset[int] = frozenset()) -> Told:
    ear, told, lost = Ear(hearing), [], 0
    for number, packet in enumerate(packets):
        if number in lose:
            lost += 1
            continue
        told += ear.take(packet, number * 0.02, lost=lost)
        lost = 0
    return told + ear.quiet(len(packets) * 0.02 + 1)


def names(told: Told) -> list[str | None]:
    return [event.prompt for event in told if isinstance(event, Heard)]


def test_prompts_are_told_as_they_begin_and_end(hearing: Hearing, sounds: Path) -> None:
    told = listen(hearing, frames(sounds, "first", "second"))
    length = len((sounds / "first.ulaw").read_bytes()) / 8000
    second = len(frames(sounds, "first")) * 0.02

    assert [Heard, Ended, Heard, Ended] == [type(event) for event in told]
    assert ["first", "first", "second", "second"] == [event.prompt for event in told]
    assert pytest.approx([0.0, second], abs=1e-6) == [told[0].at, told[2].at]
    assert pytest.approx(length, abs=0.02) == told[1].at
    assert all(event.whole for event in told if isinstance(event, Ended))


def test_a_prompt_cut_by_another_is_told_as_cut(hearing: Hearing, sounds: Path) -> None:
    told = listen(hearing, spoken_by_the_line(sounds))

    assert SAID == names(told)
    assert [True, False, True, True, True, True] == [
        event.whole for event in told if isinstance(event, Ended)
    ]


def test_a_prompt_cut_by_nothing_is_told_as_cut_when_the_line_stays_quiet(
    hearing: Hearing, sounds: Path
) -> None:
    ear = Ear(hearing)
    for number, packet in enumerate(frames(sounds, "long")[:20]):
        ear.take(packet, number * 0.02)

    assert [] == ear.quiet(0.5)
    [ended] = ear.quiet(0.7)
    assert Ended(Prompt("long"), ended.at, whole=False) == ended
    assert pytest.approx(0.4) == ended.at
    assert [] == ear.quiet(0.9)


def test_a_prompt_that_pauses_in_the_network_is_not_told_twice(
    hearing: Hearing, sounds: Path
) -> None:
    ear, told = Ear(hearing), []
    for number, packet in enumerate(frames(sounds, "long")):
        told += ear.quiet(number * 0.02 + (1.0 if number >= 20 else 0.0))
        told += ear.take(packet, number * 0.02 + (1.0 if number >= 20 else 0.0))

    assert ["long"] == names(told)
    assert isinstance(told[-1], Ended)
    assert told[-1].whole


def test_of_prompts_that_begin_alike_the_right_one_is_told(hearing: Hearing, sounds: Path) -> None:
    told = listen(hearing, frames(sounds, "alike-short", "alike-long", "alike-short"))

    assert ["alike-short", "alike-long", "alike-short"] == names(told)
    assert all(event.whole for event in told if isinstance(event, Ended))


def test_of_prompts_that_begin_alike_none_is_told_when_cut_too_early(
    hearing: Hearing, sounds: Path
) -> None:
    told = listen(hearing, frames(sounds, "alike-long")[:20] + frames(sounds, "first"))

    assert [None, "first"] == names(told)


def test_prompts_that_begin_inside_a_packet_are_heard(hearing: Hearing, sounds: Path) -> None:
    audio = b"".join(frames(sounds, *SAID))
    packets = [audio[at : at + FRAME] for at in range(0, len(audio), FRAME)]

    assert SAID == names(listen(hearing, packets))


def test_any_one_packet_may_be_lost(hearing: Hearing, sounds: Path) -> None:
    packets = spoken_by_the_line(sounds)

    wrong = [
        n for n in range(len(packets)) if SAID != names(listen(hearing, packets, frozenset({n})))
    ]

    assert [] == wrong


def test_three_packets_in_a_hundred_may_be_lost(hearing: Hearing, sounds: Path) -> None:
    packets, chance = spoken_by_the_line(sounds), random.Random(7)

    for _ in range(50):
        lose = frozenset(n for n in range(len(packets)) if chance.random() < 0.03)
        assert SAID == names(listen(hearing, packets, lose))


def test_audio_that_is_no_prompt_is_told_once(hearing: Hearing, sounds: Path) -> None:
    chance = random.Random(7)
    noise = [chance.randbytes(FRAME) for _ in range(50)]

    told = listen(hearing, frames(sounds, "first") + noise + frames(sounds, "second"))

    assert ["first", None, "second"] == names(told)


def test_silence_is_nothing_heard(hearing: Hearing) -> None:
    assert [] == listen(hearing, [b"\xff" * FRAME] * 100)


@pytest.mark.parametrize("codec", list(Codec))
def test_every_codec_is_heard(sounds: Path, codec: Codec) -> None:
    hearing = Hearing.from_folder(sounds, codec)

    assert ["second", "first"] == names(
        listen(hearing, frames(sounds, "second", "first", codec=codec.value))
    )


def test_of_two_names_for_one_recording_the_first_stands_for_both(sounds: Path) -> None:
    audio = (sounds / "first.ulaw").read_bytes()
    hearing = Hearing({Prompt("zebra"): audio, Prompt("ape"): audio})

    assert ["ape"] == names(listen(hearing, frames(sounds, "first")))
    assert "ape" == hearing.same_as(Prompt("zebra"))


def test_a_folder_without_prompts_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Hearing.from_folder(tmp_path)
