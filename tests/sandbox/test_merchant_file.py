"""Merchants of a project's own, from a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paytone.sandbox.control.merchant_file import MerchantsRefused, read_merchants
from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import Merchant
from paytone.sandbox.strategy import gateway_for
from tests.sandbox.conftest import Clock, Fields, codes, order

ACME = """
[[merchant]]
id = "acme"
public_key = "acme-public"
private_key = "acme-private"
accounts = ["acme_usd", { id = "acme_cad", currency = "CAD", features = ["suspended"] }]
settings = { moto = "refused-by-account", custom_fields = ["plan"] }
"""


@pytest.fixture
def acme(clock: Clock) -> Any:
    merchants = read_merchants(ACME)
    return gateway_for(Sandbox(clock, merchants), merchants[0], sleep=clock.move)


def test_it_sells_by_its_own_keys_accounts_and_settings(acme: Any) -> None:
    by_web: Fields = {"transaction_source": None, "custom_fields": {"plan": "gold"}}

    assert "acme_usd" == acme.transaction.sale(order(**by_web)).transaction.merchant_account_id
    assert [("merchant_account_id", "91558")] == codes(acme.transaction.sale(order()))
    assert [("merchant_account_id", "91514")] == codes(
        acme.transaction.sale(order(**by_web, merchant_account_id="acme_cad"))
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "merchant = [",
        lambda text: "",
        lambda text: f"more = 1\n{text}",
        lambda text: text.replace('id = "acme"\n', ""),
        lambda text: text.replace("public_key", "pubic_key"),
        lambda text: text.replace('private_key = "acme-private"', "private_key = 5"),
        lambda text: text.replace("accounts = [", "accounts = []  # ["),
        lambda text: text.replace('"suspended"', '"suspicious"'),
        lambda text: text.replace('"suspended"', "[1]"),
        lambda text: text.replace("moto", "motto"),
        lambda text: text.replace("refused-by-account", "maybe"),
        lambda text: text.replace("settings = {", "settings = 3  # {"),
    ],
    ids=[
        "no TOML", "empty", "more than merchants", "no id", "misspelt", "key no text",
        "no account", "unknown feature", "feature no text", "unknown setting",
        "setting that cannot be", "settings no table",
    ],
)  # fmt: skip
def test_what_no_merchant_can_be_is_refused_without_its_keys(change: Callable[[str], str]) -> None:
    with pytest.raises(MerchantsRefused) as refused:
        read_merchants(change(ACME))

    assert "acme-p" not in str(refused.value)


def test_the_first_is_the_default_for_the_admin_side(clock: Clock) -> None:
    merchants: tuple[Merchant, ...] = read_merchants(ACME)

    assert "acme" == Sandbox(clock, merchants).books_of().merchant.id
