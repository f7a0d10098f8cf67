"""Settings from PAYTONE_* environment variables, read once at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from email.utils import parseaddr
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from paytone.arrangement_file import load as load_rules
from paytone.mail import MailServer
from paytone.mail.sms_form import SmsGateway
from paytone.phone import Manner
from paytone.rules.address import is_address
from paytone.rules.arrangement import Rules
from paytone.rules.bill import Limits
from paytone.rules.calling import EARLIEST, LATEST
from paytone.rules.calling import Rules as Calling
from paytone.rules.contact import Channel
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.money import Money
from paytone.rules.passcode import Codes
from paytone.rules.schedule import Rule
from paytone.rules.security import SecurityQuestion, read_questions

PREFIX = "PAYTONE_"
USUAL = Manner()
CHECKOUT = Path(__file__).resolve().parents[2]
_LAST_PORT = 65_535
_KEYS = (
    "braintree_merchant_id",
    "braintree_public_key",
    "braintree_private_key",
    "fingerprint_key",
)
_LATER = Rule()


class SettingsRefused(Exception):
    """The environment does not hold together; the text lists every fault. No money moved."""


class Environment(Enum):
    """Which Braintree is asked."""

    LOCAL = "local"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


Seconds = PositiveFloat
TenDigits = Annotated[str, Field(pattern=r"^[2-9][0-9]{9}$")]
_DIAL = r"^[A-Za-z0-9]+/[A-Za-z0-9_.:@/+*#-]*\{number\}[A-Za-z0-9_.:@/+*#-]*$"
"""What Dial() takes, without its other arguments: nothing in it may be one more."""
_HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
_AMI = re.compile(r"[^:]+:[0-9]{1,5}:[^:]+:.+")
_FOR_CALLS_OUT = ("ami", "trunk", "caller_id", "stop_number")
_MOST_SPOKEN = 99_999_999
"""As many cents as there are words for."""
Cents = Annotated[int, Field(gt=0, le=_MOST_SPOKEN)]


class Settings(BaseModel):
    """What an operator may set; each field is the variable PAYTONE_ and its name in capitals."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: PREFIX + name.upper()),
    )

    database_url: SecretStr = SecretStr("postgresql:///paytone")
    database_connections: PositiveInt = 10
    database_patience_s: Seconds = 4.0

    braintree_environment: Environment = Environment.LOCAL
    braintree_url: str = "http://127.0.0.1:3001"
    braintree_merchant_id: str = "paytone_merchant_id"
    braintree_public_key: str = "paytone_public_key"
    braintree_private_key: SecretStr = SecretStr("paytone_private_key")
    braintree_merchant_account: str | None = None
    braintree_patience_s: Seconds = 20.0
    fingerprint_key: Annotated[SecretStr, Field(min_length=20)] = SecretStr(
        "paytone_fingerprint_key"
    )

    fastagi: str = "127.0.0.1:4573"
    fastagi_workers: PositiveInt = 2
    fastagi_allow: str = "127.0.0.0/8 ::1/128"
    fastagi_drain_s: Seconds = 60.0

    webhooks: str = "127.0.0.1:4575"

    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    mail: Path = Path(__file__).parent / "mail"

    sms_url: SecretStr | None = None
    sms_body: str = ""
    sms_headers: SecretStr = SecretStr("")
    sms_taken: str = "200 201 202 204"
    sms_inbound: SecretStr | None = Field(None, min_length=16)

    letters: Path | None = None

    callback_urls: str = ""
    callback_key: SecretStr | None = Field(None, min_length=32)

    arrangements: Path | None = None

    electronic_check: Literal["on", "off"] = "off"
    authorisations: Path = Path("/var/lib/paytone/authorisations")

    banners: Path = Path("/var/lib/paytone/banners")
    admin_callers: Annotated[str, Field(pattern=r"^([2-9][0-9]{9}( [2-9][0-9]{9})*)?$")] = ""

    calls_out: Literal["on", "off"] = "off"
    ami: SecretStr | None = None
    trunk: Annotated[str, Field(pattern=_DIAL)] | None = None
    caller_id: TenDigits | None = None
    stop_number: TenDigits | None = None
    ring_s: Annotated[int, Field(ge=15, le=60)] = 30
    calls_out_at_once: Annotated[int, Field(gt=0, le=200)] = 4
    calls_out_hours: Annotated[str, Field(pattern=_HOURS)] = "08:00-21:00"
    calls_out_quiet: Annotated[str, Field(pattern=r"^(none|(sundays|holidays)( holidays)?)$")] = (
        "sundays holidays"
    )
    calls_out_per_day: Annotated[int, Field(gt=0, le=3)] = 2
    calls_out_per_week: Annotated[int, Field(gt=0, le=7)] = 5
    call_days_before: Annotated[str, Field(pattern=r"^([0-9]{1,2}( [0-9]{1,2})*)?$")] = ""

    messages: Literal["on", "off"] = "off"
    messages_to: str | None = None

    currency: Literal["USD"] = "USD"
    timezone: str = "America/New_York"
    sql: Path = CHECKOUT / "sql"
    sounds: Path = CHECKOUT / "sounds"
    language: str = "en"

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
    runs_at_once: Annotated[int, Field(gt=0, le=64)] = 16
    enquiries: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None

    centres_within_miles: Annotated[int, Field(gt=0, le=500)] = 50

    lock_failures: PositiveInt = 6
    lock_window_s: PositiveInt = 3600
    lock_s: PositiveInt = 1800
    security_questions: str = ""
    pay_only: Literal["on", "off"] = "on"

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

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ValueError("not a time zone of the IANA database") from exc
        return name

    @field_validator("fastagi", "webhooks")
    @classmethod
    def _host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT):
            raise ValueError(f"must be HOST:PORT, with a port of 1 to {_LAST_PORT}")
        return address

    @field_validator("fastagi_allow")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for network in networks.split():
            ip_network(network)
        return networks

    @field_validator("ami")
    @classmethod
    def _manager(cls, way: SecretStr | None) -> SecretStr | None:
        if way is not None and not _AMI.fullmatch(way.get_secret_value()):
            raise ValueError("must be HOST:PORT:USER:SECRET")
        return way

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            MailServer.of(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, sender: str | None) -> str | None:
        if sender is not None and not (sender.isprintable() and is_address(parseaddr(sender)[1])):
            raise ValueError("must be an address, such as Billing <billing@example.com>")
        return sender

    @field_validator("messages_to")
    @classmethod
    def _reader(cls, reader: str | None) -> str | None:
        if reader is not None and not is_address(reader):
            raise ValueError("must be an address, such as desk@example.com")
        return reader

    @field_validator("security_questions")
    @classmethod
    def _known_questions(cls, names: str) -> str:
        try:
            read_questions(names)
        except ValueError:
            known = " ".join(question.value for question in SecurityQuestion)
            raise ValueError(f"must be some of {known}, each once") from None
        return names

    @field_validator("callback_urls")
    @classmethod
    def _callbacks(cls, urls: str) -> str:
        for url in urls.split():
            parts = urlsplit(url)
            inside = parts.hostname in {"127.0.0.1", "localhost", "::1"}
            secure = parts.scheme == "https" or (parts.scheme == "http" and inside)
            if not secure or not parts.hostname or parts.query or parts.fragment or parts.username:
                raise ValueError("must be https://HOST/PATH …; http:// only on this machine")
        return urls

    @model_validator(mode="after")
    def _signed_callbacks(self) -> Settings:
        if self.callback_urls and self.callback_key is None:
            raise ValueError(f"{PREFIX}CALLBACK_URLS needs {PREFIX}CALLBACK_KEY")
        return self

    @model_validator(mode="after")
    def _some_sender(self) -> Settings:
        if self.smtp_url is not None and self.mail_from is None:
            raise ValueError(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM")
        return self

    @model_validator(mode="after")
    def _some_gateway(self) -> Settings:
        if self.sms_url is not None:
            try:
                _ = self.sms_gateway
            except ValueError as exc:
                raise ValueError(f"{PREFIX}SMS_URL and those beside it: {exc}") from None
        return self

    @model_validator(mode="after")
    def _readable_rules(self) -> Settings:
        try:
            _ = self.grants
        except (OSError, ValueError) as exc:
            raise ValueError(f"{PREFIX}ARRANGEMENTS: {exc}") from None
        return self

    @model_validator(mode="after")
    def _somebody_answers(self) -> Settings:
        if self.takes_checks and self.enquiries is None:
            raise ValueError(f"{PREFIX}ELECTRONIC_CHECK needs {PREFIX}ENQUIRIES, ten digits")
        return self

    @model_validator(mode="after")
    def _way_out(self) -> Settings:
        missing = [PREFIX + name.upper() for name in _FOR_CALLS_OUT if getattr(self, name) is None]
        if self.calls_people and missing:
            raise ValueError(f"{PREFIX}CALLS_OUT needs {', '.join(missing)}")
        if self.calling.opens >= self.calling.closes:
            raise ValueError(f"{PREFIX}CALLS_OUT_HOURS leave no time")
        return self

    @model_validator(mode="after")
    def _keys_of_its_own(self) -> Settings:
        if self.braintree_environment is Environment.LOCAL:
            return self
        missing = [PREFIX + name.upper() for name in _KEYS if self._is_usual(name)]
        if missing:
            raise ValueError(f"{self.braintree_environment.value} needs {', '.join(missing)}")
        return self

    def _is_usual(self, name: str) -> bool:
        return bool(getattr(self, name) == type(self).model_fields[name].default)

    @model_validator(mode="after")
    def _some_amount_fits(self) -> Settings:
        if self.least_cents > self.most_cents:
            raise ValueError(f"{PREFIX}LEAST_CENTS is more than {PREFIX}MOST_CENTS")
        if self.most_cents + self.fee_cents > _MOST_SPOKEN:
            raise ValueError(f"{PREFIX}MOST_CENTS and {PREFIX}FEE_CENTS are more than can be said")
        return self

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """
        The settings that *env* holds, defaults for the rest.

        Raises:
            SettingsRefused: With every fault, one a line; never with a value.
        """
        given = {name: value for name, value in env.items() if value}
        try:
            return cls.model_validate(given)
        except ValidationError as exc:
            faults = [(*map(str, each["loc"]), _in_words(each["msg"])) for each in exc.errors()]
            raise SettingsRefused("\n".join(map(": ".join, faults))) from None

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

    @property
    def calls_people(self) -> bool:
        """Whether calls are made at all."""
        return self.calls_out == "on"

    @property
    def ami_way(self) -> tuple[str, int, str, str]:
        """Host, port, user and secret of Asterisk's manager interface; PAYTONE_AMI must be set."""
        assert self.ami is not None
        host, port, user, secret = self.ami.get_secret_value().split(":", 3)
        return host, int(port), user, secret

    @property
    def calling(self) -> Calling:
        """When people are called, and how often."""
        opens, closes = map(time.fromisoformat, self.calls_out_hours.split("-"))
        return Calling(
            opens=max(EARLIEST, opens),
            closes=min(LATEST, closes),
            quiet_sundays="sundays" in self.calls_out_quiet,
            quiet_holidays="holidays" in self.calls_out_quiet,
            per_day=self.calls_out_per_day,
            per_week=self.calls_out_per_week,
        )

    @property
    def days_before_calls(self) -> tuple[int, ...]:
        """How many days before it is due people are called about something."""
        return tuple(map(int, self.call_days_before.split()))

    @property
    def fastagi_address(self) -> tuple[str, int]:
        return _split(self.fastagi)

    @property
    def webhooks_address(self) -> tuple[str, int]:
        return _split(self.webhooks)

    @property
    def fastagi_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in self.fastagi_allow.split())

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
        )

    @property
    def fingerprints(self) -> Fingerprints:
        return Fingerprints(self.fingerprint_key.get_secret_value().encode())

    @property
    def codes(self) -> Codes:
        """What makes one-time codes."""
        return Codes(self.fingerprint_key.get_secret_value().encode())

    @property
    def asked_of_callers(self) -> tuple[SecurityQuestion, ...]:
        """What is asked of callers without a PIN."""
        return read_questions(self.security_questions)

    @property
    def grants(self) -> Rules:
        """Who may have more time, as the file says or by default."""
        return load_rules(self.arrangements, self.currency)

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

    def now(self) -> datetime:
        """The time in the biller's zone."""
        return datetime.now(ZoneInfo(self.timezone))


def _in_words(message: str) -> str:
    return message.removeprefix("Value error, ")


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)
