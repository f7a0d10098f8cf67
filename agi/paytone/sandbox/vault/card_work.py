"""Cards on their way into the vault: read, verified, kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.outcomes import cvv_code
from paytone.sandbox.sales.three_d_secure import ThreeDSecure, check_pass_thru
from paytone.sandbox.vault.addresses import Address, merged, read_address
from paytone.sandbox.vault.cards import CardFace, read_card, read_expiration
from paytone.sandbox.vault.keeping import address_of, change_address, keep
from paytone.sandbox.vault.kept import VaultedCard
from paytone.sandbox.vault.nonces import CardNonce, nonce_named, tell, use
from paytone.sandbox.vault.numbers import CONSUMED_NONCE
from paytone.sandbox.vault.verifying import CARD, Asked, belongs, read_options, refused, verify
from paytone.sandbox.wire import Params

_EXPIRY = ("expiration_date", "expiration_month", "expiration_year")
_RESERVED = frozenset({"new", "all"})


@dataclass(frozen=True, slots=True)
class GivenCard:
    """
    A card as it is to be kept.

    Args:
        cvv: The code that its CVV earned.
        asked: How it is to be verified first, if at all.
        nonce: What it came by.
        in_place: Its billing address is changed, not a new one.
        replaces: The token of the card that it is a change of.
    """

    card: VaultedCard
    cvv: str = "I"
    asked: Asked | None = None
    nonce: str | None = None
    secure: ThreeDSecure | None = None
    in_place: bool = False
    replaces: str | None = None


def card_in(
    request: Request, params: Params, invalid: Invalid, kept: VaultedCard | None = None
) -> GivenCard | None:
    """
    The card that *params* describe, or *kept* with what they change.

    Its customer is not set yet for a new card. None after telling *invalid* what is wrong.
    """
    nonce = _nonce(request, params, invalid)
    face = _face(request, params, invalid, kept, nonce)
    token = read_token(request, params, invalid, kept)
    billing = _billing(request, params, invalid, kept)
    options = part(params, "options")
    asked = _asked(request, params, invalid)
    _check_duplicate(request, params, face, invalid, kept)
    if invalid or face is None:
        return None
    card = _made(request, face, kept, nonce)
    card = replace(
        card, token=token or card.token, billing=billing or card.billing,
        cardholder_name=text(params, "cardholder_name") or card.cardholder_name,
        default=card.default or flag(options, "make_default"),
    )  # fmt: skip
    return _given(params, card, asked, nonce, kept)


def _given(
    params: Params, card: VaultedCard, asked: Asked | None, nonce: CardNonce | None,
    kept: VaultedCard | None,
) -> GivenCard:  # fmt: skip
    cvv = text(params, "cvv")
    return GivenCard(
        card,
        cvv_code(cvv) if cvv else nonce.cvv if nonce else "I",
        asked,
        nonce.name if nonce else None,
        nonce.three_d_secure if nonce else None,
        _in_place(params, kept),
        kept.token if kept else None,
    )


def keep_given(
    request: Request, given: GivenCard, customer_id: str, face: dict[str, str | None]
) -> VaultedCard | Answer:
    """The card, kept; or the 422 answer with the verification that its bank failed."""
    card, made = given.card, None
    if given.asked is not None:
        made = verify(
            request, given.asked, card.face, cvv=given.cvv, billing=card.billing,
            cardholder_name=card.cardholder_name, secure=given.secure, customer=face,
        )  # fmt: skip
        if not made.verified:
            return refused(request, made)
    if given.nonce is not None:
        use(request, given.nonce)
    if given.in_place and card.billing is not None:
        change_address(request.books, customer_id, card.billing)
    if customer_id not in request.books.customers:
        return card
    kept = keep(request, card, customer_id)
    if given.replaces not in {None, kept.token}:
        request.books.cards.pop(given.replaces or "", None)
    belongs(request, made, kept.token, face)
    return kept


def _made(
    request: Request, face: CardFace, kept: VaultedCard | None, nonce: CardNonce | None
) -> VaultedCard:
    if kept is not None:
        return replace(kept, face=face, updated=request.now)
    return VaultedCard(
        request.books.new_id(), face, "", nonce.cardholder_name if nonce else None,
        nonce.billing if nonce else None, False, request.now, request.now,
    )  # fmt: skip


def _asked(request: Request, params: Params, invalid: Invalid) -> Asked | None:
    options = part(params, "options")
    if not flag(options, "verify_card"):
        return None
    passed = part(params, "three_d_secure_pass_thru")
    if passed:
        check_pass_thru(passed, invalid)
    return read_options(request, options, invalid, CARD)


def _nonce(request: Request, params: Params, invalid: Invalid) -> CardNonce | None:
    name = text(params, "payment_method_nonce")
    if name is None:
        return None
    found = nonce_named(request, name)
    if isinstance(found, CardNonce):
        tell(found.faults, invalid)
        return found
    used = name == CONSUMED_NONCE or name in request.books.consumed
    invalid.add("payment_method_nonce", "91731" if used else "91738" if found else "91732")
    return None


def _face(
    request: Request, params: Params, invalid: Invalid, kept: VaultedCard | None,
    nonce: CardNonce | None,
) -> CardFace | None:  # fmt: skip
    if nonce is not None or text(params, "payment_method_nonce"):
        return nonce.face if nonce else None
    if kept is None or "number" in params:
        return read_card(params, request.fingerprint, invalid)
    if any(name in params for name in _EXPIRY):
        month, year = read_expiration(params, invalid)
        return replace(kept.face, month=month, year=year)
    return kept.face


def read_token(
    request: Request, params: Params, invalid: Invalid, kept: VaultedCard | None = None
) -> str | None:
    """The token that *params* want, None for any; *invalid* is told if it may not be had."""
    token = text(params, "token")
    if token is None or (kept is not None and token == kept.token):
        return token
    if len(token) > 36:
        invalid.add("token", "91720")
    elif token in _RESERVED:
        invalid.add("token", "91721")
    elif not re.fullmatch(r"[A-Za-z0-9_-]+", token):
        invalid.add("token", "91718")
    elif token in request.books.cards or token in request.books.methods:
        invalid.add("token", "91719")
    return token


def _in_place(params: Params, kept: VaultedCard | None) -> bool:
    options = part(part(params, "billing_address"), "options")
    return flag(options, "update_existing") and kept is not None and kept.billing is not None


def _billing(
    request: Request, params: Params, invalid: Invalid, kept: VaultedCard | None
) -> Address | None:
    given = part(params, "billing_address")
    wanted = text(params, "billing_address_id")
    if wanted is not None:
        owner = kept.customer_id if kept else text(params, "customer_id")
        customer = request.books.customers.get(owner or "")
        found = address_of(customer, wanted)
        if found is None:
            invalid.add("billing_address_id", "91702")
        return found
    if not given:
        return None
    address = read_address(given, invalid.at("billing_address"))
    if kept is not None and kept.billing is not None and _in_place(params, kept):
        return merged(kept.billing, address, given)
    return address


def _check_duplicate(
    request: Request, params: Params, face: CardFace | None, invalid: Invalid,
    kept: VaultedCard | None,
) -> None:  # fmt: skip
    if face is None:
        return
    options = part(params, "options")
    owner = kept.customer_id if kept else text(params, "customer_id")
    same = [
        card
        for card in request.books.cards.values()
        if card.face.fingerprint == face.fingerprint and card != kept
    ]
    if same and flag(options, "fail_on_duplicate_payment_method"):
        invalid.add("number", "81724")
    own = [card for card in same if card.customer_id == owner]
    if own and flag(options, "fail_on_duplicate_payment_method_for_customer"):
        invalid.add("number", "81763")
