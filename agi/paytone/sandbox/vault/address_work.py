"""The addresses of customers: made, found, changed and deleted."""

from __future__ import annotations

from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.vault.addresses import Address, merged, read_address
from paytone.sandbox.vault.keeping import address_id, address_of, change_address
from paytone.sandbox.vault.kept import Customer
from paytone.sandbox.vault.view import show_address
from paytone.sandbox.wire import write


def create_address(request: Request) -> Answer:
    """A further address of the customer; 404 where there is none."""
    customer = request.books.customers.get(request.names[0])
    if customer is None:
        return MISSING
    invalid = Invalid()
    scope = invalid.at("address")
    address = read_address(request.params("address"), scope)
    if not any(address.values()):
        scope.add("base", "81801")
    if invalid:
        return refusal(invalid, request.body)
    made = {**address, "id": address_id(request.books, customer.addresses)}
    every = (*customer.addresses, made)
    request.books.customers[customer.id] = replace(customer, addresses=every)
    return Answer(201, write("address", show_address(made, customer)))


def find_address(request: Request) -> Answer:
    """The customer's address with that id, or 404."""
    customer, address = _asked(request)
    if customer is None or address is None:
        return MISSING
    return Answer(200, write("address", show_address(address, customer)))


def update_address(request: Request) -> Answer:
    """The address with the given fields changed."""
    customer, address = _asked(request)
    if customer is None or address is None:
        return MISSING
    params, invalid = request.params("address"), Invalid()
    given = read_address(params, invalid.at("address"))
    if invalid:
        return refusal(invalid, request.body)
    changed = merged(address, given, params)
    change_address(request.books, customer.id, changed)
    return Answer(200, write("address", show_address(changed, customer)))


def delete_address(request: Request) -> Answer:
    """The address gone, or 404."""
    customer, address = _asked(request)
    if customer is None or address is None:
        return MISSING
    rest = tuple(each for each in customer.addresses if each is not address)
    request.books.customers[customer.id] = replace(customer, addresses=rest)
    return Answer(200)


def _asked(request: Request) -> tuple[Customer | None, Address | None]:
    customer = request.books.customers.get(request.names[0])
    return customer, address_of(customer, request.names[1])
