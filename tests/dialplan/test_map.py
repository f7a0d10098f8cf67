"""The map of the call: a real Asterisk takes it whole, and every road on it leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paytone.jobs import JOBS
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line
from paytone.rules.job import Next, Status
from paytone.visit import BANNERS
from tests.dialplan.conftest import Edit

EXTENSIONS = (CHECKOUT / "dialplan/extensions.conf").read_text()
DOCS = (CHECKOUT / "docs/dialplan.md").read_text()
CONTEXTS = re.findall(r"^\[([a-z-]+)\]", EXTENSIONS, re.MULTILINE)
STEPS = [
    line.split(";")[0].strip()
    for line in EXTENSIONS.splitlines()
    if line.lstrip().startswith(("exten", "same"))
]


def test_asterisk_starts_without_a_complaint(line: Line) -> None:
    started = line.asterisk.messages.split("Asterisk Ready", 1)[0]
    assert [] == re.findall(r".*(?:WARNING|ERROR).*", started)


@pytest.mark.parametrize("context", CONTEXTS)
def test_asterisk_knows_each_context(line: Line, context: str) -> None:
    assert f"Context '{context}' created by 'pbx_config'" in line.asterisk.rx(
        f"dialplan show {context}"
    )


def test_every_step_became_a_priority(line: Line) -> None:
    shown = "\n".join(line.asterisk.rx(f"dialplan show {context}") for context in CONTEXTS)
    assert len(STEPS) == len(re.findall(r"\[extensions\.conf:\d+\]", shown))


@pytest.mark.parametrize(
    "application", sorted(set(re.findall(r"(?:,|\?)([A-Z][A-Za-z]+)\(", "\n".join(STEPS))))
)
def test_asterisk_has_each_application(line: Line, application: str) -> None:
    shown = line.asterisk.rx(f"core show application {application}")
    assert "Your application(s) is (are) not registered" not in shown


def test_every_jump_lands_on_a_step(line: Line) -> None:
    for target in re.findall(
        r"(?:Goto|GotoIf|Gosub|GosubIf)\((.*)\)$", "\n".join(STEPS), re.MULTILINE
    ):
        for place in re.sub(r"\(.*", "", target.rpartition("?")[2]).split(":"):
            for context, extension in _places(place):
                shown = line.asterisk.rx(f"dialplan show {extension}@{context}")
                assert "1." in shown, place


def test_a_call_that_lasts_too_long_goes_to_a_person(line: Line) -> None:
    """Asterisk goes to T of the context in which the time is over: of the job that is run."""
    assert "paytone-too-long,s,1" in line.asterisk.rx("dialplan show T@paytone-job")
    limits = [step for step in STEPS if "TIMEOUT(absolute)" in step]
    assert 1 == len([step for step in limits if "=${PAYTONE_LONGEST_CALL}" in step])
    assert 2 == len([step for step in limits if "=0)" in step])
    too_long = EXTENSIONS.split("[paytone-too-long]")[1].split("\n\n")[0]
    assert too_long.index("call-too-long") < too_long.index("resume") < too_long.index("agent")


@pytest.mark.parametrize("context", ["greeting", "stop-line", "admin", "out"])
def test_each_call_that_begins_has_its_time(context: str) -> None:
    assert (
        "Gosub(paytone-timed,s,1)" in EXTENSIONS.split(f"[paytone-{context}]")[1].split("\n\n")[0]
    )


@pytest.mark.parametrize("context", ["menu", "pay-only"])
def test_a_slow_call_has_its_time_anew_at_each_menu(context: str) -> None:
    first = EXTENSIONS.split(f"[paytone-{context}]\n")[1].splitlines()[0]
    assert '"${PAYTONE_TIMED}${PAYTONE_PACE}" = "yes_slow"]?paytone-timed,s,1)' in first


def test_a_second_queue_is_logged_in_to_as_the_docs_say(line: Line, edit: Edit) -> None:
    text = (CHECKOUT / "docs/people.md").read_text().split("**A second queue.**")[1]
    first = "exten => *45,1,Goto(paytone-agent-login,s,1)\n"
    edit((first, first + text.split("```")[1].lstrip()))
    shown = line.asterisk.rx("dialplan show *46@paytone-agent-login")
    assert "Set(PAYTONE_QUEUE=spanish)" in shown
    assert "Goto(paytone-agent-login,s,1)" in shown
    settings = line.asterisk.rx("dialplan show paytone-settings")
    assert '"${PAYTONE_QUEUE}" = ""]?Set(PAYTONE_QUEUE=' in settings, "what is set stands"


def _places(place: str) -> list[tuple[str, str]]:
    """Where *place* may lead; labels of the same extension are left to Asterisk's own check."""
    if place.startswith("choice_"):
        return [("paytone-menu", f"choice_{key}") for key in "12#5"]
    if "," not in place:
        assert f"n({place})" in EXTENSIONS
        return []
    context, extension, _ = place.split(",")
    if "${PAYTONE_OUT_KIND}" in context:  # gone to only where it exists
        return []
    if context == "paytone-${PAYTONE_NEXT}":
        return [(f"paytone-{where.value}", extension) for where in Next]
    return [(context, extension)]


def test_the_dialplan_asks_only_for_jobs_that_there_are() -> None:
    asked = set(re.findall(r"Gosub\(paytone-job,s,1\(([a-z-]+)\)\)", EXTENSIONS))
    assert asked <= set(JOBS)
    assert {"identify", "menu", "pay-bill", "history", "goodbye"} <= asked


def test_each_job_has_its_classic_entry() -> None:
    entries = {path.stem: path for path in (CHECKOUT / "agi").glob("*.agi")}
    assert set(JOBS) == set(entries)
    for verb, path in entries.items():
        assert f'answer_classic("{verb}")' in path.read_text()
        assert path.stat().st_mode & 0o111


def test_every_prompt_that_the_dialplan_says_is_recorded() -> None:
    said = set(re.findall(r"Playback\(paytone/([a-z-]+)\)", EXTENSIONS))
    for names in re.findall(r"PAYTONE_(?:INTRO|MENU_PROMPT)=([a-z&-]+)", EXTENSIONS):
        said |= set(names.split("&"))
    assert {"greeting", "menu-pay", "line-trouble", "to-agent", "no-agent", "goodbye"} <= said
    assert [] == [name for name in sorted(said - {BANNERS}) if not _recorded(name)]


def _recorded(prompt: str) -> bool:
    return Path(CHECKOUT / f"sounds/en/{prompt}.ulaw").exists()


def test_nothing_in_the_dialplan_listens_to_keys_or_records() -> None:
    forbidden = {
        "Read",
        "ReadExten",
        "Record",
        "MixMonitor",
        "Monitor",
        "System",
        "Log",
        "UserEvent",
    }
    assert set() == forbidden & set(re.findall(r"([A-Za-z]+)\(", "\n".join(STEPS)))


def test_neither_log_nor_ami_is_told_keys() -> None:
    for name in ("logger.conf", "manager.conf"):
        text = (CHECKOUT / "dialplan" / name).read_text()
        active = "\n".join(line.split(";")[0] for line in text.splitlines())
        assert re.search(r"dtmf|debug|\ball\b|\*", active) is None, name


@pytest.mark.parametrize(
    ("chapter", "there"),
    [
        ("## Contexts", set(CONTEXTS)),
        ("## Settings", set(re.findall(r"Set\((PAYTONE_\w+)=", EXTENSIONS.split("Return()")[0]))),
        ("| Verb |", set(JOBS)),
        ("| Status |", {status.value for status in Status}),
    ],
    ids=["contexts", "settings", "verbs", "statuses"],
)
def test_the_docs_list_what_there_is_and_nothing_else(chapter: str, there: set[str]) -> None:
    table = DOCS.split(chapter, 1)[1].split("|\n\n", 1)[0]
    assert there == set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE))


def test_the_docs_name_every_variable_of_the_dialplan() -> None:
    used = set(re.findall(r"PAYTONE_[A-Z_]+", EXTENSIONS))
    assert used <= set(re.findall(r"PAYTONE_[A-Z_]+", DOCS))
