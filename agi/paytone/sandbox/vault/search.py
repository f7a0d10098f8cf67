"""Finding customers, and cards that are or will be expired."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from urllib.parse import parse_qsl

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Books
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.matching import UnknownCriterion, fits_range, fits_text
from paytone.sandbox.params import part
from paytone.sandbox.request import Request
from paytone.sandbox.search import PAGE
from paytone.sandbox.vault.cards import CardFace
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS, Customer, VaultedCard
from paytone.sandbox.vault.view import is_expired, show_card, show_customer
from paytone.sandbox.wallets.kept_wallets import PAYPAL, KeptWallet
from paytone.sandbox.wire import Given, Items, Params, Value, write

_ADDRESS = (
    "first_name", "last_name", "street_address", "extended_address", "locality", "region",
    "postal_code", "country_name",
)  # fmt: skip
Texts = Callable[[Customer, Books], Iterable[str | None]]
_TEXT: dict[str, Texts] = {
    "id": lambda customer, _: (customer.id,),
    "cardholder_name": lambda one, books: (c.cardholder_name for c in books.cards_of(one.id)),
    "credit_card_expiration_date": lambda one, books: (
        card.face.expiration for card in books.cards_of(one.id)
    ),
    "payment_method_token": lambda one, books: (
        *(card.token for card in books.cards_of(one.id)),
        *(method.token for method in books.methods_of(one.id)),
    ),
    "paypal_account_email": lambda one, books: (
        str(kept.wallet.details.get("email"))
        for kept in books.methods_of(one.id)
        if isinstance(kept, KeptWallet) and kept.kind == PAYPAL
    ),
}


def customer_ids(request: Request) -> Answer:
    """The ids of the customers that match, newest first."""
    try:
        return _ids(tuple(customer.id for customer in _matches(request)))
    except UnknownCriterion:
        return refusal(Invalid(), request.body, "Search criteria are invalid.")


def customer_page(request: Request) -> Answer:
    """The customers that match and are asked for by id, newest first."""
    books, now = request.books, request.now
    try:
        found = tuple(show_customer(customer, books, now) for customer in _matches(request))
    except UnknownCriterion:
        return refusal(Invalid(), request.body, "Search criteria are invalid.")
    return Answer(200, write("customers", Items("customer", found, typed=False)))


def expired_ids(request: Request) -> Answer:
    """The tokens of the cards whose last month is over."""
    return _ids(tuple(card.token for card in _expired(request)))


def expired_page(request: Request) -> Answer:
    """Those of them that are asked for."""
    return _cards(request, _expired(request))


def expiring_ids(request: Request) -> Answer:
    """The tokens of the cards whose last month lies within the query's ``start`` and ``end``."""
    return _ids(tuple(card.token for card in _expiring(request)))


def expiring_page(request: Request) -> Answer:
    """Those of them that are asked for."""
    return _cards(request, _expiring(request))


def fits_number(face: CardFace, wanted: Params, request: Request) -> bool:
    """Whether the card fits by number: what is kept of it answers, or its fingerprint."""
    for how, given in wanted.items():
        sought = str(given or "")
        match how:
            case "is":
                fits = request.fingerprint(sought) == face.fingerprint
            case "is_not":
                fits = request.fingerprint(sought) != face.fingerprint
            case "starts_with":
                fits = face.bin.startswith(sought[:8])
            case "ends_with":
                fits = face.last_four.endswith(sought[-4:])
            case _:
                raise UnknownCriterion
        if not fits:
            return False
    return True


def _matches(request: Request) -> Iterator[Customer]:
    criteria = part(request.body, "search")
    for customer in reversed(request.books.customers.values()):
        if all(_fits(customer, name, wanted, request) for name, wanted in criteria.items()):
            yield customer


def _fits(customer: Customer, name: str, wanted: Given, request: Request) -> bool:
    books = request.books
    if name == "ids" and isinstance(wanted, list):
        return customer.id in wanted
    if not isinstance(wanted, dict):
        raise UnknownCriterion
    if name == "created_at":
        return fits_range(customer.created, wanted)
    if name == "credit_card_number":
        cards = books.cards_of(customer.id)
        return any(fits_number(card.face, wanted, request) for card in cards)
    if name == "payment_method_token_with_duplicates":
        known = books.cards.get(str(wanted.get("is")))
        prints = {card.face.fingerprint for card in books.cards_of(customer.id)}
        return known is not None and known.face.fingerprint in prints
    return any(fits_text(held or "", wanted) for held in _texts(customer, name, books))


def _texts(customer: Customer, name: str, books: Books) -> Iterable[str | None]:
    if name in CUSTOMER_FIELDS:
        return (customer.fields.get(name),)
    if name in _TEXT:
        return _TEXT[name](customer, books)
    field = name.removeprefix("address_")
    if field != name and field in _ADDRESS:
        return tuple(address.get(field) for address in customer.addresses)
    raise UnknownCriterion


def _expired(request: Request) -> Iterator[VaultedCard]:
    cards = request.books.cards.values()
    return (card for card in cards if is_expired(card.face, request.now))


def _expiring(request: Request) -> Iterator[VaultedCard]:
    asked = dict(parse_qsl(request.query))
    try:
        start, end = (datetime.strptime(asked[name], "%m%Y") for name in ("start", "end"))  # noqa: DTZ007 - a month has no zone
    except (KeyError, ValueError):
        return
    for card in request.books.cards.values():
        month = int(card.face.year), int(card.face.month)
        if (start.year, start.month) <= month <= (end.year, end.month):
            yield card


def _cards(request: Request, cards: Iterator[VaultedCard]) -> Answer:
    asked = part(request.body, "search").get("ids")
    wanted = set(map(str, asked)) if isinstance(asked, list) else set()
    found = tuple(
        show_card(card, request.books, request.now) for card in cards if card.token in wanted
    )
    return Answer(200, write("payment_methods", Items("credit_card", found, typed=False)))


def _ids(ids: tuple[str, ...]) -> Answer:
    results: dict[str, Value] = {"page_size": PAGE, "ids": Items("item", ids)}
    return Answer(200, write("search_results", results))
