"""A bank account that is saved, with the caller's consent."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Talk
from paytone.flows.bank_entry import ask_bank_account, bank_account_in_words, forget_checked
from paytone.prompts import Prompt
from paytone.rules.method import CheckedAccount, SavedMethod
from paytone.store import methods
from paytone.store.methods import Consent

KEEP_BANK: Final = Prompt("keep-card")
KEEP_BANK_FOR: Final = Prompt("keep-bank-for")
ACCEPT: Final = Prompt("terms-accept")
BANK_KEPT: Final = Prompt("keep-bank-done")


async def keep_new_bank(talk: Talk) -> SavedMethod | Back:
    """
    A bank account that is asked, checked with its bank, and kept once the caller agrees with 1.

    Nothing is charged. `BACK` when the caller goes back or does not agree, and when the account
    cannot be checked, which the caller then has heard.

    Raises:
        StoreAway: Nothing was charged; what is not saved the worker has the gateway forget.
    """
    phone, desk = talk.phone, talk.desk
    checked = await ask_bank_account(phone, desk, talk.account)
    if checked is BACK:
        return BACK
    await patiently(phone, methods.ask_to_keep(desk.store, checked.token, now=desk.clock()))
    kept = await agree_and_keep_bank(talk, checked)
    if kept is BACK:
        await patiently(phone, forget_checked(desk, (checked.token,)))
    return kept


async def agree_and_keep_bank(talk: Talk, checked: CheckedAccount) -> SavedMethod | Back:
    """
    *checked*, which the gateway keeps already, saved once the caller agrees with 1, and told so.

    The consent names the account, what it is for, how changes are told and how it ends; that it is
    debited only for what the caller authorises aloud. `BACK` when the caller does not agree.

    Raises:
        StoreAway: Nothing was charged; it may be saved.
    """
    words = (KEEP_BANK, *bank_account_in_words(checked.face), KEEP_BANK_FOR)
    if await choose(talk.phone, ACCEPT, keys="1", announce=words) is BACK:
        return BACK
    desk = talk.desk
    method = SavedMethod(str(uuid4()), talk.account.customer_id, checked.face, checked.token)
    consent = Consent((*words, ACCEPT), talk.phone.language, talk.call.id)
    await patiently(talk.phone, methods.keep(desk.store, method, consent, now=desk.clock()))
    await talk.phone.announce(BANK_KEPT)
    return method
