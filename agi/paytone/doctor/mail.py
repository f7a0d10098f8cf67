"""The post: whether customers who can be written to are, by each channel."""

from __future__ import annotations

import psycopg

from paytone.adapters import post_of
from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.mail.texts import TextsWrong
from paytone.rules.contact import Channel
from paytone.store.letters import reachable

NAMES = {Channel.EMAIL: "by e-mail", Channel.SMS: "by text message"}
SETTINGS = {Channel.EMAIL: "PAYTONE_SMTP_URL", Channel.SMS: "PAYTONE_SMS_URL"}


def mail(patient: Patient) -> Findings:
    """Letters can be sent; whether a server takes them is in the worker's log."""
    settings = patient.settings
    try:
        post_of(settings)
        reached = reachable(settings.database_url.get_secret_value())
    except TextsWrong as exc:
        yield fault(f"the words for letters cannot be used: {exc}")
        return
    except psycopg.Error:
        yield doubt("whether customers have addresses is not known: see the database")
        return
    if settings.letters is not None:
        yield doubt(
            f"letters are put into {settings.letters}, and nothing is sent: to try the line"
        )
        return
    for channel in Channel:
        yield from _by(channel, wanted=channel in reached, sent=channel in settings.channels)
    if Channel.SMS in settings.channels and settings.sms_inbound is None:
        yield doubt("who answers STOP to a text message is not heard: set PAYTONE_SMS_INBOUND")


def _by(channel: Channel, *, wanted: bool, sent: bool) -> Findings:
    how = NAMES[channel]
    if sent:
        yield fine(f"letters are sent {how}")
    elif wanted:
        yield doubt(f"customers want letters {how}, and none is sent: set {SETTINGS[channel]}")
    else:
        yield fine(f"no customer is written to {how}, and nothing is sent")
