"""Who stands beside the caller and notes what was heard and agreed to, by the channel alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from paytone.flows.agreement import REVIEW_FROM, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.pay_bill import (
    ANOTHER_OPEN,
    BALANCE_MOVED,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
)
from paytone.flows.resume import (
    CONFIRMATION_WAS,
    EARLIER_PAYMENT,
    STILL_UNKNOWN,
    WAS_NOT_PAID,
    WAS_REFUNDED,
    WAS_RETURNED,
    WENT_THROUGH,
)
from paytone.payment import Heard
from paytone.prompts import Prompt

NOT_PAID: Final = {ANOTHER_OPEN, BALANCE_MOVED, NOT_CHARGED, *WHY_DECLINED.values()}
"""Words after a review that mean: nothing was charged."""

FATES: Final = {
    WENT_THROUGH: Heard.PAID,
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
        amount: The words of the amount that was read back.
        card: The words of the card.
    """

    at: datetime
    job: int
    asked_at: datetime
    amount: tuple[Prompt, ...]
    card: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What a caller was told of a payment, in full.

    Args:
        agreement: The place of the agreement that it is about, in this call; None for an earlier
            payment, or for nothing agreed to.
        words: All that was said, to know an earlier payment by.
    """

    at: datetime
    heard: Heard
    agreement: int | None
    words: tuple[Prompt, ...] = ()


@dataclass(slots=True)
class Witness:
    """
    What happened on one channel.

    Attributes:
        calls: The ids that the line gave the call; one, unless a worker died while giving it.
        offers: For each job that asked for an amount: when it began, and when it first asked.
    """

    number: int
    calls: list[str] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    offers: list[tuple[datetime, datetime]] = field(default_factory=list)
    job: int = 0
    _job_began: datetime | None = None
    _asked_at: datetime | None = None
    _terms: tuple[Prompt, ...] = ()

    def job_begins(self, at: datetime) -> None:
        """A worker takes the channel."""
        self.job += 1
        self._job_began, self._asked_at, self._terms = at, None, ()

    def asked(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        """A question began."""
        if ASK_AMOUNT_KIND in prompts or ASK_AMOUNT in prompts:
            self._offered(at)

    def agrees(self, at: datetime) -> None:
        """1 was pressed at the question that follows the terms."""
        assert self._asked_at is not None, "nothing was read back"
        pay, card = self._terms.index(REVIEW_PAY), self._terms.index(REVIEW_FROM)
        self.agreements.append(
            Agreement(
                at, self.job, self._asked_at, self._terms[pay + 1 : card], self._terms[card + 1 :]
            )
        )

    def heard(self, prompts: tuple[Prompt, ...], at: datetime) -> None:
        """*prompts* were played in full, and could not be cut short."""
        if REVIEW_PAY in prompts:
            self._terms = prompts
            if self._asked_at is None:  # all was typed ahead
                self._offered(at)
        elif EARLIER_PAYMENT in prompts:
            fate = next(FATES[prompt] for prompt in prompts if prompt in FATES)
            self.claims.append(Claim(at, fate, None, prompts))
        elif PAID in prompts:
            self._claim(at, Heard.PAID)
        elif PAYMENT_UNKNOWN in prompts:
            self._claim(at, Heard.UNKNOWN)
        elif NOT_PAID & set(prompts):
            self._claim(at, Heard.NOT_PAID)
        elif STILL_UNKNOWN in prompts:
            self.claims.append(Claim(at, Heard.UNKNOWN, None, prompts))

    def _offered(self, at: datetime) -> None:
        if self._asked_at is None and self._job_began is not None:
            self.offers.append((self._job_began, at))
        self._asked_at = at

    def _claim(self, at: datetime, heard: Heard) -> None:
        last = len(self.agreements) - 1
        about = last if last >= 0 and self.agreements[last].job == self.job else None
        self.claims.append(Claim(at, heard, about))


def confirmation_in(words: tuple[Prompt, ...]) -> str | None:
    """The confirmation number that *words* end with."""
    if CONFIRMATION_WAS not in words:
        return None
    said = words[words.index(CONFIRMATION_WAS) + 1 :]
    return "".join(prompt.removeprefix("number-") for prompt in said if prompt[:6] == "number")
