"""The simulation routes calls as dialplan/extensions.conf does."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    "out-passcode", "timed", "too-long",
}  # fmt: skip
"""Contexts before the first job, after the last, of other calls, and those that others use; the
language is compared by itself."""

NEXT = "${PAYTONE_NEXT}"
JOB = re.compile(r"Gosub\(paytone-job,s,1\((.+)\)\)")
GOTO = re.compile(r"Goto\(paytone-(.+),([a-z]+),1\)")
SETS = re.compile(r"Set\((PAYTONE_[A-Z_]+)=([^)]*)\)")
SPEAKS = re.compile(
    r"ExecIf\(\$\[.*PAYTONE_NEXT.* = \"([a-z-]+)\"\]\?Set\(PAYTONE_INTRO=([^)]*)\)\)"
)
BACK = re.compile(r"GotoIf\(\$\[\"\$\{PAYTONE_STATUS\}\" = \"DONE\"\]\?paytone-(.+),s,1\)")


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
    return Place(
        job=next((called[1] for called in found(lines, JOB)), None),
        leads_to=next((to[1] for to in found(other(lines), GOTO) if to[1] != NEXT), ""),
        before=settings(lines, lines[: job_at(lines)]),
        after=settings(lines, lines[job_at(lines) :]),
        intro=next((said[2] for said in found(lines, SPEAKS)), ""),
        intro_at=next((said[1] for said in found(lines, SPEAKS)), "menu"),
        choices=choices(lines),
        back=next((to[1] for to in found(lines, BACK)), ""),
        extension=next((name for name, value in pairs(lines) if value == "${EXTEN}"), ""),
        ends=any(what == "Hangup()" for _, what in lines),
    )


def found(lines: list[tuple[str, str]], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    return (match for _, what in lines if (match := pattern.fullmatch(what)))


def job_at(lines: list[tuple[str, str]]) -> int:
    """The place of the line that asks for a job; after the last where none does."""
    return next((at for at, (_, what) in enumerate(lines) if JOB.fullmatch(what)), len(lines))


def pairs(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(set_[1], set_[2]) for set_ in found(lines, SETS)]


def settings(lines: list[tuple[str, str]], some: list[tuple[str, str]]) -> dict[str, str]:
    """What *some* of the lines set first of each variable, but of one that takes the extension."""
    takes = {name for name, value in pairs(lines) if value == "${EXTEN}"}
    return {name: value for name, value in reversed(pairs(some)) if name not in takes}


def other(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [line for line in lines if not re.match(r"_?choice_", line[0])]


def choices(lines: list[tuple[str, str]]) -> dict[str, str]:
    """Where each key leads; any other leads to a person."""
    there: dict[str, str] = {}
    for extension, what in lines:
        target = GOTO.fullmatch(what)
        if extension.startswith("choice_"):
            assert target is not None
            within = "" if target[2] == "s" else f",{target[2]}"
            there[extension.removeprefix("choice_")] = f"{target[1]}{within}"
        elif extension == "_choice_!":
            assert target is not None
            assert "agent" == target[1]
    return there


@pytest.mark.parametrize("name", sorted({*PLACES, *contexts().keys()} - NOT_ROUTED))
def test_a_context_leads_where_the_dialplan_leads(name: str) -> None:
    assert place(contexts().get(name, [])) == PLACES.get(name)


def test_a_question_is_named_by_its_extension_and_none_means_that_there_are_no_more() -> None:
    lines = contexts()["help-answer"]
    set_by = {line[0]: pairs([line]) for line in lines if pairs([line])}
    assert {"_[a-z][a-z]!": [("PAYTONE_HELP", "${EXTEN}")], "s": [("PAYTONE_HELP", "")]} == set_by


def test_the_first_words_are_those_of_the_dialplan() -> None:
    greeting = place(contexts()["greeting"])
    assert INTRO == greeting.before["PAYTONE_INTRO"]
    assert "identify" == greeting.leads_to


def test_after_a_key_for_a_language_the_call_begins_again_as_the_dialplan_has_it() -> None:
    lines = (*contexts()["greeting"], *contexts()["language"])
    assert PLACES["language"].before == dict(pairs([*lines]))
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
