"""Bank accounts given by number, or vouched for by their bank, made into nonces."""

from __future__ import annotations

import re
from typing import Any

from paytone.sandbox.bank.accounts import BankFace, BankNonce, trait_of
from paytone.sandbox.graph.executed import GraphRefused
from paytone.sandbox.request import Request

_WEIGHTS = (3, 7, 1) * 3
_LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
_PUBLISHED_ROUTING = frozenset({"123456789"})


def tokenized(request: Request, given: dict[str, Any]) -> BankNonce:
    """
    A new nonce for the account that *given*, the mutation's input, describes.

    Raises:
        GraphRefused: A number cannot be one, or the owner is not one person or business.
    """
    by_login = "publicToken" in given
    routing = "011000015" if by_login else re.sub(r"[\s-]", "", given["routingNumber"])
    number = "1000000000" if by_login else re.sub(r"[\s-]", "", given["accountNumber"])
    person, business = given.get("individualOwner"), given.get("businessOwner")
    if not is_routing_number(routing):
        raise _refused("Routing number is invalid.", "routingNumber")
    if not re.fullmatch(r"[0-9]{4,17}", number):
        raise _refused("Account number is invalid.", "accountNumber")
    if bool(person) == bool(business):
        raise _refused("Give one of individualOwner and businessOwner.", "individualOwner")
    holder = business["businessName"] if business else " ".join(_names(person or {}))
    face = BankFace(
        routing_number=routing,
        last_four=number[-4:],
        account_type=given["accountType"].lower(),
        holder=holder,
        ownership="business" if business else "personal",
        trait=trait_of(number),
        mandate=(given["achMandate"], request.now),
    )
    made = BankNonce(_new_nonce(request), face, plaid=by_login)
    request.books.nonces[made.nonce] = made
    return made


def is_routing_number(routing: str) -> bool:
    """Nine digits whose weighted sum is a multiple of ten; the published test one passes too."""
    if routing in _PUBLISHED_ROUTING:
        return True
    if not re.fullmatch(r"[0-9]{9}", routing):
        return False
    return sum(int(digit) * by for digit, by in zip(routing, _WEIGHTS, strict=True)) % 10 == 0


def _names(person: dict[str, str]) -> tuple[str, str]:
    return person["firstName"], person["lastName"]


def _new_nonce(request: Request) -> str:
    blocks = ("".join(request.books.dice.choices(_LETTERS, k=6)) for _ in range(4))
    tail = "".join(request.books.dice.choices(_LETTERS, k=3))
    return f"tokenusbankacct_bc_{'_'.join(blocks)}_{tail}"


def _refused(text: str, name: str) -> GraphRefused:
    return GraphRefused("VALIDATION", (None, text, ("input", "usBankAccount", name)))
