"""The mail: whether customers who have an address are written to."""

from __future__ import annotations

import psycopg

from paytone.app import post_of
from paytone.contact import Channel
from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.mail.texts import TextsWrong
from paytone.store.letters import reachable


def mail(patient: Patient) -> Findings:
    """Letters can be sent; whether the server takes them is in the worker's log."""
    try:
        post = post_of(patient.settings)
        wanted = Channel.EMAIL in reachable(patient.settings.database_url.get_secret_value())
    except TextsWrong as exc:
        yield fault(f"the words for letters cannot be used: {exc}")
        return
    except psycopg.Error:
        yield doubt("whether customers have addresses is not known: see the database")
        return
    if post is None and wanted:
        yield doubt("customers have e-mail addresses, and nothing is sent: set PAYTONE_SMTP_URL")
    elif post is None:
        yield fine("no customer has an e-mail address, and nothing is sent")
    else:
        yield fine("letters are sent by e-mail")
