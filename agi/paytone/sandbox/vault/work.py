"""The vault's cards: made, found, changed and deleted."""

from __future__ import annotations

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.vault.card_work import card_in, keep_given
from paytone.sandbox.vault.kept import VaultedCard
from paytone.sandbox.vault.nonces import CardNonce, nonce_named, use
from paytone.sandbox.vault.view import show_card
from paytone.sandbox.wire import Params, write


def create_card(request: Request) -> Answer:
    """A card for a customer who is in the vault."""
    return put_card(request, request.params(_root(request)))


def put_card(request: Request, params: Params) -> Answer:
    """The card in *params*, kept for the customer they name; one already kept is only shown."""
    books, invalid = request.books, Invalid()
    scope = invalid.at("credit_card")
    customer_id = text(params, "customer_id")
    if customer_id is None:
        scope.add("customer_id", "91704")
    elif customer_id not in books.customers:
        scope.add("customer_id", "91705")
    elif kept := _already_kept(request, params, customer_id):
        return shown(201, request, kept)
    given = card_in(request, params, scope)
    if invalid or given is None or customer_id is None:
        return refusal(invalid, request.body)
    card = keep_given(request, given, customer_id, books.customers[customer_id].face())
    return shown(201, request, card) if isinstance(card, VaultedCard) else card


def find_card(request: Request) -> Answer:
    """The card with that token, or 404."""
    card = request.books.cards.get(request.names[0])
    return shown(200, request, card) if card else MISSING


def update_card(request: Request) -> Answer:
    """The card with another expiry, name, number, address or token."""
    books = request.books
    card = books.cards.get(request.names[0])
    if card is None:
        return MISSING
    invalid = Invalid()
    given = card_in(request, request.params(_root(request)), invalid.at("credit_card"), card)
    if invalid or given is None:
        return refusal(invalid, request.body)
    owner = books.customers[card.customer_id].face()
    changed = keep_given(request, given, card.customer_id, owner)
    return changed if isinstance(changed, Answer) else shown(200, request, changed)


def delete_card(request: Request) -> Answer:
    """The card gone, the next method of its customer the default; or 404."""
    if request.names[0] not in request.books.cards:
        return MISSING
    request.books.remove(request.names[0])
    return Answer(200)


def card_from_nonce(request: Request) -> Answer:
    """The vaulted card that a nonce points to, which uses it up; else 404."""
    nonce = nonce_named(request, request.names[0])
    token = nonce.token if isinstance(nonce, CardNonce) else None
    card = request.books.cards.get(token or "")
    if card is None:
        return MISSING
    use(request, request.names[0])
    return shown(200, request, card)


def shown(status: int, request: Request, card: VaultedCard) -> Answer:
    """An answer with the whole card."""
    return Answer(status, write("credit_card", show_card(card, request.books, request.now)))


def _root(request: Request) -> str:
    return "payment_method" if "payment_method" in request.body else "credit_card"


def _already_kept(request: Request, params: Params, customer_id: str) -> VaultedCard | None:
    name = text(params, "payment_method_nonce")
    nonce = nonce_named(request, name) if name else None
    if not isinstance(nonce, CardNonce) or nonce.owner != customer_id or name is None:
        return None
    use(request, name)
    return request.books.cards.get(nonce.token or "")
