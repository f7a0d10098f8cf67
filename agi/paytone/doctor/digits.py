"""Where Asterisk could show or keep what callers key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.ask import users
from paytone.doctor.files import is_yes
from paytone.rules.card import brand_of, fits_length, passes_luhn

TAIL_BYTES = 20_000_000
"""How much of the end of each log is read."""

LEAKY_COMMANDS = ("agi set debug", "rtp set debug", "core set debug", "pjsip set logger")
MARKS = {
    "AGI debugging": re.compile(rb"AGI [TR]x (?:<<|>>)"),
    "the level dtmf": re.compile(rb"\bDTMF(?:\[|  ?(?:begin|end) )|DTMF (?:begin|end) "),
    "RTP debugging": re.compile(rb"RTP RFC2833|Got  RTP packet|RTP 2833 Event"),
    "Read()": re.compile(rb"User entered '[^']"),
}
_NUMBER = re.compile(rb"(?<![\w.@:/+-])(\d(?:[ -]?\d){12,18})(?![\w.@:/-])")


def logger(patient: Patient) -> Findings:
    """No log has the level ``dtmf``, which prints every key."""
    shown = patient.answer("logger show channels")
    running = " ".join(line.rpartition(" - ")[2] for line in shown.splitlines() if " - " in line)
    filed = " ".join(
        value
        for section in patient.files.sections("logger.conf")
        if section.name == "logfiles"
        for _, value in section.options
    )
    levels = set(re.findall(r"[a-z*]+", f"{running} {filed}".lower()))
    if levels & {"dtmf", "*"}:
        yield fault(
            "a log has the level dtmf, which prints every key: take dtmf (or *) out of "
            "logger.conf, then asterisk -rx 'logger reload'; destroy what it wrote"
        )
    elif "debug" in levels:
        yield doubt("a log has the level debug: take it out of logger.conf, then 'logger reload'")
    else:
        yield fine("no log has the level dtmf")


def ami_classes(patient: Patient) -> Findings:
    """No AMI user is sent the keys that callers press."""
    found = False
    for user, read, write in _ami_users(patient):
        for direction, classes, grade in (("read", read, fault), ("write", write, doubt)):
            if leaky := sorted({"dtmf", "all"} & classes):
                found = True
                yield grade(
                    f"AMI user {user} has {direction}={','.join(leaky)}: name the classes it "
                    "needs in manager.conf, without dtmf; then asterisk -rx 'manager reload'"
                )
    if not found:
        yield fine("no AMI user sees keys")


def _ami_users(patient: Patient) -> Iterator[tuple[str, set[str], set[str]]]:
    for user in users(patient.answer("manager show users")):
        shown = patient.answer(f"manager show user {user}")
        perms = dict(re.findall(r"^\s*(read|write) perm: (\S*)", shown, re.MULTILINE))
        yield user, set(perms.get("read", "").split(",")), set(perms.get("write", "").split(","))
    for section in patient.files.sections("manager.conf"):
        if section.name != "general":
            read, write = (
                {each.strip() for each in section.last(way).split(",")} for way in ("read", "write")
            )
            yield section.name, read, write


def debugging(patient: Patient) -> Findings:
    """Nothing is set to print what is exchanged with the jobs or callers."""
    faults = []
    if patient.setting("Debug level") not in {"", "0"}:
        faults.append("core set debug is on: asterisk -rx 'core set debug 0'")
    if patient.files.option("asterisk.conf", "options", "debug", "0") not in {"0", "no"}:
        faults.append("asterisk.conf has debug: take it out")
    for section in patient.files.sections("cli.conf"):
        faults += [
            f"cli.conf runs '{command}' at start: take it out"
            for command, value in section.options
            if command.startswith(LEAKY_COMMANDS) and is_yes(value) and " off" not in command
        ]
    if is_yes(patient.files.option("pjsip.conf", "global", "debug", "no")):
        faults.append("pjsip.conf logs SIP messages: take debug out of its global section")
    yield from map(fault, faults)
    if not faults:
        yield fine("no debugging is set")


def logs(patient: Patient) -> Findings:
    """
    The logs hold no trace of keys.

    Asterisk does not tell whether ``agi set debug`` or ``rtp set debug`` is on; what it printed
    does.
    """
    folder = _log_folder(patient)
    found = False
    for file in sorted(folder.rglob("*")) if folder else ():
        if not file.is_file():
            continue
        try:
            text = _tail(file)
        except OSError:
            yield doubt(f"{file} cannot be read: run the doctor as the user who owns it")
            continue
        for what, mark in MARKS.items():
            if mark.search(text):
                found = True
                yield fault(
                    f"{file} shows keys, by {what}: turn it off (agi set debug off, rtp set debug "
                    "off) and destroy the file and its copies"
                )
        if _has_card(text):
            found = True
            yield fault(f"{file} has what looks like a card number: see docs/card-data.md")
    if not found:
        yield fine("the logs show no keys") if folder else doubt("Asterisk's logs are not found")


def _log_folder(patient: Patient) -> Path | None:
    named = patient.setting("Log directory") or patient.files.option(
        "asterisk.conf", "directories", "astlogdir"
    )
    return Path(named) if named and Path(named).is_dir() else None


def _tail(file: Path) -> bytes:
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - TAIL_BYTES))
        return log.read()


def _has_card(text: bytes) -> bool:
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[1].decode())
        brand = brand_of(digits)
        if brand and fits_length(digits, brand) and passes_luhn(digits):
            return True
    return False


def records(patient: Patient) -> Findings:
    """Call records hold no fields of the dialplan's choosing."""
    doubts = []
    if "Enabled" in patient.answer("cel show status") or is_yes(
        patient.files.option("cel.conf", "general", "enable", "no")
    ):
        doubts.append(
            "CEL is on: keep applications' arguments and user fields out of what it writes"
        )
    if is_yes(patient.files.option("cdr.conf", "csv", "loguserfield", "no")):
        doubts.append("cdr.conf writes the user field: see that no dialplan puts keys into it")
    doubts += [
        f"{file} writes fields of your own: see that none holds keys"
        for file in ("cdr_custom.conf", "cel_custom.conf")
        if any(section.options for section in patient.files.sections(file))
    ]
    yield from map(doubt, doubts)
    if not doubts:
        yield fine("call records hold nothing that was keyed")
