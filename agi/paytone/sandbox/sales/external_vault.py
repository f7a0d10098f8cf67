"""Cards that are kept in someone else's vault."""

from __future__ import annotations

import re

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.wire import Params


def check_external_vault(params: Params, invalid: Invalid) -> None:
    """Tell *invalid* what is wrong with what *params* say of such a card."""
    given = part(params, "external_vault")
    if not given:
        return
    scope = invalid.at("external_vault")
    status = text(given, "status")
    previous = text(given, "previous_network_transaction_id")
    link = text(given, "previous_mastercard_transaction_link_id")
    if status not in {"vaulted", "will_vault"}:
        scope.add("status", "915175")
        return
    if status == "will_vault" and previous is not None:
        scope.add("status", "915177")
    elif previous is not None and not re.fullmatch(r"[A-Za-z0-9 ]{9,15}", previous):
        scope.add("previous_network_transaction_id", "915179")
    if status == "will_vault" and link is not None:
        scope.add("status", "915278")
    elif link is not None and not re.fullmatch(r"[A-Za-z0-9]{22}", link):
        scope.add("previous_mastercard_transaction_link_id", "915279")
