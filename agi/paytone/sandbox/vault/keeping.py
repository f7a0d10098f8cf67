"""Putting cards and their addresses into the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paytone.sandbox.books import Books
from paytone.sandbox.request import Request
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.kept import Customer, VaultedCard


def keep(request: Request, card: VaultedCard, customer_id: str) -> VaultedCard:
    """*card* stored as that customer's; the first one is the default, its new address is kept."""
    books = request.books
    default = card.default or not (books.cards_of(customer_id) or books.methods_of(customer_id))
    card = replace(card, customer_id=customer_id, default=default)
    customer = books.customers[customer_id]
    if card.billing is not None and card.billing["id"] is None:
        billing = {**card.billing, "id": address_id(books, customer.addresses)}
        card = replace(card, billing=billing)
        books.customers[customer_id] = replace(customer, addresses=(*customer.addresses, billing))
    return books.keep_card(card)


def change_address(books: Books, customer_id: str, changed: Address) -> None:
    """Put *changed* in place of the customer's address of that id, on their cards as well."""
    customer = books.customers[customer_id]
    every = tuple(changed if each["id"] == changed["id"] else each for each in customer.addresses)
    books.customers[customer_id] = replace(customer, addresses=every)
    for card in books.cards_of(customer_id):
        if card.billing is not None and card.billing["id"] == changed["id"]:
            books.cards[card.token] = replace(card, billing=changed)


def address_of(customer: Customer | None, wanted: str) -> Address | None:
    """The customer's address with that id, if there is one."""
    addresses = customer.addresses if customer else ()
    return next((address for address in addresses if address["id"] == wanted), None)


def address_id(books: Books, taken: Sequence[Address]) -> str:
    """An id that none of *taken* has."""
    while True:
        made = books.new_id(2)
        if all(address["id"] != made for address in taken):
            return made


def forget(books: Books, customer_id: str) -> None:
    """Take the customer and all methods of theirs out of the vault."""
    del books.customers[customer_id]
    for card in books.cards_of(customer_id):
        del books.cards[card.token]
    for method in books.methods_of(customer_id):
        del books.methods[method.token]
