"""Payment centres: whether callers can find them and hear where they are."""

from __future__ import annotations

import psycopg

from paytone.doctor import Findings, Patient, doubt, fine
from paytone.prompts.catalogue import CatalogueWrong, load
from paytone.store.places import standing


def payment_centers(patient: Patient) -> Findings:
    """Every centre is in a ZIP code that is known, and what is recorded of it is there."""
    settings = patient.settings
    try:
        stands = standing(settings.database_url.get_secret_value())
        recorded = load(settings.language, settings.sounds).entries
    except (psycopg.Error, CatalogueWrong):
        yield doubt("what payment centers there are is not known: see the database and the prompts")
        return
    if not stands.centres:
        yield fine("no payment center is listed, and none is offered")
        return
    if not stands.zips:
        yield doubt(
            f"{stands.centres} payment centers are listed and no ZIP code, so none is offered: "
            "paytone places import-zips"
        )
    elif lost := stands.centres - stands.placed:
        yield doubt(
            f"{lost} payment centers are in ZIP codes that are not known, so callers do not hear "
            "of them: paytone places list"
        )
    if missing := [name for name in stands.prompts if name not in recorded]:
        yield doubt(
            f"{len(missing)} recordings of payment centers are gone: paytone places prompts, then "
            "paytone places import"
        )
    elif stands.zips and stands.centres == stands.placed:
        yield fine(f"{stands.centres} payment centers can be found")
