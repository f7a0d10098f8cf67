"""Flows: one module a job of the call. Each reads from top to bottom as the call does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from paytone.gateway import Gateway
from paytone.phone import Phone
from paytone.prompts.catalogue import SOUNDS
from paytone.rules.arrangement import Rules
from paytone.rules.bill import Account, Limits
from paytone.rules.contact import Channel
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.money import Money
from paytone.rules.passcode import Codes
from paytone.rules.payment import NO_FEE
from paytone.rules.schedule import Rule
from paytone.rules.security import SecurityQuestion
from paytone.store import Store
from paytone.till import Till

OWN_NUMBER: Final = "8008926996"
"""The number that is dialled; for questions too, where no other is set."""


@dataclass(frozen=True, slots=True)
class LockRule:
    """
    When failed identifications lock an account or a calling number.

    Args:
        limit: Failures that lock.
        window_s: Seconds within which they count.
        lock_s: Seconds that the lock holds.
    """

    limit: int = 6
    window_s: int = 3600
    lock_s: int = 1800


@dataclass(frozen=True, slots=True)
class Checks:
    """
    Electronic checks, where the line takes them.

    Args:
        enquiries: Ten digits of a telephone that people answer in business hours.
    """

    enquiries: str


@dataclass(frozen=True, slots=True)
class CallsOut:
    """
    What is said in calls that we make; ten digits each.

    Args:
        reach: Where people call us.
        stop: Where they stop the calls, without being asked anything else.
    """

    reach: str
    stop: str


@dataclass(frozen=True, slots=True)
class Desk:
    """
    What a job works with.

    Args:
        open_gateway: The gateway, the same at each call; loading it takes a while the first time.
        clock: The time now, in the biller's time zone.
        letters_by: The channels by which letters can be sent at all.
        fingerprints: Tells cards apart, so that their declines are counted; None counts none.
        rule: How payments on a later date are made.
        enquiries: The number for questions, as its digits.
        grants: Who may have more time to pay, and how much.
        checks: None where the line takes cards only.
        sounds: The folder of what is said, for the record of its words.
        fee: What paying in the call costs beside what is paid; `NO_FEE` for nothing.
        centres_within_miles: How far away a payment centre may be to be named.
        calls_out: None where we call nobody.
        codes: Makes one-time codes; None where none are sent.
        security_questions: Asked, all of them, of who has no PIN; none where that proves nothing.
        pays_without_pin: Account number and ZIP code let a caller pay, hearing nothing.
        offers_to_save: Whether what has just paid is offered to be saved.
        takes_messages: Whether callers may leave one for a person.
        calls_back: Whether a person may call them back instead.
        banners: The folder of recorded banners, which Asterisk reads too.
        admin_callers: Ten digits each: from where banners may be switched; empty for anywhere.
    """

    store: Store
    open_gateway: Callable[[], Gateway]
    limits: Limits
    lock_rule: LockRule
    clock: Callable[[], datetime]
    letters_by: frozenset[Channel] = frozenset()
    fingerprints: Fingerprints | None = None
    rule: Rule = field(default_factory=Rule)
    enquiries: str = OWN_NUMBER
    grants: Rules = field(default_factory=Rules)
    checks: Checks | None = None
    fee: Money = NO_FEE
    centres_within_miles: int = 50
    calls_out: CallsOut | None = None
    codes: Codes | None = None
    security_questions: tuple[SecurityQuestion, ...] = ()
    pays_without_pin: bool = True
    offers_to_save: bool = True
    sounds: Path = SOUNDS
    takes_messages: bool = False
    calls_back: bool = False
    banners: Path = Path("/var/lib/paytone/banners")
    admin_callers: frozenset[str] = frozenset()

    @property
    def gateway(self) -> Gateway:
        """The gateway, opened on first use."""
        return self.open_gateway()

    @property
    def till(self) -> Till:
        """What charges are made with."""
        return Till(self.store, self.open_gateway, self.clock, self.fingerprints)


@dataclass(frozen=True, slots=True)
class Call:
    """
    The call that a job is part of.

    Args:
        id: A UUID.
        called: The number dialled.
        calling: The ten digits that call; None where they are withheld or foreign.
    """

    id: str
    called: str
    calling: str | None


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller, identified for *account*, on the line."""

    phone: Phone
    desk: Desk
    call: Call
    account: Account

    @property
    def takes_bank(self) -> bool:
        """Whether the account may be paid from a bank account here."""
        return self.desk.checks is not None and self.account.takes_bank
