"""How callers are met: who they prove to be, how patiently they are asked, what is near them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt

from paytone.config.group import Group, Seconds, Switch
from paytone.phone import Manner
from paytone.rules.security import SecurityQuestion, read_questions

USUAL = Manner()


def _known_questions(names: str) -> str:
    try:
        read_questions(names)
    except ValueError:
        known = " ".join(question.value for question in SecurityQuestion)
        raise ValueError(f"must be some of {known}, each once") from None
    return names


class CallerSettings(Group):
    """What a caller notices of the biller's ways."""

    centres_within_miles: Annotated[int, Field(gt=0, le=500)] = 50

    lock_failures: PositiveInt = 6
    lock_window_s: PositiveInt = 3600
    lock_s: PositiveInt = 1800
    security_questions: Annotated[str, AfterValidator(_known_questions)] = ""
    pay_only: Switch = "on"
    save_methods: Switch = "on"

    first_key_s: Seconds = USUAL.first_key
    between_keys_s: Seconds = USUAL.between_keys
    phone_to_ear_s: Annotated[float, Field(ge=0)] = USUAL.phone_to_ear
    entry_tries: PositiveInt = USUAL.entry_tries
    key_tries: PositiveInt = USUAL.key_tries
    identify_tries: PositiveInt = USUAL.identify_tries
    card_tries: PositiveInt = USUAL.card_tries
    filler_after_s: Seconds = USUAL.filler_after
    filler_every_s: Seconds = USUAL.filler_every
    more_time: PositiveFloat = USUAL.more_time

    @property
    def asked_of_callers(self) -> tuple[SecurityQuestion, ...]:
        """What is asked of callers without a PIN."""
        return read_questions(self.security_questions)

    @property
    def manner(self) -> Manner:
        return Manner(
            first_key=self.first_key_s,
            between_keys=self.between_keys_s,
            phone_to_ear=self.phone_to_ear_s,
            entry_tries=self.entry_tries,
            key_tries=self.key_tries,
            identify_tries=self.identify_tries,
            card_tries=self.card_tries,
            filler_after=self.filler_after_s,
            filler_every=self.filler_every_s,
            more_time=self.more_time,
        )
