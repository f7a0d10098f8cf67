"""The simulation routes calls as dialplan/extensions.conf does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paytone.prompts import Prompt
from paytone.simulate.dialplan import INTRO, PLACES, TRIES, Place

EXTENSIONS = Path(__file__).parents[2] / "dialplan" / "extensions.conf"

NOT_ROUTED = {
    "settings", "inbound", "greeting", "agent", "trouble", "job", "keys", "stop-line", "out-dial",
    "out", "take-payment", "language", "spanish", "shown", "queue", "talked", "callback",
    "closed", "place", "place-call", "agent-told", "person-ended", "agent-login", "admin",
    "assist", "whisper", "assist-account", "agent-alone",
    "out-passcode", "pay-only", "pay-only-payment", "help", "help-more", "help-answer",
}  # fmt: skip
"""Contexts before the first job, after the last, of other calls, and those that others use; the
language is compared by itself."""

SETS = re.compile(r"Set\((PAYTONE_[A-Z_]+)=([^)]*)\)$")
SPEAKS = re.compile(r"ExecIf\(\$\[.*PAYTONE_NEXT.* = \"menu\"\]\?Set\(PAYTONE_INTRO=([^)]*)\)\)$")


def contexts() -> dict[str, list[tuple[str, str]]]:
    """The lines of each context, without comments: the extension, and what it does."""
    found: dict[str, list[tuple[str, str]]] = {}
    name = extension = ""
    for line in EXTENSIONS.read_text().splitlines():
        plain = line.partition(" ;")[0].strip()
        if context := re.fullmatch(r"\[paytone-(.+)\]", plain):
            name = context[1]
            found[name] = []
        elif step := re.match(r"exten => ([^,]+),[^,]+,(.*)", plain):
            extension = step[1]
            found[name].append((extension, step[2].strip()))
        elif step := re.match(r"same => [^,]+,(.*)", plain):
            found[name].append((extension, step[1].strip()))
    return found


def place(lines: list[tuple[str, str]]) -> Place:
    """What the lines of a context come to."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    choices: dict[str, str] = {}
    job: str | None = None
    leads_to = intro = ""
    ends = False
    for extension, what in lines:
        target = re.fullmatch(r"Goto\(paytone-(.+),s,1\)", what)
        if extension.startswith("choice_"):
            assert target is not None
            choices[extension.removeprefix("choice_")] = target[1]
        elif extension == "_choice_!":
            assert target is not None
            assert "agent" == target[1]
        elif called := re.fullmatch(r"Gosub\(paytone-job,s,1\((.+)\)\)", what):
            job = called[1]
        elif setting := SETS.match(what):
            (after if job else before).setdefault(setting[1], setting[2])
        elif said := SPEAKS.match(what):
            intro = said[1]
        elif target and target[1] != "${PAYTONE_NEXT}":
            leads_to = target[1]
        ends |= what == "Hangup()"
    return Place(job, leads_to, before, after, intro, choices, ends)


@pytest.mark.parametrize("name", sorted({*PLACES, *contexts().keys()} - NOT_ROUTED))
def test_a_context_leads_where_the_dialplan_leads(name: str) -> None:
    assert place(contexts().get(name, [])) == PLACES.get(name)


def test_the_first_words_are_those_of_the_dialplan() -> None:
    greeting = place(contexts()["greeting"])
    assert INTRO == greeting.before["PAYTONE_INTRO"]
    assert "identify" == greeting.leads_to


def test_after_a_key_for_a_language_the_call_begins_again_as_the_dialplan_has_it() -> None:
    lines = (*contexts()["greeting"], *contexts()["language"])
    settings = (SETS.match(what) for _, what in lines)
    assert PLACES["language"].before == {found[1]: found[2] for found in settings if found}
    assert PLACES["language"].leads_to == place(contexts()["greeting"]).leads_to


def test_a_job_is_tried_as_often_as_in_the_dialplan_and_what_is_said_between() -> None:
    tries: list[tuple[Prompt | float, ...]] = []
    between: list[Prompt | float] = []
    for _, what in contexts()["job"]:
        if said := re.fullmatch(r"Playback\(paytone/(.+)\)", what):
            between.append(Prompt(said[1]))
        elif waits := re.fullmatch(r"Wait\((.+)\)", what):
            between.append(float(waits[1]))
        elif what.startswith("AGI("):
            tries.append(tuple(between))
            between = []
    assert TRIES == tuple(tries)
