"""What a person needs to try the line: a softphone's settings, an account, a card."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from paytone.line import LineFailed
from paytone.line.installed import CHECKOUT

ACCOUNTS = CHECKOUT / "provision/demo-accounts.csv"
BANKS = CHECKOUT / "provision/demo-banks.txt"
PLACES = CHECKOUT / "provision/demo-places.csv"
ZIPS = CHECKOUT / "provision/demo-zips.txt"
CHECKS = {"PAYTONE_ELECTRONIC_CHECK": "on", "PAYTONE_ENQUIRIES": "8005550100"}
"""Settings by which the demo takes electronic checks; an operator's own go before."""

NUMBER = "+18008926996"
SPANISH_NUMBER = "+18008926997"
NUMBERS = {"en": NUMBER, "es": SPANISH_NUMBER}
"""The number that is spoken to in each language from the first word."""
CARD = "4111 1111 1111 1111"
"""Braintree's test Visa; no money is behind it."""


class NotConfigured(LineFailed):
    """No softphone can be told how to reach the line; the text says which file is missing."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that anyone may try the line with."""

    number: str
    phone: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Softphone:
    """What a softphone needs to reach the line."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


def first_account(file: Path = ACCOUNTS) -> DemoAccount:
    """
    The first account in *file* that has a PIN and a telephone number.

    Raises:
        NotConfigured: There is none.
    """
    try:
        with file.open(newline="") as rows:
            for row in csv.DictReader(rows):
                if row.get("pin") and row.get("phones"):
                    phone = re.sub(r"\D", "", row["phones"].split(";")[0])
                    return DemoAccount(row["account_number"], phone, row["pin"])
    except FileNotFoundError:
        raise NotConfigured(f"{file} is missing") from None
    raise NotConfigured(f"{file} has no account with a PIN and a telephone number")


def softphone(etc: Path) -> Softphone:
    """
    The demo softphone that Asterisk's configuration in *etc* lets in.

    Raises:
        NotConfigured: There is none.
    """
    file = etc / "pjsip.conf"
    try:
        text = file.read_text()
    except OSError as exc:
        raise NotConfigured(f"{file}: {exc.strerror}; run: paytone configure") from None
    found = {
        name: re.search(pattern, text, re.MULTILINE)
        for name, pattern in (
            ("host", r"^media_address=(\S+)"),
            ("port", r"^bind=\S+:(\d+)"),
            ("user", r"^username=(\S+)"),
            ("password", r"^password=(\S+)"),
        )
    }
    values = {name: match[1] for name, match in found.items() if match}
    if len(values) < len(found):
        raise NotConfigured(f"{file} has no demo softphone")
    return Softphone(values["host"], int(values["port"]), values["user"], values["password"])


def instructions(phone: Softphone, account: DemoAccount | None) -> str:
    """What to type into Linphone to call the line and pay a bill."""
    told = f"""\
In Linphone: Assistant, "Use a SIP account" (or "Third-party SIP account"):
  username    {phone.user}
  password    {phone.password}
  SIP domain  {phone.host}:{phone.port}
  transport   UDP
Then call     {NUMBER}   (in Spanish: key 2, or {SPANISH_NUMBER})
"""
    if account is None:
        return told
    return f"""{told}
At the line's questions, key:
  account     {account.number}#   (or # alone: the demo softphone calls from {account.phone})
  PIN         {account.pin}#
  card        {CARD}#, expiring any month to come, code 123, ZIP 10001
"""
