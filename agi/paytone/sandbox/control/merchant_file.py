"""Merchants that a project brings along, as TOML."""

from __future__ import annotations

import tomllib
from typing import Any, get_args

from paytone.sandbox.control.request import Refused, check_fields
from paytone.sandbox.merchants import Feature, Key, Merchant, MerchantAccount, Settings

_FIELDS = frozenset({"id", "public_key", "private_key", "accounts", "settings"})
_ACCOUNT = frozenset({"id", "currency", "features"})


class MerchantsRefused(ValueError):
    """The file is not understood; the text says why, and names no key. Nothing is served."""


def read_merchants(text: str) -> tuple[Merchant, ...]:
    """
    The merchants in *text*, in their order.

    Raises:
        MerchantsRefused: It is no TOML, or says what no merchant can have.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise MerchantsRefused(f"not TOML: {fault}") from None
    rows = given.get("merchant")
    if not isinstance(rows, list) or not rows or given.keys() != {"merchant"}:
        raise MerchantsRefused("it has one or more [[merchant]] and nothing else")
    return tuple(map(_merchant, rows))


def _merchant(row: Any) -> Merchant:
    name = _text(row, "id", "a merchant")
    if unknown := row.keys() - _FIELDS:
        raise MerchantsRefused(f"{name} has {', '.join(sorted(unknown))}, which no merchant has")
    key = Key(_text(row, "public_key", name), _text(row, "private_key", name))
    accounts = row.get("accounts")
    if not isinstance(accounts, list) or not accounts:
        raise MerchantsRefused(f"{name} needs accounts: a list of one or more")
    return Merchant(
        name, (key,), tuple(_account(each, name) for each in accounts), _settings(row, name)
    )


def _account(given: Any, owner: str) -> MerchantAccount:
    """An account by its id alone, or as a table."""
    row = {"id": given} if isinstance(given, str) else given
    if not isinstance(row, dict) or row.keys() - _ACCOUNT:
        raise MerchantsRefused(f"an account of {owner} has id, currency and features")
    features = row.get("features", [])
    if not isinstance(features, list) or any(each not in get_args(Feature) for each in features):
        raise MerchantsRefused(f"features of {owner} are of {', '.join(get_args(Feature))}")
    row = {"currency": "USD", **row}
    return MerchantAccount(
        _text(row, "id", owner), _text(row, "currency", owner), frozenset(features)
    )


def _settings(row: dict[str, Any], owner: str) -> Settings:
    given = row.get("settings", {})
    if not isinstance(given, dict):
        raise MerchantsRefused(f"settings of {owner} are a table")
    try:
        check_fields(given, Settings)
    except Refused as fault:
        raise MerchantsRefused(f"settings of {owner}: {fault}") from None
    if "custom_fields" in given:
        given = {**given, "custom_fields": tuple(map(str, given["custom_fields"]))}
    return Settings(**given)


def _text(row: Any, name: str, owner: str) -> str:
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, str) or not value:
        raise MerchantsRefused(f"{owner} needs {name}: text")
    return value
