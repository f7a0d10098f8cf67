"""Voices that are kept: authorisations of electronic checks, banners, and messages of callers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from paytone.config.group import PREFIX, Group, MailAddress, Switch


class VoiceSettings(Group):
    """Whose words are recorded, where they are kept, and who hears them."""

    electronic_check: Switch = "off"
    authorisations: Path = Path("/var/lib/paytone/authorisations")
    enquiries: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None

    banners: Path = Path("/var/lib/paytone/banners")
    admin_callers: Annotated[str, Field(pattern=r"^([2-9][0-9]{9}( [2-9][0-9]{9})*)?$")] = ""

    messages: Switch = "off"
    messages_to: MailAddress | None = None

    @model_validator(mode="after")
    def _somebody_answers(self) -> Self:
        if self.takes_checks and self.enquiries is None:
            raise ValueError(f"{PREFIX}ELECTRONIC_CHECK needs {PREFIX}ENQUIRIES, ten digits")
        return self

    @property
    def takes_checks(self) -> bool:
        """Whether callers may pay by electronic check."""
        return self.electronic_check == "on"

    @property
    def takes_messages(self) -> bool:
        """Whether callers may leave a message for a person."""
        return self.messages == "on"

    @property
    def recordings(self) -> Path:
        """
        A folder that Asterisk and the jobs write.

        Where callers' voices are not recorded, it is that of banners alone.
        """
        return self.authorisations if self.takes_checks or self.takes_messages else self.banners
