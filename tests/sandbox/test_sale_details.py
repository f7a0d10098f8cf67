"""What a sale says beside its amount and card: tax, items, descriptor, another's vault, a stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paytone.sandbox.merchants import MERCHANTS, Merchant
from tests.sandbox.conftest import Fields, codes, order

ITEM: Fields = {
    "name": "Water", "kind": "debit", "quantity": "2.5", "unit_amount": "10.1234",
    "total_amount": "25.31", "tax_amount": "2",
}  # fmt: skip
STAY: Fields = {"check_in_date": "2026-03-01", "check_out_date": "2026-03-04", "room_rate": "80.00"}


def bad(*wanted: tuple[str, str], name: str, **sale: Any) -> Any:
    """A sale with errors: what they are, and what a biller would call it."""
    return pytest.param(sale, list(wanted), id=name)


def staying(kind: str, said: Fields) -> Fields:
    return {"industry_type": kind, "data": said}


def test_what_is_said_is_shown_again(sdk: Any) -> None:
    said = order(
        tax_amount="3.10", shipping_amount="4", discount_amount="1.00", tax_exempt=True,
        purchase_order_number="PO-7", ships_from_postal_code="60622", channel="line",
        descriptor={"name": "abc*water", "phone": "3125551212", "url": "city.gov"},
        line_items=[ITEM],
    )  # fmt: skip

    sale = sdk.transaction.sale(said).transaction

    assert ("3.10", "4.00", "1.00", True) == (
        str(sale.tax_amount), str(sale.shipping_amount), str(sale.discount_amount), sale.tax_exempt,
    )  # fmt: skip
    assert ("PO-7", "60622", "line") == (
        sale.purchase_order_number, sale.ships_from_postal_code, sale.channel,
    )  # fmt: skip
    assert ("abc*water", "3125551212", "city.gov") == (
        sale.descriptor.name, sale.descriptor.phone, sale.descriptor.url,
    )  # fmt: skip
    [item] = sdk.transaction_line_item.find_all(sale.id)
    assert ("Water", "2.5", "10.1234", "2.00") == (
        item.name, item.quantity, item.unit_amount, item.tax_amount,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        bad(("order_id", "91501"), name="order id too long", order_id="x" * 256),
        bad(("channel", "91550"), name="channel too long", channel="x" * 256),
        bad(("tax_amount", "81534"), name="negative tax", tax_amount="-1"),
        bad(("shipping_amount", "915162"), name="shipping no amount", shipping_amount="some"),
        bad(("discount_amount", "915161"), name="discount too large", discount_amount="100000000"),
        bad(("purchase_order_number", "91537"), name="order number long",
            purchase_order_number="x" * 18),
        bad(("purchase_order_number", "91548"), name="order number not ASCII",
            purchase_order_number="é"),
        bad(("ships_from_postal_code", "915167"), name="no postal code",
            ships_from_postal_code="?"),
        bad(("ships_from_postal_code", "915165"), name="postal code too long",
            ships_from_postal_code="1234567890"),
        bad(("sca_exemption", "915213"), name="no such exemption", sca_exemption="because"),
        bad(("product_sku", "915202"), name="no SKU", product_sku="a b"),
        bad(("name", "92201"), name="descriptor without a star", descriptor={"name": "water"}),
        bad(("phone", "92202"), name="descriptor's phone", descriptor={"phone": "1212"}),
        bad(("url", "92206"), name="descriptor's url", descriptor={"url": "x" * 14}),
        bad(("status", "915175"), name="another's vault, no status",
            external_vault={"status": "maybe"}),
        bad(("status", "915177"), name="another's vault, to be vaulted and vaulted before",
            external_vault={"status": "will_vault", "previous_network_transaction_id": "1" * 9}),
        bad(("previous_network_transaction_id", "915179"), name="another's vault, no such id",
            external_vault={"status": "vaulted", "previous_network_transaction_id": "-"}),
    ],
)  # fmt: skip
def test_a_detail_that_cannot_be_is_refused(
    sdk: Any, said: Fields, wanted: list[tuple[str, str]]
) -> None:
    assert wanted == codes(sdk.transaction.sale(order(**said)))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": None}, ("name", "95822")),
        ({"name": "x" * 36}, ("name", "95823")),
        ({"kind": None}, ("kind", "95808")),
        ({"kind": "gift"}, ("kind", "95807")),
        ({"quantity": None}, ("quantity", "95811")),
        ({"quantity": "1.23456"}, ("quantity", "95810")),
        ({"unit_amount": "0"}, ("unit_amount", "95820")),
        ({"total_amount": "3000000000"}, ("total_amount", "95815")),
        ({"tax_amount": "-1"}, ("tax_amount", "95829")),
        ({"upc_code": "123"}, ("upc_type", "95832")),
        ({"upc_code": "123", "upc_type": "UPC-X"}, ("upc_type", "95833")),
    ],
)
def test_an_item_that_cannot_be_is_refused(
    sdk: Any, change: Fields, wanted: tuple[str, str]
) -> None:
    result = sdk.transaction.sale(order(line_items=[ITEM, {**ITEM, **change}]))

    at = result.errors.for_object("transaction").for_object("line_items").for_object("index_1")
    assert [wanted] == [(error.attribute, error.code) for error in at]


def test_no_more_than_249_items(sdk: Any) -> None:
    assert sdk.transaction.sale(order("1.00", line_items=[ITEM] * 249)).is_success
    assert [("line_items", "915157")] == codes(sdk.transaction.sale(order(line_items=[ITEM] * 250)))


@pytest.mark.parametrize(
    ("industry", "wanted"),
    [
        (staying("lodging", STAY), None),
        (staying("lodging", {}), ("base", "93402")),
        (staying("lodging", {**STAY, "check_out_date": "2026-03-01"}), ("check_out_date", "93406")),
        (staying("lodging", {**STAY, "room_rate": "dear"}), ("room_rate", "93434")),
        (
            staying("lodging", {**STAY, "additional_charges": [{"kind": "spa", "amount": "1"}]}),
            ("kind", "96601"),
        ),
        (staying("travel_cruise", {"travel_package": "both"}), None),
        (staying("travel_cruise", {"travel_package": "walk"}), ("travel_package", "93410")),
        (staying("travel_flight", {"fare_amount": "70.00"}), None),
        (staying("travel_flight", {"fare_amount": "-1"}), ("fare_amount", "93417")),
        (staying("travel_flight", {"legs": [{"fare_amount": "x"}]}), ("fare_amount", "96310")),
        (staying("farming", STAY), ("industry_type", "93401")),
    ],
)
def test_a_stay_or_a_journey(sdk: Any, industry: Fields, wanted: tuple[str, str] | None) -> None:
    result = sdk.transaction.sale(order(industry=industry))

    assert ([wanted] if wanted else []) == ([] if result.is_success else codes(result))


def test_a_card_of_anothers_vault_pays(sdk: Any) -> None:
    vault = {"status": "vaulted", "previous_network_transaction_id": "123456789012345"}

    assert sdk.transaction.sale(order(external_vault=vault)).is_success


@pytest.mark.parametrize(
    ("passed", "wanted"),
    [
        ({"eci_flag": "05", "cavv": "value", "xid": "x"}, []),
        ({"cavv": "value"}, [("eci_flag", "915113")]),
        ({"eci_flag": "99"}, [("eci_flag", "915114")]),
        ({"eci_flag": "05"}, [("cavv", "915116")]),
        ({"eci_flag": "07"}, []),
        ({"eci_flag": "07", "directory_response": "?"}, [("directory_response", "915121")]),
    ],
)
def test_an_authentication_made_elsewhere(
    merchant: Callable[[Merchant], Any], passed: Fields, wanted: list[tuple[str, str]]
) -> None:
    theirs = merchant(next(each for each in MERCHANTS if each.published))
    sale = order(
        merchant_account_id="three_d_secure_merchant_account", three_d_secure_pass_thru=passed
    )

    result = theirs.transaction.sale(sale)

    assert wanted == ([] if result.is_success else codes(result))


def test_a_sale_that_must_be_authenticated_and_is_not(sdk: Any) -> None:
    sale = order(options={"three_d_secure": {"required": True}})

    assert "three_d_secure" == sdk.transaction.sale(sale).transaction.gateway_rejection_reason
