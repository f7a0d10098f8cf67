"""People who answer: a phone or a queue, when, and that callers in line hear the truth."""

from __future__ import annotations

import os
import re
from typing import Final

import psycopg

from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.dialplan import Dialplan, known
from paytone.prompts.grammar import GRAMMARS
from paytone.store import agents, hours

QUEUE: Final = re.compile(r"(?<!\w)PAYTONE_QUEUE=([A-Za-z0-9_-]+)")
PHONE: Final = re.compile(r"(?<!\w)PAYTONE_AGENT=[^)\s]")
KEY_OF_CALL_BACK: Final = "1"
OFFER: Final = "queue-offer"
FILE: Final = "queues.conf"


def people(patient: Patient) -> Findings:
    """Somebody answers who asks for a person: in a queue that is there, or one phone."""
    plan = known(patient)
    queues = sorted(set(_named(plan, QUEUE)))
    if not queues and not _named(plan, PHONE):
        yield doubt(
            "nobody answers who asks for a person: set PAYTONE_AGENT in paytone-settings, or "
            "paytone configure --queue support"
        )
        return
    yield from _set_up(patient, queues)
    for queue in queues:
        yield from _queue(patient, plan, queue)
    if not queues:
        yield fine("one phone answers who asks for a person")


def _named(plan: Dialplan, what: re.Pattern[str]) -> list[str]:
    steps = (arguments for context in plan.values() for _, arguments in context.steps)
    return [found for arguments in steps for found in what.findall(arguments)]


def _set_up(patient: Patient, queues: list[str]) -> Findings:
    url = patient.settings.database_url.get_secret_value()
    try:
        timed, counted = hours.queues(url), agents.counted(url)
    except psycopg.Error:
        yield doubt("opening hours and agents are not known: see the database")
        return
    for queue in queues or [""]:
        if not timed & {queue, ""}:
            of = f" of {queue}" if queue else ""
            yield fine(f"it is always open{of}: paytone hours set, if that is not so")
        if queue and not counted and not patient.files.option(FILE, queue, "member"):
            yield doubt(f"no agent can take calls of {queue}: paytone agents add")


def _queue(patient: Patient, plan: Dialplan, queue: str) -> Findings:
    """*queue* is there, and what callers hear in it is so."""
    if patient.told:
        if "app_queue.so" not in patient.answer("module show like app_queue"):
            yield fault(f"Asterisk has no queues, and {queue} is one: load app_queue.so")
            return
        if not re.search(rf"^{queue} has ", patient.answer("queue show"), re.MULTILINE):
            yield fault(
                f"Asterisk has no queue {queue}, to which callers go: write [{queue}] into {FILE} "
                "as ours has it, then asterisk -rx 'queue reload all'"
            )
            return
    found = [*_call_backs(patient, plan, queue), *_place(patient, queue)]
    yield from found or [fine(f"callers wait in the queue {queue}")]


def _call_backs(patient: Patient, plan: Dialplan, queue: str) -> Findings:
    """The key of a call back works where it is said, and is said where it works."""
    context = patient.files.option(FILE, queue, "context")
    offered = patient.files.option(FILE, queue, "queue-thankyou").endswith(OFFER)
    is_on = patient.settings.calls_people
    leads = context in plan and KEY_OF_CALL_BACK in plan[context].extensions
    if offered and not is_on:
        yield fault(
            f"callers in {queue} hear that {KEY_OF_CALL_BACK} is a call back, and nobody is "
            f"called: queue-thankyou=paytone/queue-stay in {FILE}, or PAYTONE_CALLS_OUT=on"
        )
    elif offered and not leads:
        yield fault(
            f"callers in {queue} hear that {KEY_OF_CALL_BACK} is a call back, and it does "
            f"nothing: context=paytone-queue in {FILE}, a context whose {KEY_OF_CALL_BACK} leads "
            "to paytone-callback"
        )
    elif is_on and not offered:
        yield doubt(
            f"callers in {queue} do not hear that {KEY_OF_CALL_BACK} is a call back: "
            f"queue-thankyou=paytone/{OFFER} in {FILE}"
        )


def _place(patient: Patient, queue: str) -> Findings:
    """Asterisk says the place in line itself, from sounds in a folder of its own."""
    if patient.files.option(FILE, queue, "announce-position", "no") == "no":
        return
    for language in GRAMMARS:
        folder = patient.sounds / language / "digits"
        if not any(os.access(folder / f"2.{codec}", os.R_OK) for codec in ("ulaw", "alaw", "g722")):
            yield fault(
                f"callers in {queue} do not hear their place: {folder} has no numbers; run "
                "paytone configure, which links them"
            )
