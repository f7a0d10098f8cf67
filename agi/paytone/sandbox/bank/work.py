"""Bank accounts over the XML API: vaulted from a nonce, found, verified, confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paytone.sandbox.answer import Answer
from paytone.sandbox.bank.accounts import (
    FAKE_NONCE,
    KIND,
    BankAccount,
    BankNonce,
    fake_face,
    vault,
    verify,
)
from paytone.sandbox.bank.checks import (
    AMOUNTS,
    ATTEMPTS,
    INDEPENDENT,
    METHODS,
    MICRO,
    TOKENIZED,
    BankCheck,
    settles_at_once,
)
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import MISSING, Request, Work
from paytone.sandbox.sales.life import expect_credits
from paytone.sandbox.wire import Params, Value, write

_CHECK = "us_bank_account_verification"
_ROOT = "payment_method"


def bank_nonce(request: Request, nonce: str | None) -> BankNonce | None:
    """The bank account that *nonce* stands for; None for any other nonce."""
    if nonce == FAKE_NONCE:
        return BankNonce(nonce, fake_face(request.now))
    found = request.books.nonces.get(nonce or "")
    return found if isinstance(found, BankNonce) else None


def bank_account(request: Request, token: str) -> BankAccount | None:
    """The bank account with that token; None for any other token."""
    found = request.books.methods.get(token)
    return found if isinstance(found, BankAccount) else None


def consume(request: Request, nonce: str) -> None:
    """Let *nonce* be used up; the published one never is."""
    if request.books.nonces.pop(nonce, None) is not None:
        request.books.consumed.add(nonce)


def creating(otherwise: Work) -> Work:
    """What vaults a bank account's nonce, and leaves all else to *otherwise*."""

    def work(request: Request) -> Answer:
        given = bank_nonce(request, text(request.params(_ROOT), "payment_method_nonce"))
        return _create(request, given) if given else otherwise(request)

    return work


def updating(otherwise: Work) -> Work:
    """What changes a bank account or verifies it again, and leaves all else to *otherwise*."""

    def work(request: Request) -> Answer:
        kept = bank_account(request, request.names[0])
        return _update(request, kept) if kept else otherwise(request)

    return work


def find(request: Request) -> Answer:
    """The bank account with that token, or 404."""
    kept = bank_account(request, request.names[0])
    return _shown(200, request, kept.token) if kept else MISSING


def find_check(request: Request) -> Answer:
    """The verification, or 404."""
    check = request.books.checks.get(request.names[0])
    return _shown_check(request, check) if check else MISSING


def confirm(request: Request) -> Answer:
    """The amounts of the two small credits, as the customer reads them off the statement."""
    check = request.books.checks.get(request.names[0])
    if check is None:
        return MISSING
    given = request.params(_CHECK).get("deposit_amounts")
    code, check = confirmed(request, check, given if isinstance(given, list) else [])
    if code is None:
        return _shown_check(request, check)
    invalid = Invalid()
    invalid.at(_CHECK).add("base", code)
    return refusal(invalid, request.body)


def confirmed(
    request: Request, check: BankCheck, given: Sequence[object]
) -> tuple[str | None, BankCheck]:
    """*check* after the amounts *given*, stored, and the code of what is wrong if any is."""
    books, now = request.books, request.now
    account = bank_account(request, check.token)
    if check.method != MICRO or account is None:
        return "96102", check
    if check.status != "pending":
        return ("96104" if check.attempts >= ATTEMPTS else "96101"), check
    if len(given) != len(AMOUNTS) or not all(str(cents).isdigit() for cents in given):
        return "96106", check
    if sorted(int(str(cents)) for cents in given) == sorted(AMOUNTS):
        check = replace(check, confirmed=True, updated=now)
        if settles_at_once(account.face):
            check = check.moved("verified", now)
        else:
            expect_credits(books, check.id, now)
        books.checks[check.id] = check
        return None, check
    check = replace(check, attempts=check.attempts + 1, updated=now)
    over = check.attempts >= ATTEMPTS
    books.checks[check.id] = check.moved("gateway_rejected", now) if over else check
    return ("96104" if over else "96103"), books.checks[check.id]


def show_check(request: Request, check: BankCheck) -> dict[str, Value]:
    """The content of ``<us-bank-account-verification>``, its account included."""
    account = bank_account(request, check.token)
    held = account.shown(request.books, request.now) if account else None
    return {**check.shown(), KIND: held}


def _shown_check(request: Request, check: BankCheck) -> Answer:
    return Answer(200, write(_CHECK, show_check(request, check)))


def _shown(status: int, request: Request, token: str) -> Answer:
    kept = request.books.methods[token]
    return Answer(status, write(KIND, kept.shown(request.books, request.now)))


def _create(request: Request, given: BankNonce) -> Answer:
    params, books, invalid = request.params(_ROOT), request.books, Invalid()
    scope, options = invalid.at(_ROOT), part(request.params(_ROOT), "options")
    customer_id, token = text(params, "customer_id"), text(params, "token")
    if customer_id is None:
        scope.add("customer_id", "93104")
    elif customer_id not in books.customers:
        scope.add("customer_id", "93105")
    if token in books.methods or token in books.cards:
        scope.add("token", "91719")
    _check_options(request, options, scope.at("options"))
    if invalid or customer_id is None:
        return refusal(invalid, request.body)
    kept = vault(request, given.face, customer_id, token, default=flag(options, "make_default"))
    consume(request, given.nonce)
    usual = INDEPENDENT if books.settings.trusts_bank_accounts else None
    verify_as_asked(request, kept.token, options, TOKENIZED if given.plaid else usual)
    return _shown(201, request, kept.token)


def verify_as_asked(request: Request, token: str, options: Params, usual: str | None) -> None:
    """Verify the account by the method that *options* name, or the *usual* one if there is one."""
    method = text(options, "us_bank_account_verification_method") or usual
    if method is not None:
        account = request.books.merchant.account(text(options, "verification_merchant_account_id"))
        assert account is not None
        verify(request, token, method, account.id, text(options, "verification_add_ons"))


def _check_options(request: Request, options: Params, invalid: Invalid) -> None:
    method = text(options, "us_bank_account_verification_method")
    if method is not None and method not in METHODS:
        invalid.add("us_bank_account_verification_method", "93121")
    account = text(options, "verification_merchant_account_id")
    if request.books.merchant.account(account) is None:
        invalid.add("verification_merchant_account_id", "91728")


def _update(request: Request, kept: BankAccount) -> Answer:
    params, books, invalid = request.params(_ROOT), request.books, Invalid()
    options = part(params, "options")
    _check_options(request, options, invalid.at(_ROOT).at("options"))
    wanted = text(params, "token") or kept.token
    if wanted != kept.token and (wanted in books.methods or wanted in books.cards):
        invalid.at(_ROOT).add("token", "91719")
    if invalid:
        return refusal(invalid, request.body)
    default = kept.default or flag(options, "make_default")
    if wanted != kept.token:
        _rename_checks(request, kept.token, wanted)
        books.methods.pop(kept.token)
    moved = replace(kept, token=wanted, default=default, updated=request.now)
    books.keep_method(moved)
    verify_as_asked(request, wanted, options, None)
    return _shown(200, request, wanted)


def _rename_checks(request: Request, old: str, new: str) -> None:
    for check in list(request.books.checks.values()):
        if check.token == old:
            request.books.checks[check.id] = replace(check, token=new)
