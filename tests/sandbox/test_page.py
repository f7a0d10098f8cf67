"""The page and the JSON views: all that is held, four digits of it, nothing that runs."""

from __future__ import annotations

import json
from typing import Any

from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from tests.sandbox.conftest import CVV, VISA, order
from tests.sandbox.test_bank_accounts import GOOD, debit


def get(sandbox: Sandbox, path: str) -> str:
    answer = sandbox.handle("GET", f"/sandbox/{path}", {}, b"")
    assert 200 == answer.status
    return answer.body.decode()


def test_the_page_shows_what_was_sold_and_to_whom(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("search", times=3))
    sale = sdk.transaction.sale(order(order_id="<b>pay</b>")).transaction
    paid = debit(sdk)

    shown = get(sandbox, "page")

    assert [] == [each for each in (sale.id, paid, "Visa 1111", "us_bank_account 0000", "search")
                  if each not in shown]  # fmt: skip
    assert "&lt;b&gt;pay&lt;/b&gt;" in shown
    assert "<b>" not in shown


def test_no_view_shows_a_number(sandbox: Sandbox, sdk: Any) -> None:
    card = {"number": VISA, "expiration_date": "09/2030", "cvv": CVV}
    customer = sdk.customer.create({"credit_card": card}).customer
    sdk.transaction.sale(order())
    debit(sdk)

    seen = [get(sandbox, path) for path in ("page", "vault", "transactions", "faults", "webhooks")]

    assert [] == [text for text in seen if VISA in text or GOOD in text or f'"{CVV}"' in text]
    assert customer.id in seen[1]


def test_the_vault_as_json(sandbox: Sandbox, sdk: Any) -> None:
    debit(sdk)

    [row] = json.loads(get(sandbox, "vault"))

    assert ("us_bank_account", "0000", True) == (row["kind"], row["last four"], row["verified"])
