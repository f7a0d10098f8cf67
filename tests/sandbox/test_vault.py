"""The vault: customers, cards, and sales with what is in it."""

from __future__ import annotations

from typing import Any

import pytest
from braintree.exceptions.not_found_error import NotFoundError

from tests.sandbox.conftest import VISA, codes, order

CARD = {"number": VISA, "expiration_date": "09/2030", "cvv": "987", "cardholder_name": "Ann Bee"}


def customer_with_card(sdk: Any) -> Any:
    return sdk.customer.create({"first_name": "Ann", "credit_card": dict(CARD)}).customer


def test_a_customer_is_made_found_changed_and_deleted(sdk: Any) -> None:
    made = sdk.customer.create({"first_name": "Ann", "email": "ann@example.com"}).customer

    assert "Ann" == sdk.customer.find(made.id).first_name
    assert sdk.customer.update(made.id, {"first_name": "Anne"}).is_success
    changed = sdk.customer.find(made.id)
    assert ("Anne", "ann@example.com") == (changed.first_name, changed.email)
    assert sdk.customer.delete(made.id).is_success
    with pytest.raises(NotFoundError):
        sdk.customer.find(made.id)


def test_a_customers_own_id_is_kept_and_not_given_twice(sdk: Any) -> None:
    assert "account-4412" == sdk.customer.create({"id": "account-4412"}).customer.id
    assert [("id", "91609")] == codes(sdk.customer.create({"id": "account-4412"}))


def test_a_bad_email_is_refused(sdk: Any) -> None:
    assert [("email", "81604")] == codes(sdk.customer.create({"email": "ann"}))


def test_a_card_comes_with_its_customer(sdk: Any) -> None:
    card = customer_with_card(sdk).credit_cards[0]

    assert ("1111", "Visa", "09/2030", "Ann Bee", True) == (
        card.last_4,
        card.card_type,
        card.expiration_date,
        card.cardholder_name,
        card.default,
    )
    assert not card.expired


def test_a_card_is_added_found_changed_and_deleted(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    second = {"number": "5555555555554444", "expiration_date": "01/2031"}

    added = sdk.credit_card.create({"customer_id": owner.id, **second}).credit_card

    assert not added.default
    assert 2 == len(sdk.customer.find(owner.id).credit_cards)
    changed = sdk.credit_card.update(added.token, {"expiration_date": "02/2033"}).credit_card
    assert ("02/2033", "4444") == (changed.expiration_date, changed.last_4)
    assert sdk.credit_card.delete(added.token).is_success
    with pytest.raises(NotFoundError):
        sdk.credit_card.find(added.token)


def test_a_new_default_takes_the_place_of_the_old(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    options = {"make_default": True}
    second = {"number": "5555555555554444", "expiration_date": "01/2031", "options": options}

    sdk.credit_card.create({"customer_id": owner.id, **second})

    cards = sdk.customer.find(owner.id).credit_cards
    assert [("1111", False), ("4444", True)] == [(card.last_4, card.default) for card in cards]


def test_the_next_card_is_the_default_when_the_default_goes(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    second = {"number": "5555555555554444", "expiration_date": "01/2031"}
    sdk.credit_card.create({"customer_id": owner.id, **second})

    sdk.credit_card.delete(owner.credit_cards[0].token)

    assert [True] == [card.default for card in sdk.customer.find(owner.id).credit_cards]


def test_a_nonce_becomes_a_card(sdk: Any) -> None:
    owner = customer_with_card(sdk)

    made = sdk.payment_method.create(
        {"customer_id": owner.id, "payment_method_nonce": "fake-valid-mastercard-nonce"}
    ).payment_method

    assert "MasterCard" == sdk.payment_method.find(made.token).card_type


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"customer_id": None}, ("customer_id", "91704")),
        ({"customer_id": "nobody"}, ("customer_id", "91705")),
        ({"number": "4111111111111112"}, ("number", "81715")),
        ({"token": "no spaces"}, ("token", "91718")),
        ({"billing_address_id": "zz"}, ("billing_address_id", "91702")),
    ],
)
def test_a_card_that_is_not_valid_is_refused(
    sdk: Any, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    owner = customer_with_card(sdk)

    result = sdk.credit_card.create({"customer_id": owner.id, **CARD, **changes})

    assert [expected] == codes(result)


def test_a_card_is_not_kept_twice_where_that_is_barred(sdk: Any) -> None:
    owner, other = customer_with_card(sdk), sdk.customer.create({}).customer
    everywhere = {"options": {"fail_on_duplicate_payment_method": True}}
    for_one = {"options": {"fail_on_duplicate_payment_method_for_customer": True}}

    assert [("number", "81724")] == codes(
        sdk.credit_card.create({"customer_id": other.id, **CARD, **everywhere})
    )
    assert [("number", "81763")] == codes(
        sdk.credit_card.create({"customer_id": owner.id, **CARD, **for_one})
    )
    assert sdk.credit_card.create({"customer_id": other.id, **CARD, **for_one}).is_success


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("4000111111111115", "processor_declined", "2000"),
        ("3566002020360505", "failed", "3000"),
    ],
)
def test_a_number_that_fails_verification(sdk: Any, number: str, status: str, code: str) -> None:
    owner = sdk.customer.create({}).customer
    card = {"customer_id": owner.id, "number": number, "expiration_date": "01/2031"}

    verified = sdk.credit_card.create({**card, "options": {"verify_card": True}})
    unverified = sdk.credit_card.create(card)

    verification = verified.credit_card_verification
    assert (status, code) == (verification.status, verification.processor_response_code)
    assert unverified.is_success


def test_a_token_pays(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    sale = order(payment_method_token=owner.credit_cards[0].token)
    del sale["credit_card"]

    paid = sdk.transaction.sale(sale).transaction

    assert (owner.id, "1111", "I") == (
        paid.customer_details.id,
        paid.credit_card_details.last_4,
        paid.cvv_response_code,
    )
    assert owner.credit_cards[0].token == paid.vault_credit_card.token


def test_a_customers_default_card_pays(sdk: Any) -> None:
    sale = order(customer_id=customer_with_card(sdk).id)
    del sale["credit_card"]

    assert "1111" == sdk.transaction.sale(sale).transaction.credit_card_details.last_4


def test_an_unknown_token_and_anothers_token_are_refused(sdk: Any) -> None:
    owner, other = customer_with_card(sdk), sdk.customer.create({}).customer
    unknown = order(payment_method_token="nosuch")
    anothers = order(payment_method_token=owner.credit_cards[0].token, customer_id=other.id)
    del unknown["credit_card"], anothers["credit_card"]

    assert [("payment_method_token", "91518")] == codes(sdk.transaction.sale(unknown))
    assert [("payment_method_token", "91516")] == codes(sdk.transaction.sale(anothers))


def test_a_paid_card_is_kept_on_success(sdk: Any) -> None:
    keep = {"store_in_vault_on_success": True, "submit_for_settlement": True}

    paid = sdk.transaction.sale(order(options=keep, customer={"first_name": "Ann"})).transaction

    owner = sdk.customer.find(paid.customer_details.id)
    assert "Ann" == owner.first_name
    assert paid.credit_card_details.token == owner.credit_cards[0].token


def test_a_declined_card_is_not_kept(sdk: Any) -> None:
    owner = sdk.customer.create({}).customer
    keep = {"store_in_vault_on_success": True}

    sdk.transaction.sale(order("2001.00", options=keep, customer_id=owner.id))

    assert [] == sdk.customer.find(owner.id).credit_cards


def test_a_deleted_customer_takes_the_cards_along(sdk: Any) -> None:
    owner = customer_with_card(sdk)

    sdk.customer.delete(owner.id)

    with pytest.raises(NotFoundError):
        sdk.credit_card.find(owner.credit_cards[0].token)


def test_a_card_that_is_in_the_vault_is_not_put_there_again(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    sale = order(
        payment_method_token=owner.credit_cards[0].token,
        options={"store_in_vault_on_success": True},
    )
    del sale["credit_card"]

    sdk.transaction.sale(sale)

    assert 1 == len(sdk.customer.find(owner.id).credit_cards)


def test_an_address_is_made_found_changed_and_deleted(sdk: Any) -> None:
    owner = customer_with_card(sdk)
    made = sdk.address.create({"customer_id": owner.id, "postal_code": "60622"}).address
    card = sdk.credit_card.create({"customer_id": owner.id, "billing_address_id": made.id, **CARD})

    sdk.address.update(owner.id, made.id, {"postal_code": "60601", "country_code_alpha2": "US"})

    found = sdk.address.find(owner.id, made.id)
    assert ("60601", "United States of America") == (found.postal_code, found.country_name)
    kept = sdk.credit_card.find(card.credit_card.token).billing_address
    assert (made.id, "60601") == (kept.id, kept.postal_code)
    assert sdk.address.delete(owner.id, made.id).is_success
    with pytest.raises(NotFoundError):
        sdk.address.find(owner.id, made.id)


def test_an_empty_address_is_refused(sdk: Any) -> None:
    owner = customer_with_card(sdk)

    assert [("base", "81801")] == codes(sdk.address.create({"customer_id": owner.id}))


def test_the_billing_address_of_a_sale_is_kept_with_its_card(sdk: Any) -> None:
    keep = {"store_in_vault_on_success": True, "add_billing_address_to_payment_method": True}

    paid = sdk.transaction.sale(order(options=keep)).transaction

    assert "60622" == paid.vault_billing_address.postal_code
    assert paid.billing_details.id == paid.vault_credit_card.billing_address.id
