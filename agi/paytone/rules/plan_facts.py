"""What letters on payments made later tell: whole cents, days and short texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from paytone.rules.contact import in_writing
from paytone.rules.method import BankFace, CardFace, Face
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Run, Schedule, Terms

EVERY = {Every.WEEK: "week", Every.TWO_WEEKS: "two weeks", Every.MONTH: "month"}


def of_method(face: Face) -> dict[str, object]:
    """The card or bank account, as far as it may be told."""
    match face:
        case CardFace():
            return {"method": "card", "brand": face.brand.value, "last_four": face.last_four}
        case BankFace():
            return {
                "method": face.account_type.value,
                "bank_name": face.bank_name,
                "last_four": face.last_four,
            }


def of_terms(
    schedule: Schedule,
    face: Face,
    *,
    account_ending: str,
    enquiries: str,
    notice_days: int,
    spoken_on: date | None = None,
) -> dict[str, object]:
    """
    All that was agreed to, for the copy of the terms.

    Args:
        spoken_on: When debits of a bank account were authorised aloud.
    """
    return {
        "account": account_ending,
        "confirmation": schedule.confirmation,
        "enquiries": in_writing(enquiries),
        "notice_days": str(notice_days),
        "spoken_on": spoken_on and spoken_on.isoformat(),
        **of_method(face),
        **_of(schedule.terms),
    }


def of_stop(
    schedule: Schedule, stopped: Iterable[Run], *, account_ending: str
) -> dict[str, object]:
    """What was cancelled, and which payment that stops; its facts are None where there is none."""
    run = next(iter(stopped), None)
    return {
        "account": account_ending,
        "confirmation": schedule.confirmation,
        "stopped_cents": run and run.most.cents,
        "stopped_on": run and run.on.isoformat(),
    }


def _of(terms: Terms) -> dict[str, object]:
    match terms:
        case Once(amount=amount, on=on):
            return {"amount_cents": amount.cents, "on": on.isoformat()}
        case Fixed(amount=amount, every=every, first=first, day=day):
            return {
                "amount_cents": amount.cents,
                "every": EVERY[every],
                "first_on": first.isoformat(),
                "day": None if day is None else str(day),
            }
        case AutoPay(days_before=days_before, notice_over=over):
            return {
                "on_due": None if days_before else "yes",
                "days_before": str(days_before) if days_before else None,
                "notice_always": None if over else "yes",
                "notice_over_cents": over and over.cents,
            }
