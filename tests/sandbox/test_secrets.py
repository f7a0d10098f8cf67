"""Numbers and CVVs are nowhere to be found afterwards."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.server_error import ServerError

from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from paytone.sandbox.vault.numbers import NUMBERS
from tests.sandbox.conftest import order

CVV = "7351"
AMEX = "371449635398431"
SHOWN = re.compile(rf"{AMEX}|(?<![0-9a-z]){CVV}(?![0-9a-z])")
"""The number anywhere; the CVV by itself, since a fingerprint may hold its digits."""


def strings_within(root: object) -> Iterator[str]:
    """Every text that *root* reaches, through any object, down to the tables of known numbers."""
    seen: set[int] = {id(NUMBERS)}
    waiting = [root]
    while waiting:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, type) or type(held).__name__ in _CODE:
            continue
        seen.add(id(held))
        if isinstance(held, str):
            yield held
        elif isinstance(held, bytes | bytearray):
            yield bytes(held).decode("latin-1")
        waiting.extend(gc.get_referents(held))


_CODE = {"module", "function", "builtin_function_or_method", "code", "method", "frame"}


@pytest.fixture
def used(sandbox: Sandbox, sdk: Any, caplog: pytest.LogCaptureFixture) -> Sandbox:
    """A sandbox at which a card was charged, declined, refused, vaulted, verified and garbled."""
    caplog.set_level(logging.DEBUG)
    card = {"number": AMEX, "expiration_date": "09/2030", "cvv": CVV}
    check = {"verify_card": True}
    owner = sdk.customer.create({"credit_card": {**card, "options": check}}).customer
    sdk.credit_card.update(owner.credit_cards[0].token, {"number": AMEX, "cvv": CVV})
    sdk.transaction.sale(order(credit_card=card, api_request_key="pay-1", order_id="pay-1"))
    sdk.transaction.sale(order("2001.00", credit_card=card, api_request_key="pay-2"))
    sdk.transaction.sale(order("-1", credit_card=card, api_request_key="pay-3"))
    sandbox.faults.inject(Fault("sale", "after", "garble"))
    with pytest.raises(ExpatError):
        sdk.transaction.sale(order("7.00", credit_card=card))
    return sandbox


def test_no_number_and_no_cvv_is_kept(used: Sandbox) -> None:
    texts = list(strings_within(used))

    assert any(text == AMEX[-4:] for text in texts), "the walk reaches the cards"
    assert [] == [text for text in texts if SHOWN.search(text)]


def test_no_number_and_no_cvv_is_logged(used: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    assert not SHOWN.search(caplog.text)


@pytest.mark.parametrize("planted", [f"number {AMEX}", f"cvv {CVV}."])
def test_the_walk_finds_what_is_planted(used: Sandbox, planted: str) -> None:
    used.books_of().consumed.add(planted)

    assert [planted] == [text for text in strings_within(used) if SHOWN.search(text)]


def test_views_show_the_last_four_only(used: Sandbox) -> None:
    shown = used.handle("GET", "/sandbox/transactions", {}, b"").body.decode()

    assert '"last_4": "8431"' in shown
    assert AMEX not in shown
    assert AMEX[:7] not in shown


def test_a_defect_of_ours_is_logged_without_values(
    sandbox: Sandbox, sdk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    del sandbox.books_of().merchant  # the plainest defect there is

    with pytest.raises(ServerError):
        sdk.transaction.sale(order(credit_card={"number": AMEX, "expiration_date": "09/2030"}))

    assert "AttributeError in " in caplog.text
    assert AMEX not in caplog.text


def test_a_number_in_a_path_is_not_in_the_log_of_faults(sandbox: Sandbox, sdk: Any) -> None:
    sandbox.faults.inject(Fault("any", "after", "delay"))
    with pytest.raises(NotFoundError):
        sdk.credit_card.find("4111111111111111")

    [strike] = sandbox.faults.struck
    assert strike.path.endswith("/payment_methods/credit_card/…")
