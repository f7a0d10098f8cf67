"""Messages for a person: whether they can be recorded, and who is told of them."""

from __future__ import annotations

from paytone.doctor import Findings, Patient, fault, fine
from paytone.doctor.folder import passing
from paytone.rules.contact import Channel


def messages(patient: Patient) -> Findings:
    """Asterisk and the jobs share the folder, and somebody is written to who can be."""
    settings = patient.settings
    if not settings.takes_messages:
        yield fine("no messages are taken: PAYTONE_MESSAGES is off")
        return
    yield from passing(patient, settings.recordings, "messages", "people.md")
    if settings.messages_to is None:
        yield fine("nobody is written to of messages (PAYTONE_MESSAGES_TO): paytone messages list")
    elif Channel.EMAIL in settings.channels:
        yield fine(f"{settings.messages_to} is written to of messages")
    else:
        yield fault(
            f"{settings.messages_to} is not written to of messages, as no mail is sent: set "
            "PAYTONE_SMTP_URL and PAYTONE_MAIL_FROM"
        )
