"""The XML on the wire, and what is none."""

from __future__ import annotations

import random
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from braintree.util.generator import Generator
from braintree.util.parser import Parser

from paytone.sandbox.answer import Answer
from paytone.sandbox.core import LARGEST_BODY, Sandbox
from paytone.sandbox.wire import Items, Malformed, Symbol, Value, read, write
from tests.sandbox.conftest import order

PATH = "/merchants/paytone_merchant_id/transactions"
HEADERS = {
    "authorization": f"Basic {b64encode(b'paytone_public_key:paytone_private_key').decode()}"
}
GOOD = Generator({"transaction": {**order(), "type": "sale"}}).generate().encode()

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<transaction><amount>&c;</amount></transaction>"""

OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><transaction><amount>&b;</amount></transaction>"""


def ask(sandbox: Sandbox, body: bytes, method: str = "POST", path: str = PATH) -> Answer:
    return sandbox.handle(method, path, HEADERS, body)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("a & b < c > d", "a & b < c > d"),
        ("Ünïcödé €", "Ünïcödé €"),
        (None, None),
        ("", ""),
        (True, True),
        (7, 7),
        (Decimal("1.50"), "1.50"),
        (Symbol("amount"), "amount"),
        (date(2026, 3, 5), date(2026, 3, 5)),
        (datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC), datetime(2026, 3, 5, 1, 2, 3)),  # noqa: DTZ001 - the SDK's
        (Items("item"), []),
        (Items("item", ("a", "b")), ["a", "b"]),
        ({"first_name": "Ann", "gone": None}, {"first_name": "Ann", "gone": None}),
    ],
)
def test_the_sdk_reads_what_is_written(value: Value, parsed: object) -> None:
    assert {"some_root": {"x": parsed, "z": "z"}} == Parser(
        write("some_root", {"x": value, "z": "z"})
    ).parse()


@pytest.mark.parametrize(
    "said",
    [
        {"transaction": {"amount": "1.00", "options": {"submit_for_settlement": True}}},
        {"search": {"ids": ["a", "b"], "order_id": {"is": "Ü & <x>"}}},
        {"transaction": {"count": 3, "at": datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)}},
    ],
)
def test_what_the_sdk_writes_is_read(said: dict[str, object]) -> None:
    assert said == read(Generator(said).generate().encode())


def test_dashes_of_other_languages_are_read_alike() -> None:
    assert {"credit_card": {"expiration_date": "09/2030"}} == read(
        b"<credit-card><expiration-date>09/2030</expiration-date></credit-card>"
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"not xml", id="no xml"),
        pytest.param(GOOD[:-5], id="cut off"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(BOMB, id="entity bomb"),
        pytest.param(OUTSIDE, id="outside entity"),
        pytest.param(b"<!DOCTYPE t><t/>", id="document type"),
        pytest.param(b"<a>" * 5000 + b"</a>" * 5000, id="too deep"),
        pytest.param(b'<t><a type="integer">x</a></t>', id="no integer"),
        pytest.param(b'<t><a type="integer">' + b"9" * 5000 + b"</a></t>", id="long integer"),
        pytest.param(b'<t><a type="datetime">x</a></t>', id="no time"),
        pytest.param(b'<?xml version="1.0" encoding="no-such"?><t/>', id="no such encoding"),
    ],
)
def test_what_is_no_request_is_400(sandbox: Sandbox, body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)
    assert (400, b"") == (ask(sandbox, body).status, ask(sandbox, body).body)


def test_a_huge_body_is_413(sandbox: Sandbox) -> None:
    body = b"<transaction>" + b" " * LARGEST_BODY + b"</transaction>"

    assert 413 == ask(sandbox, body).status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", PATH),
        ("PATCH", f"{PATH}/abc"),
        ("BREW", PATH),
        ("GET", "/merchants/paytone_merchant_id"),
        ("GET", "/merchants/paytone_merchant_id/transactions/a/b/c"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "//"),
        ("POST", "/merchants//transactions"),
    ],
)
def test_a_wrong_verb_or_path_is_4xx(sandbox: Sandbox, method: str, path: str) -> None:
    assert ask(sandbox, GOOD, method, path).status in {401, 404}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<transaction/>",
        b"<search><amount>x</amount></search>",
        b'<transaction type="array"><item/></transaction>',
        b"<transaction><credit_card>x</credit_card><options>y</options></transaction>",
        b'<transaction><amount type="array"><item/></amount></transaction>',
        b"<transaction><amount><is>1</is></amount><type/></transaction>",
    ],
)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/advanced_search", f"{PATH}/abc/refund"])
def test_odd_shapes_are_answered(sandbox: Sandbox, body: bytes, path: str) -> None:
    assert ask(sandbox, body, path=path).status < 500


def test_requests_spoilt_at_random_are_answered(sandbox: Sandbox) -> None:
    dice = random.Random(11)
    search = b'<search><amount><min>1</min></amount><ids type="array"><item>a</item></ids></search>'
    for sound in (GOOD, search):
        for _ in range(1500):
            spoilt = bytearray(sound)
            for _ in range(dice.randrange(1, 6)):
                at = dice.randrange(len(spoilt))
                spoilt[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
            for path in (PATH, f"{PATH}/advanced_search_ids"):
                assert ask(sandbox, bytes(spoilt), path=path).status < 500


def test_no_module_but_the_strategy_knows_the_sdk() -> None:
    folder = Path(__file__).parents[2] / "agi" / "paytone" / "sandbox"

    knows = {path.name for path in folder.glob("*.py") if "import braintree" in path.read_text()}
    froms = {path.name for path in folder.glob("*.py") if "from braintree" in path.read_text()}

    assert {"strategy.py"} == knows | froms


def test_a_transaction_has_what_recordings_of_the_gateway_show(sdk: Any) -> None:
    """Elements that the SDK does not read by name, and other clients may."""
    owner = sdk.customer.create({"first_name": "Ada"}).customer
    sale = sdk.transaction.sale(order(customer_id=owner.id)).transaction

    assert ("1111", "Visa", "112.40") == tuple(
        sale.payment_receipt[name] for name in ("card_last_4", "card_type", "amount")
    )
    assert owner.global_id == sale.customer["global_id"]
    assert [[], [], []] == [sale.installments, sale.refunded_installments, sale.retry_global_ids]
    assert None is sale.merchant_address["locality"]
