"""What the parts of a line find in their environment."""

from __future__ import annotations

from collections.abc import Mapping

LOCAL = "local"
_LOCAL_KEYS = {
    "PAYTONE_BRAINTREE_ENVIRONMENT": LOCAL,
    "PAYTONE_BRAINTREE_MERCHANT_ID": "paytone_merchant_id",
    "PAYTONE_BRAINTREE_PUBLIC_KEY": "paytone_public_key",
    "PAYTONE_BRAINTREE_PRIVATE_KEY": "paytone_private_key",
}
_POST = ("PAYTONE_SMTP_URL", "PAYTONE_SMS_URL", "PAYTONE_LETTERS")
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


def is_local(outer: Mapping[str, str]) -> bool:
    """Whether the line brings its own Braintree: the operator named no real one."""
    return (outer.get("PAYTONE_BRAINTREE_ENVIRONMENT") or LOCAL) == LOCAL


def for_parts(
    outer: Mapping[str, str],
    *,
    database_url: str,
    fastagi: str,
    webhooks: str,
    sandbox_port: int,
    authorisations: str,
    banners: str,
    ami: str,
    letters: str | None = None,
) -> dict[str, str]:
    """
    The operator's environment *outer* with what this run adds.

    With a local Braintree no proxy is named: it would be asked for loopback addresses.

    Args:
        ami: Asterisk's manager interface, HOST:PORT:USER:SECRET.
        letters: A folder for letters, where the operator named no way to send them.
    """
    added = {
        "PAYTONE_DATABASE_URL": database_url,
        "PAYTONE_FASTAGI": fastagi,
        "PAYTONE_WEBHOOKS": webhooks,
        "PAYTONE_AUTHORISATIONS": authorisations,
        "PAYTONE_BANNERS": banners,
        "PAYTONE_AMI": ami,
    }
    if letters and not any(outer.get(name) for name in _POST):
        added["PAYTONE_LETTERS"] = letters
    if not is_local(outer):
        return {**outer, **added}
    kept = {name: value for name, value in outer.items() if name.lower() not in _PROXIES}
    url = f"http://127.0.0.1:{sandbox_port}"
    return {**kept, **added, **_LOCAL_KEYS, "PAYTONE_BRAINTREE_URL": url}
