"""The vault's further paths: searches, verifications, nonces, wallets by kind."""

from __future__ import annotations

from paytone.sandbox.request import Work
from paytone.sandbox.vault import nonce_work, verification_work
from paytone.sandbox.vault import payment_methods as methods
from paytone.sandbox.vault import search as vault_search
from paytone.sandbox.vault import work as vault_work

READS, WRITES = True, False
VAULT = "vault"
_ALL = "/payment_methods/all"

VAULT_ROUTES: tuple[tuple[str, str, str, Work, bool], ...] = (
    ("POST", "/verifications", VAULT, verification_work.create, WRITES),
    ("GET", "/verifications/:", VAULT, verification_work.find, READS),
    ("POST", "/verifications/advanced_search_ids", "search", verification_work.search_ids, READS),
    ("POST", "/verifications/advanced_search", "search", verification_work.search_page, READS),
    ("POST", "/customers/advanced_search_ids", "search", vault_search.customer_ids, READS),
    ("POST", "/customers/advanced_search", "search", vault_search.customer_page, READS),
    ("POST", f"{_ALL}/expired_ids", "search", vault_search.expired_ids, READS),
    ("POST", f"{_ALL}/expired", "search", vault_search.expired_page, READS),
    ("POST", f"{_ALL}/expiring_ids", "search", vault_search.expiring_ids, READS),
    ("POST", f"{_ALL}/expiring", "search", vault_search.expiring_page, READS),
    ("GET", "/payment_methods/from_nonce/:", VAULT, vault_work.card_from_nonce, WRITES),
    ("POST", "/payment_methods/:/nonces", VAULT, nonce_work.create, WRITES),
    ("POST", "/three_d_secure/create_nonce/:", VAULT, nonce_work.create_secured, WRITES),
    ("GET", "/payment_method_nonces/:", VAULT, nonce_work.find, READS),
    ("GET", "/payment_methods/paypal_account/:", VAULT, methods.find_paypal, READS),
    ("PUT", "/payment_methods/paypal_account/:", VAULT, methods.update_paypal, WRITES),
    ("DELETE", "/payment_methods/paypal_account/:", VAULT, methods.delete_paypal, WRITES),
    ("GET", "/payment_methods/sepa_debit_account/:", VAULT, methods.find_sepa, READS),
    (
        "DELETE",
        "/payment_methods/sepa_debit_account/:",
        "vault",
        methods.delete_sepa,
        False,
    ),
)
"""Verb, pattern, kind, work, and whether a read-only key may ask it; see `routes.Route`."""
