"""Every path the sandbox answers, in one table."""

from __future__ import annotations

from dataclasses import dataclass

from paytone.sandbox import search
from paytone.sandbox.bank import search as bank_search
from paytone.sandbox.bank import work as bank_work
from paytone.sandbox.clients import token as client_token
from paytone.sandbox.request import Work
from paytone.sandbox.sales import (
    adjusting,
    changes,
    cloning,
    line_items,
    sale,
    secured,
    settling,
    updating,
)
from paytone.sandbox.vault import address_work, customer_work, payment_methods
from paytone.sandbox.vault import work as vault_work
from paytone.sandbox.vault.routes import VAULT_ROUTES


@dataclass(frozen=True, slots=True)
class Route:
    """
    One verb on one shape of path.

    Args:
        pattern: Below ``/merchants/<id>``; ``:`` stands for any one name.
        kind: What a fault calls it; see `paytone.sandbox.control.faults.KINDS`.
        reads: A read-only key may ask it.
    """

    verb: str
    pattern: str
    kind: str
    work: Work
    reads: bool = False


_CHECKS = "/us_bank_account_verifications"

ROUTES = (
    Route("POST", "/transactions", "sale", sale.create),
    Route("GET", "/transactions/:", "find", changes.find, reads=True),
    Route("PUT", "/transactions/:/void", "void", changes.void),
    Route("PUT", "/transactions/:/submit_for_settlement", "submit", changes.submit),
    Route("POST", "/transactions/:/submit_for_partial_settlement", "submit", changes.submit_part),
    Route("POST", "/transactions/:/refund", "refund", changes.refund),
    Route("POST", "/transactions/:/reverse", "refund", changes.reverse),
    Route("POST", "/transactions/:/clone", "sale", cloning.clone),
    Route("PUT", "/transactions/:/update_details", "submit", updating.update_details),
    Route("PUT", "/transactions/:/adjust_authorization", "submit", adjusting.adjust),
    Route("GET", "/transactions/:/line_items", "find", line_items.find_all, reads=True),
    Route("POST", "/three_d_secure/create_verification/:", "vault", secured.create_verification),
    Route("PUT", "/transactions/:/settle", "settle", settling.settle),
    Route("PUT", "/transactions/:/settlement_confirm", "settle", settling.confirm),
    Route("PUT", "/transactions/:/settlement_decline", "settle", settling.decline),
    Route("PUT", "/transactions/:/settlement_pending", "settle", settling.pending),
    Route("POST", "/transactions/advanced_search_ids", "search", search.search_ids, reads=True),
    Route("POST", "/transactions/advanced_search", "search", search.search_page, reads=True),
    Route("POST", "/client_token", "vault", client_token.create),
    Route("POST", "/customers", "vault", customer_work.create),
    Route("GET", "/customers/:", "vault", customer_work.find, reads=True),
    Route("PUT", "/customers/:", "vault", customer_work.update),
    Route("DELETE", "/customers/:", "vault", customer_work.delete),
    Route("POST", "/customers/:/addresses", "vault", address_work.create_address),
    Route("GET", "/customers/:/addresses/:", "vault", address_work.find_address, reads=True),
    Route("PUT", "/customers/:/addresses/:", "vault", address_work.update_address),
    Route("DELETE", "/customers/:/addresses/:", "vault", address_work.delete_address),
    Route("POST", "/payment_methods", "vault", bank_work.creating(payment_methods.create)),
    Route("GET", "/payment_methods/credit_card/:", "vault", vault_work.find_card, reads=True),
    Route("PUT", "/payment_methods/credit_card/:", "vault", vault_work.update_card),
    Route("DELETE", "/payment_methods/credit_card/:", "vault", vault_work.delete_card),
    Route("GET", "/payment_methods/any/:", "vault", payment_methods.find, reads=True),
    Route("PUT", "/payment_methods/any/:", "vault", bank_work.updating(payment_methods.update)),
    Route("DELETE", "/payment_methods/any/:", "vault", payment_methods.delete),
    Route("GET", "/payment_methods/us_bank_account/:", "vault", bank_work.find, reads=True),
    Route("GET", f"{_CHECKS}/:", "vault", bank_work.find_check, reads=True),
    Route("PUT", f"{_CHECKS}/:/confirm_micro_transfer_amounts", "vault", bank_work.confirm),
    Route("POST", f"{_CHECKS}/advanced_search_ids", "search", bank_search.search_ids, reads=True),
    Route("POST", f"{_CHECKS}/advanced_search", "search", bank_search.search_page, reads=True),
    *(Route(*vaulted) for vaulted in VAULT_ROUTES),
)

_BY_LENGTH: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
for _route in ROUTES:
    _parts = _route.pattern.strip("/").split("/")
    _BY_LENGTH.setdefault((_route.verb, len(_parts)), []).append((_parts, _route))


def route_of(verb: str, parts: list[str]) -> tuple[Route, tuple[str, ...]] | None:
    """The route for a path's *parts*, with the names in it; a literal part beats a name."""
    found = [
        (route, tuple(part for part, want in zip(parts, wanted, strict=True) if want == ":"))
        for wanted, route in _BY_LENGTH.get((verb, len(parts)), ())
        if all(want in (":", part) for part, want in zip(parts, wanted, strict=True))
    ]
    return min(found, key=lambda match: len(match[1]), default=None)
