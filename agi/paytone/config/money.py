"""What may be paid: how much, at what fee, when, and with how much more time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from paytone.arrangement_file import load
from paytone.config.group import MOST_SPOKEN, PREFIX, Cents, Group, Switch
from paytone.rules.arrangement import Rules
from paytone.rules.bill import Limits
from paytone.rules.money import Money
from paytone.rules.schedule import Rule

_LATER = Rule()


class MoneySettings(Group):
    """The biller's terms."""

    currency: Literal["USD"] = "USD"
    least_cents: Cents = 100
    most_cents: Cents = 500_000
    fee_cents: Annotated[int, Field(ge=0, le=9_999)] = 0
    over_balance_cents: Annotated[int, Field(ge=0)] = 10_000

    later_days: Annotated[int, Field(ge=0, le=366)] = _LATER.later_days
    notice_days: Annotated[int, Field(ge=1, le=60)] = _LATER.notice_days
    run_hour: Annotated[int, Field(ge=0, le=23)] = _LATER.run_hour
    retry_days: Annotated[str, Field(pattern=r"^([1-9][0-9]?( [1-9][0-9]?)*)?$")] = " ".join(
        map(str, _LATER.retry_days)
    )
    recurring: Switch = "on"
    runs_at_once: Annotated[int, Field(gt=0, le=64)] = 16

    arrangements: Path | None = None

    @model_validator(mode="after")
    def _readable_rules(self) -> Self:
        try:
            _ = self.grants
        except (OSError, ValueError) as exc:
            raise ValueError(f"{PREFIX}ARRANGEMENTS: {exc}") from None
        return self

    @model_validator(mode="after")
    def _some_amount_fits(self) -> Self:
        if self.least_cents > self.most_cents:
            raise ValueError(f"{PREFIX}LEAST_CENTS is more than {PREFIX}MOST_CENTS")
        if self.most_cents + self.fee_cents > MOST_SPOKEN:
            raise ValueError(f"{PREFIX}MOST_CENTS and {PREFIX}FEE_CENTS are more than can be said")
        return self

    @property
    def limits(self) -> Limits:
        return Limits(
            least=Money(self.least_cents, self.currency),
            most=Money(self.most_cents, self.currency),
            over_balance=Money(self.over_balance_cents, self.currency),
        )

    @property
    def fee(self) -> Money:
        """What paying in a call costs."""
        return Money(self.fee_cents, self.currency)

    @property
    def rule(self) -> Rule:
        """How payments on a later date are made."""
        return Rule(
            later_days=self.later_days,
            notice_days=self.notice_days,
            run_hour=self.run_hour,
            retry_days=tuple(map(int, self.retry_days.split())),
            recurring=self.recurring == "on",
        )

    @property
    def grants(self) -> Rules:
        """Who may have more time, as the file says or by default."""
        return load(self.arrangements, self.currency)
