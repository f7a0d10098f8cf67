"""Descriptors: what the cardholder reads on the statement."""

from __future__ import annotations

import re

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.wire import Params


def read_descriptor(params: Params, invalid: Invalid) -> dict[str, str | None]:
    """The parts that are given, as a transaction keeps them; faults are told to *invalid*."""
    given, scope = part(params, "descriptor"), invalid.at("descriptor")
    name, phone, url = (text(given, field) for field in ("name", "phone", "url"))
    if name is not None and not _good_name(name):
        scope.add("name", "92201")
    if phone is not None and len(re.sub(r"\D", "", phone)) not in (10, 11):
        scope.add("phone", "92202")
    if url is not None and len(url) > 13:
        scope.add("url", "92206")
    return {f"descriptor_{field}": text(given, field) for field in given}


def _good_name(name: str) -> bool:
    company, star, product = name.partition("*")
    return bool(star and product) and len(company) in (3, 7, 12) and len(name) <= 22
