"""Payment methods of any type: what is behind a nonce kept, found, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Method, Payable
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import MISSING, Request, Work
from paytone.sandbox.vault import work as vault_work
from paytone.sandbox.vault.nonces import CardNonce, WalletNonce, nonce_named, use
from paytone.sandbox.vault.numbers import CONSUMED_NONCE
from paytone.sandbox.wallets.kept_wallets import PAYPAL
from paytone.sandbox.wallets.nonces import paypal
from paytone.sandbox.wallets.work import check_token, keep_wallet, scope_of, wallet_in
from paytone.sandbox.wire import write

_ROOT = "payment_method"
_REFRESHED = "jane.doe@paypal.com"


def create(request: Request) -> Answer:
    """A method for a customer who is in the vault, by nonce, card number or PayPal's token."""
    params = request.params(_ROOT)
    name = text(params, "payment_method_nonce")
    if text(params, "paypal_refresh_token"):
        return _put(request, WalletNonce("", paypal(_REFRESHED)))
    if name is None:
        return vault_work.create_card(request)
    found = nonce_named(request, name)
    if found is None:
        invalid = Invalid()
        used = name == CONSUMED_NONCE or name in request.books.consumed
        code = "93107" if used else "93108"
        invalid.at(_ROOT).add("payment_method_nonce", code)
        return refusal(invalid, request.body)
    if isinstance(found, CardNonce) and not found.vaultable:
        invalid = Invalid()
        invalid.at(_ROOT).add("payment_method_nonce", "93102")
        return refusal(invalid, request.body)
    if isinstance(found, CardNonce):
        return vault_work.put_card(request, params)
    return _put(request, found)


def find(request: Request) -> Answer:
    """The card or method with that token, or 404."""
    method = request.books.methods.get(request.names[0])
    return shown(200, request, method) if method else vault_work.find_card(request)


def update(request: Request) -> Answer:
    """The card as changed, or the method with another token or as the default."""
    method = request.books.methods.get(request.names[0])
    return _update(request, method, _ROOT) if method else vault_work.update_card(request)


def delete(request: Request) -> Answer:
    """The card or method gone, or 404."""
    books, token = request.books, request.names[0]
    if token not in books.cards and token not in books.methods:
        return MISSING
    books.remove(token)
    return Answer(200)


def shown(status: int, request: Request, method: Method) -> Answer:
    """An answer with the whole method."""
    return Answer(status, write(method.kind, method.shown(request.books, request.now)))


def _put(request: Request, payable: Payable) -> Answer:
    params, books, invalid = request.params(_ROOT), request.books, Invalid()
    wallet = payable if isinstance(payable, WalletNonce) else None
    scope = invalid.at(scope_of(wallet.wallet.kind) if wallet else _ROOT)
    customer_id = text(params, "customer_id")
    if customer_id is None or customer_id not in books.customers:
        scope.add("customer_id", "82905" if customer_id is None else "93105")
    given = wallet_in(request, wallet, params, scope) if wallet else None
    if invalid or customer_id is None:
        return refusal(invalid, request.body)
    use(request, text(params, "payment_method_nonce") or "")
    if given is None:
        token: str | Answer = payable.keep(request, customer_id, text(params, "token")).token or ""
    else:
        token = keep_wallet(request, given, customer_id, books.customers[customer_id].face())
    return token if isinstance(token, Answer) else shown(201, request, books.methods[token])


def _update(request: Request, method: Method, root: str) -> Answer:
    params, books, invalid = request.params(root), request.books, Invalid()
    scope = invalid.at(scope_of(method.kind))
    token = check_token(request, method.kind, params, scope, method.token) or method.token
    if invalid:
        return refusal(invalid, request.body)
    default = method.default or flag(part(params, "options"), "make_default")
    del books.methods[method.token]
    books.keep_method(method.moved(token=token, default=default))
    return shown(200, request, books.methods[token])


def _show(request: Request, method: Method) -> Answer:
    return shown(200, request, method)


def _remove(request: Request, method: Method) -> Answer:
    request.books.remove(method.token)
    return Answer(200)


def _change(request: Request, method: Method) -> Answer:
    return _update(request, method, method.kind)


def _of_kind(kind: str, work: Callable[[Request, Method], Answer]) -> Work:
    def only(request: Request) -> Answer:
        method = request.books.methods.get(request.names[0])
        return work(request, method) if method and method.kind == kind else MISSING

    return only


find_paypal = _of_kind(PAYPAL, _show)
update_paypal = _of_kind(PAYPAL, _change)
delete_paypal = _of_kind(PAYPAL, _remove)
find_sepa = _of_kind("sepa_debit_account", _show)
delete_sepa = _of_kind("sepa_debit_account", _remove)
