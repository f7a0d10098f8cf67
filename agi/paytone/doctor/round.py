"""Every check, in the order in which it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from paytone.doctor import Finding, Findings, Patient
from paytone.doctor.agent_payment import agent_payment
from paytone.doctor.calls_out import calls_out
from paytone.doctor.checks import electronic_checks
from paytone.doctor.dialplan import recordings
from paytone.doctor.digits import ami_classes, debugging, logger, logs, records
from paytone.doctor.doors import ami, encryption, fastagi, http, strangers
from paytone.doctor.fee import fee
from paytone.doctor.mail import mail
from paytone.doctor.messages import messages
from paytone.doctor.parts import (
    asterisk,
    classic,
    clock,
    cores,
    database,
    files,
    gateway,
    prompts,
    worker,
)
from paytone.doctor.people import people
from paytone.doctor.places import payment_centers
from paytone.doctor.spelling import settings

CHECKS: Final[tuple[Callable[[Patient], Findings], ...]] = (
    asterisk,
    files,
    settings,
    fastagi,
    database,
    worker,
    mail,
    electronic_checks,
    calls_out,
    people,
    agent_payment,
    messages,
    prompts,
    payment_centers,
    classic,
    logger,
    ami_classes,
    debugging,
    logs,
    recordings,
    fee,
    records,
    cores,
    ami,
    http,
    strangers,
    encryption,
    clock,
)
OF_ASTERISK: Final = frozenset({
    classic, logger, ami_classes, debugging, logs, recordings, fee, records, cores, ami, http,
    strangers, encryption, people, agent_payment,
})  # fmt: skip
"""What Asterisk's console and files answer; without either, nothing can be said to be fine."""


async def findings(patient: Patient) -> AsyncIterator[tuple[str, Finding]]:
    """What each check found, with its name, as it is found."""
    blind = not patient.told and patient.files.unread()
    for check in CHECKS:
        if blind and check in OF_ASTERISK:
            continue
        for finding in await asyncio.to_thread(_told, check, patient):
            yield check.__name__.replace("_", "-"), finding
    for finding in await gateway(patient):
        yield "gateway", finding


def _told(check: Callable[[Patient], Findings], patient: Patient) -> list[Finding]:
    return list(check(patient))
