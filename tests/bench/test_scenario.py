"""What SIPp plays, and the dialplans that answer it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from paytone.bench import BenchFailed
from paytone.bench.journey import ACCOUNT, journey, seconds_of
from paytone.bench.scenario import CUT_S, Pace, scenario, seconds, wait_before
from paytone.bench.variants import Variant, rendered
from paytone.config import CHECKOUT
from paytone.prompts import Prompt

TODAY = date(2026, 3, 5)
TURNS = journey(TODAY, date(2026, 3, 19), ending="0417")
SOUNDS = CHECKOUT / "sounds/en"
EXTENSIONS = (CHECKOUT / "dialplan/extensions.conf").read_text()


def played(pace: Pace) -> ElementTree.Element:
    return ElementTree.fromstring(scenario(TURNS, SOUNDS, pace=pace, user="demo", password="p"))


@pytest.mark.parametrize("pace", Pace)
def test_the_scenario_presses_every_answer_in_order(pace: Pace) -> None:
    """The file is XML, and its keys are the journey's."""
    pressed = [
        element.attrib["play_dtmf"].rpartition(",")[0] for element in played(pace).iter("exec")
    ]

    assert [turn.keys for turn in TURNS if turn.keys] == pressed
    assert ACCOUNT == pressed[0]


@pytest.mark.parametrize("pace", Pace)
def test_the_pauses_of_the_scenario_are_as_long_as_the_call(pace: Pace) -> None:
    paused = sum(int(element.attrib["milliseconds"]) for element in played(pace).iter("pause"))
    goodbye = seconds_of(TURNS[-1].announced, SOUNDS)

    assert seconds(TURNS, SOUNDS, pace) == pytest.approx(paused / 1000 + goodbye, abs=0.1)


def test_nobody_keys_during_what_is_read_in_full() -> None:
    """Keys pressed during a review are thrown away, however much in a hurry the caller is."""
    review = next(turn for turn in TURNS if turn.name == "review")

    assert wait_before(review, SOUNDS, Pace.HURRIED) >= seconds_of(review.announced, SOUNDS) + CUT_S


def test_the_floor_plays_what_the_line_says_and_takes_as_many_keys() -> None:
    text = rendered(EXTENSIONS, Variant.FLOOR, TURNS)

    for turn in TURNS:
        if turn.keys:
            files = "&".join(f"paytone/{prompt}" for prompt in turn.said)
            assert f"Read(KEYED,{files},{turn.room},," in text
        if turn.announced:
            assert f"Playback({'&'.join(f'paytone/{p}' for p in turn.announced)})" in text
    assert "Goto(paytone-greeting,s,1)" not in text


def test_classic_agi_is_the_same_dialplan_without_the_server() -> None:
    text = rendered(EXTENSIONS, Variant.CLASSIC, TURNS)

    job = text.partition("[paytone-job]")[2]
    assert "AGI(agi://" not in job
    assert job.index("AGI(${PAYTONE_AGI_DIR}/${ARG1}.agi)") < job.index("Playback(")


def test_a_dialplan_that_cannot_be_changed_is_refused() -> None:
    """Otherwise all three would measure the same thing."""
    with pytest.raises(BenchFailed):
        rendered("[other]\n", Variant.CLASSIC, TURNS)
    with pytest.raises(BenchFailed):
        rendered("[other]\n", Variant.FLOOR, TURNS)


def test_every_prompt_of_the_journey_has_its_audio(tmp_path: Path) -> None:
    for turn in TURNS:
        assert seconds_of((*turn.announced, *turn.said), SOUNDS) > 0
    with pytest.raises(FileNotFoundError):
        seconds_of([Prompt("greeting")], tmp_path)
