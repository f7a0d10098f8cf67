"""What the dialplan does on the way to a payment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.files import Files

PAYING = "paytone-pay"

AFTER = {"paytone-agent", "paytone-trouble", "paytone-goodbye", "paytone-keys"}
"""Contexts of ours that no payment follows."""

RECORDS = frozenset({"mixmonitor", "monitor", "record", "eagi", "audiosocket", "dictate", "jack"})
LISTENS = frozenset({"chanspy", "extenspy"})
WHISPERS = ("ChanSpy", "${PAYTONE_EAR},qwSs")
"""The one step that listens to no caller: into an agent's ear, in paytone-whisper."""
PRINTS_KEYS = frozenset({"read", "readexten", "authenticate", "vmauthenticate", "disa"})
_STOPS = {"mixmonitor": "stopmixmonitor", "monitor": "stopmonitor"}

_CONTEXT = re.compile(r"\[ Context '([^']+)'")
_EXTENSION = re.compile(r"^\s+'([^']+)' =>")
_STEP = re.compile(r"^.*?\d+\. (\w+)\((.*)\)\s+\[[^\]]*\]\s*$")
_INCLUDED = re.compile(r"^\s*Include =>\s+'([^']+)'")
_CALLED = re.compile(r"\b(?:Gosub|GosubIf|Macro)\b")


@dataclass(frozen=True, slots=True)
class Context:
    """
    One context.

    Args:
        steps: Applications as (name, arguments).
        includes: The contexts it includes.
        extensions: What may be dialled or keyed in it.
    """

    steps: tuple[tuple[str, str], ...] = ()
    includes: tuple[str, ...] = ()
    extensions: frozenset[str] = frozenset()

    def goes_to(self, context: str, *, called: bool = False) -> bool:
        """Whether a step names *context*; with *called*, as a subroutine."""
        place = re.compile(rf"(?<![\w-]){re.escape(context)}(?![\w-])")
        return any(
            place.search(arguments)
            for application, arguments in self.steps
            if not called or _CALLED.search(f"{application}({arguments}")
        )


Dialplan = Mapping[str, Context]


def recordings(patient: Patient) -> Findings:
    """Nothing on the way to a payment records the call, prints keys, or keeps them."""
    plan = known(patient)
    if PAYING not in plan:
        yield fault(f"the dialplan has no {PAYING}: include paytone's extensions.conf")
        return
    found = False
    for name in sorted(_on_the_way(plan)):
        for finding in _of(name, plan[name]):
            found = True
            yield finding
    if not found:
        yield fine("nothing on the way to a payment records the call")


def _of(name: str, context: Context) -> Findings:
    applications = {step[0].lower() for step in context.steps if step != WHISPERS}
    applications |= {
        match.lower()
        for application, arguments in context.steps
        if application == "ExecIf"
        for match in re.findall(r"[?:](\w+)\(", arguments)
    }
    for used in sorted(applications & (RECORDS | LISTENS)):
        if _STOPS.get(used) in applications:
            yield doubt(f"[{name}] records with {used}: see that it stops before paytone-greeting")
        else:
            yield fault(
                f"[{name}] has {used} and leads to a payment: a recording holds the keys; "
                "take it out, or record in paytone-agent only"
            )
    for used in sorted(applications & PRINTS_KEYS):
        yield fault(
            f"[{name}] has {used} and leads to a payment: it prints keys and shows them in AMI; "
            "take it out"
        )
    if any(re.search(r"(CDR|CHANNEL)\(userfield\)", text) for _, text in context.steps):
        yield doubt(f"[{name}] writes the user field of call records: see that it holds no keys")


def _on_the_way(plan: Dialplan) -> set[str]:
    """The contexts whose steps a payment can follow, and the subroutines that they run."""
    way = {name for name in plan if name.startswith("paytone-")} - AFTER
    while more := {name for name in plan if name not in way | AFTER and _leads(plan, name, way)}:
        way |= more
    # What a context only includes runs without its own steps.
    way = {name for name in way if name.startswith("paytone-") or _goes(plan, name, way)}
    while more := {
        name
        for name in plan
        if name not in way and any(plan[each].goes_to(name, called=True) for each in way)
    }:
        way |= more
    return way


def _goes(plan: Dialplan, name: str, way: set[str]) -> bool:
    return any(plan[name].goes_to(each) for each in way)


def _leads(plan: Dialplan, name: str, way: set[str]) -> bool:
    return bool(way & set(plan[name].includes)) or _goes(plan, name, way)


def known(patient: Patient) -> Dialplan:
    """The contexts that Asterisk has, or where it does not run those of its files."""
    return running(patient.answer("dialplan show")) or filed(patient.files)


def running(shown: str) -> Dialplan:
    """The contexts in ``dialplan show``."""
    plan: dict[str, Context] = {}
    name = ""
    for line in shown.splitlines():
        if match := _CONTEXT.search(line):
            name = match[1]
            plan[name] = Context()
            continue
        if not name:
            continue
        at = plan[name]
        if match := _EXTENSION.match(line):
            at = replace(at, extensions=at.extensions | {match[1]})
        if match := _INCLUDED.match(line):
            at = replace(at, includes=(*at.includes, match[1]))
        elif match := _STEP.match(line):
            at = replace(at, steps=(*at.steps, (match[1], match[2])))
        plan[name] = at
    return plan


def filed(files: Files) -> Dialplan:
    """The contexts in extensions.conf."""
    plan: dict[str, Context] = {}
    for section in files.sections("extensions.conf"):
        before = plan.get(section.name, Context())
        plan[section.name] = Context(
            (*before.steps, *_steps(section.options)),
            (*before.includes, *(value for key, value in section.options if key == "include")),
            before.extensions
            | {value.partition(",")[0] for key, value in section.options if key == "exten"},
        )
    return plan


def _steps(options: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for key, value in options:
        if key in {"exten", "same"}:
            application = value.split(",", 2 if key == "exten" else 1)[-1]
            name, _, arguments = application.partition("(")
            yield name.strip(), arguments.removesuffix(")")
