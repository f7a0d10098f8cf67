"""Who stands beside the caller and notes what was heard and agreed to, by the channel alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_FROM, REVIEW_KEYS, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND
from paytone.flows.authorisation import ACCEPT as ACCEPT_ALOUD
from paytone.flows.authorisation import LISTEN
from paytone.flows.bank_entry import BANK_LATER
from paytone.flows.declined import WHY_DECLINED, WHY_SAVED_DECLINED
from paytone.flows.fee import IN_TOTAL, PLUS_FEE
from paytone.flows.keep_card import ACCEPT, KEEP_CARD
from paytone.flows.methods import REMOVED, REMOVING
from paytone.flows.more_time import ACCEPT as ACCEPT_ARRANGEMENT
from paytone.flows.more_time import UNDONE
from paytone.flows.pay_bill import (
    BALANCE_MOVED,
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
)
from paytone.flows.pay_only import MAY_BE_PAID
from paytone.flows.resume import (
    CONFIRMATION_WAS,
    EARLIER_PAYMENT,
    IS_PENDING,
    STILL_UNKNOWN,
    WAS_NOT_PAID,
    WAS_REFUNDED,
    WAS_RETURNED,
    WENT_THROUGH,
)
from paytone.flows.shares_entry import MORE_ACCOUNTS
from paytone.flows.shares_told import (
    FOR_ACCOUNT,
    IS_CHECKING,
    NOTHING_PAID,
    SHARE_FOR,
    WAS_ACCEPTED,
    YOUR_PAYMENT_OF,
)
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.job import Level
from paytone.rules.money import Money
from paytone.rules.payment import Heard

NOT_PAID: Final = {
    BALANCE_MOVED, NOT_CHARGED, CHECK_DECLINED, *WHY_DECLINED.values(),
    *WHY_SAVED_DECLINED.values(),
}  # fmt: skip
"""Words after a review that mean: nothing was charged."""

SHARE_FATES: Final = {
    WENT_THROUGH: Heard.PAID, WAS_ACCEPTED: Heard.PAID, IS_CHECKING: Heard.UNKNOWN,
}  # fmt: skip
"""Of a share of an agreement; else it was not paid."""

FATES: Final = {
    WENT_THROUGH: Heard.PAID,
    IS_PENDING: Heard.PAID,
    WAS_NOT_PAID: Heard.NOT_PAID,
    WAS_RETURNED: Heard.RETURNED,
    WAS_REFUNDED: Heard.REFUNDED,
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    A caller's 1 after everything was read back.

    Args:
        job: The run of a job in which it was given; a job that begins anew has another number.
        asked_at: When the amount was last asked; when it was read back, if it was typed ahead.
        amounts: The words of the amount that was read back for each account, by the words of its
            ending; without an ending where there is but one.
        fee: The words of the fee and of what it comes to with all amounts; empty for no fee.
        card: The words of the card.
        without_pin: By a caller who only pays.
    """

    at: datetime
    job: int
    asked_at: datetime
    amounts: Mapping[tuple[Prompt, ...], tuple[Prompt, ...]]
    fee: tuple[Prompt, ...]
    card: tuple[Prompt, ...]
    without_pin: bool = False

    def amount_for(self, ending: tuple[Prompt, ...]) -> tuple[Prompt, ...] | None:
        """The words of the amount for the account with that *ending*; None where it gets none."""
        return self.amounts.get(ending) or self.amounts.get(())


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    What a caller said aloud and accepted.

    Args:
        digest: Of the recording.
        facts: The words that were read out before.
    """

    digest: str
    facts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What a caller was told of a payment, in full.

    Args:
        agreement: The place of the agreement that it is about, in this call; None for an earlier
            payment, or for nothing agreed to.
        words: All that was said, to know an earlier payment by.
        ending: The words of the account's ending, where that was said.
        without_pin: It was told to a caller who only pays: of payments of this call alone.
    """

    at: datetime
    heard: Heard
    agreement: int | None
    words: tuple[Prompt, ...] = ()
    ending: tuple[Prompt, ...] = ()
    without_pin: bool = False


@dataclass(slots=True)
class Witness:
    """
    What happened on one channel.

    Attributes:
        calls: The ids that the line gave the call; one, unless a worker died while giving it.
        offers: For each job that asked for an amount: when it began, and when it first asked.
        consents: The words after which 1 was pressed to have a card saved.
        promises: When 1 was pressed to have more time, and the words before it.
        undone: When it was told that an arrangement is undone.
        spoken: What was said aloud and accepted with 1, to authorise a debit.
        questions: Everything that was asked.
        removals: When it was told that a method is removed, and the words of the method.
        level: What the caller has proved, as the line says; empty before they have.
        told_without_pin: Everything that was said to a caller who only pays.
    """

    number: int
    calls: list[str] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    offers: list[tuple[datetime, datetime]] = field(default_factory=list)
    consents: list[tuple[Prompt, ...]] = field(default_factory=list)
    promises: list[tuple[datetime, tuple[Prompt, ...]]] = field(default_factory=list)
    undone: list[datetime] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    removals: list[tuple[datetime, tuple[Prompt, ...]]] = field(default_factory=list)
    questions: set[tuple[Prompt, ...]] = field(default_factory=set)
    told_without_pin: list[tuple[Prompt, ...]] = field(default_factory=list)
    level: str = ""
    job: int = 0
    _job_began: datetime | None = None
    _asked_at: datetime | None = None
    _terms: tuple[Prompt, ...] = ()
    _announced: tuple[Prompt, ...] = ()
    _removing: tuple[Prompt, ...] = ()
    _facts: tuple[Prompt, ...] = ()
    _recorded: str = ""

    @property
    def without_pin(self) -> bool:
        """The caller may pay, and hear nothing of the account."""
        return self.level == Level.PAY_ONLY.value

    def job_begins(self, at: datetime) -> None:
        """A worker takes the channel."""
        self.job += 1
        self._job_began, self._asked_at, self._terms = at, None, ()
        self._announced = ()

    def asked(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        """A question began."""
        self.questions.add(prompts)
        self._overhears(prompts)
        if {MORE_ACCOUNTS, ASK_AMOUNT_KIND, ASK_AMOUNT} & set(prompts):
            self._offered(at)

    def answered(self, prompts: tuple[Prompt, ...], key: str, at: datetime) -> None:
        """*key* was the first that was pressed at the question *prompts*."""
        if key == "1" and {REVIEW_KEYS, REVIEW_CHECK_KEYS} & set(prompts):
            self._agrees(at)
        elif key == "1" and ACCEPT_ARRANGEMENT in prompts:
            self.promises.append((at, self._announced))
        elif key == "1" and ACCEPT_ALOUD in prompts:
            self.spoken.append(Spoken(self._recorded, self._facts))
        elif key == "1" and ACCEPT in prompts and KEEP_CARD in self._announced:
            self.consents.append((*self._announced, ACCEPT))

    def _overhears(self, prompts: tuple[Prompt, ...]) -> None:
        if self.without_pin:
            self.told_without_pin.append(prompts)

    def _agrees(self, at: datetime) -> None:
        assert self._asked_at is not None, "nothing was read back"
        terms, at_card = self._terms, self._terms.index(REVIEW_FROM)
        fee = terms[terms.index(PLUS_FEE) + 1 : at_card] if PLUS_FEE in terms else ()
        agreement = Agreement(
            at,
            self.job,
            self._asked_at,
            _amounts(terms),
            fee,
            terms[at_card + 1 :],
            self.without_pin,
        )
        self.agreements.append(agreement)

    def recorded(self, audio: bytes) -> None:
        """*audio* was said while it was recorded."""
        self._recorded = hashlib.sha256(audio).hexdigest()

    def heard(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        """*prompts* were played in full, and could not be cut short."""
        self._announced = prompts
        self._overhears(prompts)
        if REVIEW_PAY in prompts:
            self._terms = prompts
            if self._asked_at is None:  # all was typed ahead
                self._offered(at)
        elif LISTEN in prompts:
            self._facts = prompts
        elif REMOVING in prompts:
            self._removing = prompts[1:]
        elif REMOVED in prompts:
            self.removals.append((at, self._removing))
        elif UNDONE in prompts:
            self.undone.append(at)
        else:
            self._of_a_payment(prompts, at)

    def _of_a_payment(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        if EARLIER_PAYMENT in prompts:
            fate = next(FATES[prompt] for prompt in prompts if prompt in FATES)
            self._claims(Claim(at, fate, None, prompts))
        elif YOUR_PAYMENT_OF in prompts or NOTHING_PAID in prompts:
            self._of_a_share(prompts, at)
        elif (said := _fate(prompts)) is not None:
            self._claim(at, said, words=prompts)
        elif STILL_UNKNOWN in prompts:
            self._claims(Claim(at, Heard.UNKNOWN, None, prompts))

    def _offered(self, at: datetime) -> None:
        told_first = not self.without_pin  # who may hear nothing is told nothing first
        if self._asked_at is None and self._job_began is not None and told_first:
            self.offers.append((self._job_began, at))
        self._asked_at = at

    def _of_a_share(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        place = prompts.index(FOR_ACCOUNT) + 1
        fate = next((SHARE_FATES[each] for each in prompts if each in SHARE_FATES), Heard.NOT_PAID)
        self._claim(at, fate, prompts[place : place + 4], prompts)

    def _claim(
        self,
        at: datetime,
        heard: Heard,
        ending: tuple[Prompt, ...] = (),
        words: tuple[Prompt, ...] = (),
    ) -> None:
        last = len(self.agreements) - 1
        about = last if last >= 0 and self.agreements[last].job == self.job else None
        self._claims(Claim(at, heard, about, words, ending))

    def _claims(self, claim: Claim) -> None:
        self.claims.append(replace(claim, without_pin=self.without_pin))


def _fate(prompts: tuple[Prompt, ...]) -> Heard | None:
    """What *prompts* say of the payment that was just agreed to, if they do."""
    if {PAID, CHECK_ACCEPTED} & set(prompts):
        return Heard.PAID
    if {PAYMENT_UNKNOWN, MAY_BE_PAID} & set(prompts):
        return Heard.UNKNOWN
    if BANK_LATER in prompts:  # of an account that no payment was begun with
        return None
    return Heard.NOT_PAID if NOT_PAID & set(prompts) else None


def _amounts(terms: tuple[Prompt, ...]) -> dict[tuple[Prompt, ...], tuple[Prompt, ...]]:
    """What was read back for each account; see `Agreement`."""
    if SHARE_FOR not in terms:
        ends = PLUS_FEE if PLUS_FEE in terms else REVIEW_FROM
        return {(): terms[terms.index(REVIEW_PAY) + 1 : terms.index(ends)]}
    begins = [at for at, prompt in enumerate(terms) if prompt == SHARE_FOR]
    shares = [terms[at + 1 : end] for at, end in zip(begins, [*begins[1:], None], strict=True)]
    return {share[:4]: share[4:] for share in shares}


def fee_in_words(fee: Money, total: Money) -> tuple[Prompt, ...]:
    """What `Agreement.fee` holds where *fee* is read back, and *total* with it."""
    return recordings((*spoken.money(fee), IN_TOTAL, *spoken.money(total))) if fee else ()


def confirmation_in(words: tuple[Prompt, ...]) -> str | None:
    """The confirmation number that *words* end with."""
    if CONFIRMATION_WAS not in words:
        return None
    said = words[words.index(CONFIRMATION_WAS) + 1 :]
    return "".join(prompt.removeprefix("number-") for prompt in said if prompt[:6] == "number")
