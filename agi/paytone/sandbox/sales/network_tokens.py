"""Cards sent as a network's token, and those that a card reader has enciphered."""

from __future__ import annotations

import re

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.wire import Params, Value

_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
_READ: Params = {"number": "4111111111111111", "expiration_date": "12/2030"}


def read_network_token(card: Params, invalid: Invalid) -> dict[str, Value]:
    """What a transaction's card shows of the token in *card*; empty where there is none."""
    given = part(card, "network_tokenization_attributes")
    if not given:
        return {}
    if text(given, "cryptogram") is None:
        invalid.add("network_tokenization_attributes", "81762")
    return {"is_network_tokenized": True}


def deciphered(card: Params) -> Params | None:
    """
    The card that *card* stands for; None for what no reader can have made.

    The sandbox cannot decipher: whatever a reader says is one test Visa.
    """
    if "payment_reader_card_details" not in card:
        return card
    given = part(card, "payment_reader_card_details")
    said = (text(given, "encrypted_card_data") or "", text(given, "key_serial_number") or "")
    return {**card, **_READ} if all(map(_HEX.fullmatch, said)) else None
