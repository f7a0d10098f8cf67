"""A bank account, question by question, and whether its bank knows it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Final, assert_never
from uuid import uuid4

from paytone.ask import (
    BACK,
    Back,
    BadAnswer,
    Question,
    TooManyTries,
    ask,
    choose,
    in_turn,
    patiently,
)
from paytone.flows import Desk
from paytone.flows.card_entry import ask_twice
from paytone.flows.keyed import Note, nowhere
from paytone.gateway import (
    BankToKeep,
    Forgotten,
    GatewayRefused,
    Keeping,
    Kept,
    NotKept,
    Refusal,
    Unknown,
    Unreached,
)
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bank import (
    LONGEST,
    ROUTING_LENGTH,
    Bank,
    BankAccount,
    BankAccountNumber,
    Ownership,
    may_be_account_number,
    passes_checksum,
)
from paytone.rules.bill import Account
from paytone.rules.digits import Digits
from paytone.rules.method import AccountType, BankFace, CheckedAccount
from paytone.rules.pay_request import Field
from paytone.store import authorisations, banks

log = logging.getLogger(__name__)

ASK_ROUTING: Final = Prompt("ask-routing")
ROUTING_MISREAD: Final = Prompt("routing-misread")
ROUTING_NOT_LISTED: Final = Prompt("routing-not-listed")
YOUR_BANK_IS: Final = Prompt("your-bank-is")
YOUR_ROUTING_IS: Final = Prompt("your-routing-is")
ASK_BANK_ACCOUNT: Final = Prompt("ask-bank-account")
BANK_ACCOUNT_MISREAD: Final = Prompt("bank-account-misread")
BANK_ACCOUNT_AGAIN: Final = Prompt("bank-account-again")
BANK_ACCOUNTS_DIFFER: Final = Prompt("bank-accounts-differ")
IF_CHECKING: Final = Prompt("if-checking")
IF_SAVINGS: Final = Prompt("if-savings")
IF_PERSONAL: Final = Prompt("if-personal")
IF_BUSINESS: Final = Prompt("if-business")
YOU_KEYED: Final = Prompt("you-keyed")
CHECKING_ENDING_IN: Final = Prompt("checking-ending-in")
SAVINGS_ENDING_IN: Final = Prompt("savings-ending-in")
CHECK_WITH_BANK: Final = Prompt("check-with-bank")
CHANGE_ACCOUNT: Final = Prompt("change-bank-account")
BANK_KNOWS_NO_SUCH: Final = Prompt("bank-knows-no-such")
BANK_NOT_VERIFIED: Final = Prompt("bank-not-verified")
BANK_LATER: Final = Prompt("bank-verified-later")
BANK_REFUSED_OFTEN: Final = Prompt("bank-refused-often")
BANK_TROUBLE: Final = Prompt("bank-trouble")

ENDING_IN: Final = {
    AccountType.CHECKING: CHECKING_ENDING_IN,
    AccountType.SAVINGS: SAVINGS_ENDING_IN,
}

BANK_NAMES: Final = {
    "BANK OF AMERICA": Prompt("bank-of-america"),
    "CAPITAL ONE": Prompt("bank-capital-one"),
    "CITIBANK": Prompt("bank-citibank"),
    "FEDERAL RESERVE BANK": Prompt("bank-federal-reserve"),
    "JPMORGAN CHASE": Prompt("bank-chase"),
    "NAVY FEDERAL": Prompt("bank-navy-federal"),
    "PNC BANK": Prompt("bank-pnc"),
    "TD BANK": Prompt("bank-td"),
    "TRUIST": Prompt("bank-truist"),
    "US BANK": Prompt("bank-us"),
    "USAA": Prompt("bank-usaa"),
    "WELLS FARGO": Prompt("bank-wells-fargo"),
}
"""How names in the directory begin, without their marks, and the prompts that say them."""

REFUSALS_A_DAY: Final = 3
A_DAY: Final = timedelta(days=1)

CHECK_MANDATE: Final = (
    "By pressing 1 on the telephone the customer agreed that this account is checked with its "
    "bank. It is debited only after an authorization that the customer speaks."
)


def bank_in_words(bank_name: str) -> tuple[Prompt, ...]:
    """The bank's name where there is a prompt for it, else nothing."""
    plain = "".join(each for each in bank_name.upper() if each.isalnum() or each == " ")
    return tuple(prompt for name, prompt in BANK_NAMES.items() if plain.startswith(name))


def bank_account_in_words(face: BankFace) -> tuple[Prompt, ...]:
    """ "Wells Fargo checking account ending in 4 4 1 2": the most of it that is ever spoken."""
    name = bank_in_words(face.bank_name)
    return (*name, ENDING_IN[face.account_type], *spoken.digits(face.last_four))


def read_routing(digits: str) -> Digits:
    """Nine digits that pass the checksum; whether a bank has them the directory tells."""
    if not passes_checksum(digits):
        raise BadAnswer(ROUTING_MISREAD)
    return Digits(digits)


def read_bank_account(digits: str) -> BankAccountNumber:
    """A number as long as banks issue them."""
    if not may_be_account_number(digits):
        raise BadAnswer(BANK_ACCOUNT_MISREAD)
    return BankAccountNumber(digits)


class BankEntry:
    """
    The answers so far; ``*`` goes back to the question before.

    Args:
        known: Which kind of account it is, and whose; None asks for both.
        routing_twice: Whether the routing number is asked for twice, as the account's always is.
        note: Told of each answer, masked.
    """

    __slots__ = (
        "_bank", "_desk", "_known", "_note", "_number", "_ownership", "_phone", "_routing_twice",
        "_type",
    )  # fmt: skip

    def __init__(
        self,
        phone: Phone,
        desk: Desk,
        known: tuple[AccountType, Ownership] | None = None,
        *,
        routing_twice: bool = False,
        note: Note = nowhere,
    ) -> None:
        self._phone = phone
        self._desk = desk
        self._known = known
        self._routing_twice = routing_twice
        self._note = note
        if known is not None:
            self._type, self._ownership = known

    async def ask(self) -> BankAccount | Back:
        """The whole account; `BACK` when the caller stepped back from the routing number."""
        steps = [self._ask_bank, self._ask_number]
        if self._known is None:
            steps += [self._ask_type, self._ask_ownership]
        if not await in_turn(*steps):
            return BACK
        return BankAccount(self._bank, self._number, self._type, self._ownership)

    async def _ask_bank(self) -> Back | None:
        question = Question((ASK_ROUTING,), read_routing, at_most=ROUTING_LENGTH)
        for _ in range(self._phone.manner.entry_tries):
            asked = ask_twice if self._routing_twice else ask
            routing = await asked(self._phone, question)
            if routing is BACK:
                return BACK
            bank = await patiently(self._phone, banks.bank_of(self._desk.store, routing))
            if bank is not None:
                self._bank = bank
                self._note(Field.ROUTING_NUMBER.value, "x" * ROUTING_LENGTH)
                await self._phone.say(*_read_back(bank, routing))
                return None
            await self._phone.say(ROUTING_NOT_LISTED)
        raise TooManyTries

    async def _ask_number(self) -> Back | None:
        first = Question((ASK_BANK_ACCOUNT,), read_bank_account, at_most=LONGEST)
        again = Question((BANK_ACCOUNT_AGAIN,), read_bank_account, at_most=LONGEST)
        for _ in range(self._phone.manner.entry_tries):
            number = await ask(self._phone, first)
            if number is BACK:
                return BACK
            repeated = await ask(self._phone, again)
            if repeated is BACK:
                continue
            if number == repeated:
                self._number = number
                self._note("bank-account-number", number.masked)
                return None
            await self._phone.say(BANK_ACCOUNTS_DIFFER)
        raise TooManyTries

    async def _ask_type(self) -> Back | None:
        choice = await choose(self._phone, IF_CHECKING, IF_SAVINGS, keys="12")
        if choice is BACK:
            return BACK
        self._type = AccountType.CHECKING if choice == "1" else AccountType.SAVINGS
        return None

    async def _ask_ownership(self) -> Back | None:
        choice = await choose(self._phone, IF_PERSONAL, IF_BUSINESS, keys="12")
        if choice is BACK:
            return BACK
        self._ownership = Ownership.PERSONAL if choice == "1" else Ownership.BUSINESS
        return None


async def ask_bank_account(
    phone: Phone, desk: Desk, account: Account, entry: BankEntry | None = None
) -> CheckedAccount | Back:
    """
    An account that its bank knows; `BACK` to pay another way.

    The bank is asked only once the caller heard the account read back and pressed 1, and for the
    same bill no more than `REFUSALS_A_DAY` times in vain: nobody tries account numbers out here.

    Args:
        entry: Asks for it; None asks for all of it.
    """
    entry = entry or BankEntry(phone, desk)
    while await patiently(phone, _may_ask(desk, account)):
        keyed = await entry.ask()
        if keyed is BACK:
            return BACK
        read_back = (YOU_KEYED, *bank_account_in_words(keyed.face))
        words = (CHECK_WITH_BANK, CHANGE_ACCOUNT)
        choice = await choose(phone, *words, keys="12", announce=read_back)
        if choice is BACK:
            return BACK
        if choice == "2":
            continue
        kept = await patiently(phone, _kept(desk, account, keyed))
        if isinstance(kept, Kept):
            return CheckedAccount(keyed.face, kept.token)
        await phone.announce(*_why_not(kept))
        if not _can_be_keyed_again(kept):
            return BACK
    await phone.announce(BANK_REFUSED_OFTEN)
    return BACK


async def forget_checked(desk: Desk, tokens: Collection[str]) -> None:
    """Keep accounts no more that were only checked; if that fails they are never used."""
    for token in tokens:
        try:
            gone = await desk.gateway.forget(token)
        except GatewayRefused as exc:
            log.warning("a bank account is not forgotten: %s", exc)
            continue
        if not isinstance(gone, Forgotten):
            log.warning("a bank account is not forgotten: the gateway does not answer")


async def _may_ask(desk: Desk, account: Account) -> bool:
    since = desk.clock() - A_DAY
    return await banks.refusals(desk.store, account.id, since=since) < REFUSALS_A_DAY


def _why_not(kept: NotKept | Unreached | Unknown) -> tuple[Prompt, ...]:
    match kept:
        case NotKept():
            known = kept.refusal is not Refusal.NUMBER
            return (BANK_NOT_VERIFIED, BANK_LATER) if known else (BANK_KNOWS_NO_SUCH,)
        case Unreached() | Unknown():
            return (BANK_TROUBLE,)
        case _:
            assert_never(kept)


def _can_be_keyed_again(kept: NotKept | Unreached | Unknown) -> bool:
    return isinstance(kept, NotKept) and kept.refusal is Refusal.NUMBER


async def _kept(desk: Desk, account: Account, keyed: BankAccount) -> Keeping:
    holder = await authorisations.customer_name(desk.store, account.customer_id)
    asked = BankToKeep(keyed, holder, CHECK_MANDATE)
    customer, token = account.customer_id, str(uuid4())
    try:
        kept = await desk.gateway.save_bank(asked, customer=customer, token=token)
    except GatewayRefused as exc:
        log.error("the gateway refused to check a bank account: %s", exc)
        return Unreached(str(exc))
    if isinstance(kept, NotKept):
        await banks.refused(desk.store, account.id, code=kept.code, now=desk.clock())
    return kept


def _read_back(bank: Bank, routing: str) -> tuple[Prompt, ...]:
    """The bank's name, or the number as keyed where no prompt has the name."""
    if name := bank_in_words(bank.name):
        return (YOUR_BANK_IS, *name)
    return (YOUR_ROUTING_IS, *spoken.digits(routing, group=3))
