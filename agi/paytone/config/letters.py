"""How letters reach customers: by e-mail, by text message, or into a folder."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from paytone.config.group import PREFIX, Group
from paytone.mail import MailServer
from paytone.mail.sms_form import SmsGateway
from paytone.rules.address import is_address
from paytone.rules.contact import Channel


def _mail_server(url: SecretStr) -> SecretStr:
    MailServer.of(url.get_secret_value())
    return url


def _sender(sender: str) -> str:
    if not (sender.isprintable() and is_address(parseaddr(sender)[1])):
        raise ValueError("must be an address, such as Billing <billing@example.com>")
    return sender


class LetterSettings(Group):
    """Who sends letters, and where their words are; nothing is sent unless one is named."""

    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = None
    mail_from: Annotated[str, AfterValidator(_sender)] | None = None
    mail: Path = Path(__file__).parents[1] / "mail"

    sms_url: SecretStr | None = None
    sms_body: str = ""
    sms_headers: SecretStr = SecretStr("")
    sms_taken: str = "200 201 202 204"
    sms_inbound: SecretStr | None = Field(None, min_length=16)

    letters: Path | None = None

    @model_validator(mode="after")
    def _some_sender(self) -> Self:
        if self.smtp_url is not None and self.mail_from is None:
            raise ValueError(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM")
        return self

    @model_validator(mode="after")
    def _some_gateway(self) -> Self:
        if self.sms_url is not None:
            try:
                _ = self.sms_gateway
            except ValueError as exc:
                raise ValueError(f"{PREFIX}SMS_URL and those beside it: {exc}") from None
        return self

    @property
    def sms_gateway(self) -> SmsGateway | None:
        """Who takes text messages; None where nobody does."""
        if self.sms_url is None:
            return None
        headers = self.sms_headers.get_secret_value()
        url = self.sms_url.get_secret_value()
        return SmsGateway.of(url, self.sms_body, headers, self.sms_taken)

    @property
    def channels(self) -> frozenset[Channel]:
        """By which letters can be sent."""
        if self.letters is not None:
            return frozenset(Channel)
        given = {Channel.EMAIL: self.smtp_url, Channel.SMS: self.sms_url}
        return frozenset(channel for channel, url in given.items() if url is not None)
