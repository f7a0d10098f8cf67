"""Which account a caller claims, and what is counted when it is not proved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from paytone.ask import BadAnswer
from paytone.flows import Call, Desk
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.store import accounts, calls, failures

ACCOUNT_MISREAD: Final = Prompt("account-misread")

ACCOUNT_DIGITS: Final = 16
PHONE_DIGITS: Final = 10


def read_account(digits: str) -> str:
    """An account number, a phone number, or nothing for the number that calls."""
    if len(digits) == PHONE_DIGITS + 1 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) not in {0, PHONE_DIGITS, ACCOUNT_DIGITS}:
        raise BadAnswer(ACCOUNT_MISREAD)
    return digits


async def find(desk: Desk, call: Call, claimed: str) -> Account | None:
    """The account that *claimed* means; None where there is none, or several."""
    if len(claimed) == ACCOUNT_DIGITS:
        return await accounts.by_number(desk.store, claimed)
    number = claimed or call.calling
    return await accounts.by_phone(desk.store, number) if number else None


async def number_is_locked(desk: Desk, call: Call) -> bool:
    """Whether the number that calls is locked."""
    return await _is_locked(desk, None, call)


async def _is_locked(desk: Desk, account: Account | None, call: Call) -> bool:
    """Whether the account is locked, or the number that calls."""
    account_id, now = account.id if account else None, desk.clock()
    return await failures.locked(desk.store, account_id=account_id, calling=call.calling, now=now)


async def count_failure(desk: Desk, account: Account | None, call: Call) -> None:
    """Count that the account, and the number that calls, were tried in vain; it may lock them."""
    await failures.failed(
        desk.store,
        account_id=account.id if account else None,
        calling=call.calling,
        now=desk.clock(),
        limit=desk.lock_rule.limit,
        window_s=desk.lock_rule.window_s,
        lock_s=desk.lock_rule.lock_s,
    )


async def proved(
    desk: Desk, call: Call, account: Account | None, *, by: Callable[[], Awaitable[bool]]
) -> Account | None:
    """
    The account, if *by* proves that it is the caller's; else the failure is counted.

    *by* is asked of every caller, so that nothing tells whether there is an account, or whether it
    is locked. Neither a locked account is proved, nor any from a locked number. That the caller has
    identified is not noted yet.
    """
    locked = await _is_locked(desk, account, call)
    matches = await by()
    if account is not None and matches and not locked:
        return account
    await count_failure(desk, account, call)
    return None


async def note_identified(desk: Desk, call: Call, account: Account) -> None:
    """Note that the caller is the account's; its count of failures begins anew."""
    await failures.succeeded(desk.store, account.id)
    await _noted(
        desk, call, lambda: calls.identified(desk.store, call.id, account.id, desk.clock())
    )


async def note_pays_only(desk: Desk, call: Call, account: Account) -> None:
    """Note that the caller may pay for the account, and hear nothing of it."""
    await _noted(desk, call, lambda: calls.only_pays(desk.store, call.id, account.id, desk.clock()))


async def _noted(desk: Desk, call: Call, note: Callable[[], Awaitable[None]]) -> None:
    try:
        await note()
    except calls.NoSuchCall:  # the store was away when the call began
        await calls.open_call(
            desk.store, call.id, called=call.called, calling=call.calling, now=desk.clock()
        )
        await note()
