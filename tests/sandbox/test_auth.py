"""Who may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.authorization_error import AuthorizationError

from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import MERCHANTS, PAYTONE, Key, Merchant
from tests.sandbox.conftest import order

Sdk = Callable[[Merchant], Any]


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(replace(PAYTONE, keys=(Key("nobody", "x"),)), id="unknown key"),
        pytest.param(replace(PAYTONE, keys=(Key("paytone_public_key", "x"),)), id="wrong secret"),
        pytest.param(replace(PAYTONE, id="nobody"), id="unknown merchant"),
        pytest.param(replace(PAYTONE, id="integration_merchant_id"), id="another's merchant id"),
    ],
)
def test_a_stranger_is_turned_away(sandbox: Sandbox, merchant: Sdk, stranger: Merchant) -> None:
    with pytest.raises(AuthenticationError):
        merchant(stranger).transaction.sale(order())

    assert not sandbox.books_of().transactions


def test_a_read_only_key_looks_and_does_not_touch(merchant: Sdk, sdk: Any) -> None:
    reader = merchant(replace(PAYTONE, keys=PAYTONE.keys[1:]))
    sale = sdk.transaction.sale(order()).transaction

    assert sale.id == reader.transaction.find(sale.id).id
    with pytest.raises(AuthorizationError):
        reader.transaction.void(sale.id)


@pytest.mark.parametrize("one", MERCHANTS, ids=lambda one: one.id)
def test_every_merchant_has_an_account(merchant: Sdk, one: Merchant) -> None:
    result = merchant(one).transaction.sale(order())

    assert one.accounts[0].id == result.transaction.merchant_account_id


def test_merchants_do_not_see_each_other(merchant: Sdk, sdk: Any) -> None:
    sdk.customer.create({"id": "ann"})

    assert merchant(MERCHANTS[1]).customer.create({"id": "ann"}).is_success


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic %%%", "Bearer x", "Basic /w==", "Basic Og=="]
)
def test_a_header_that_is_none_is_401(sandbox: Sandbox, header: str) -> None:
    path = "/merchants/paytone_merchant_id/transactions/abc"

    assert 401 == sandbox.handle("GET", path, {"authorization": header}, b"").status
