"""What an SMS gateway is sent for each text message, as its operator wrote it down; no I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from string import Template
from typing import Final, Self
from urllib.parse import quote, urlsplit

FACTS: Final = frozenset({"to", "text", "reference"})
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """
    Where text messages are handed in, and how.

    Args:
        url: May hold a name and password, as ``https://NAME:PASSWORD@host/path``.
        body: A JSON document, or ``NAME=value&…`` in plain signs, with ``$to``, ``$text`` and
            ``$reference`` in it.
        taken: The HTTP status codes that mean that the message is taken.
    """

    url: str = field(repr=False)
    body: str
    headers: Mapping[str, str] = field(repr=False)
    taken: frozenset[int]

    @classmethod
    def of(cls, url: str, body: str, headers: str, taken: str) -> Self:
        """
        The gateway that an operator wrote down.

        Args:
            headers: ``Name: value``, several with ``|`` between them; empty for none.
            taken: Status codes with spaces between them.

        Raises:
            ValueError: Something in it is wrong; the text holds no secret.
        """
        _check_url(url)
        gateway = cls(url, body, _headers(headers), _codes(taken))
        written = gateway.written(to="3125550142", text='A "text" & more', reference="r")
        if "3125550142" not in written:
            raise ValueError("the body has no $to")
        return gateway

    @property
    def content_type(self) -> str:
        """What the body is, by its first sign."""
        return JSON if self.body.lstrip()[:1] in {"{", "["} else FORM

    def written(self, *, to: str, text: str, reference: str) -> str:
        """
        The body that sends *text* to the ten digits *to*; what is put in cannot break out of it.

        Raises:
            ValueError: It is no JSON, or asks for more than there is.
        """
        facts = {"to": to, "text": text, "reference": reference}

        def put_in(words: str) -> str:
            template = Template(words)
            if not template.is_valid() or set(template.get_identifiers()) - FACTS:
                raise ValueError("the body may hold $to, $text and $reference; write $$ for a $")
            return template.substitute(facts)

        if self.content_type == JSON:
            try:
                return json.dumps(_filled(json.loads(self.body), put_in))
            except json.JSONDecodeError as exc:
                raise ValueError(f"the body is no JSON: {exc.msg}") from None
        pairs = (pair.partition("=") for pair in self.body.split("&"))
        return "&".join(
            f"{quote(name, safe='')}={quote(put_in(v), safe='')}" for name, _, v in pairs
        )


def _filled(document: object, put_in: Callable[[str], str]) -> object:
    match document:
        case dict():
            return {name: _filled(value, put_in) for name, value in document.items()}
        case list():
            return [_filled(value, put_in) for value in document]
        case str():
            return put_in(document)
        case _:
            return document


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be https://HOST/PATH") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("must be https://HOST/PATH")
    if parts.scheme == "http" and not _is_here(host):
        raise ValueError("must be https:// unless the gateway is on this machine")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(written: str) -> Mapping[str, str]:
    headers = {}
    for line in filter(None, map(str.strip, written.split("|"))):
        name, colon, value = line.partition(":")
        if not (name.strip().isprintable() and colon and value.strip().isprintable()):
            raise ValueError("headers must be written Name: value")
        headers[name.strip()] = value.strip()
    return headers


def _codes(written: str) -> frozenset[int]:
    codes = written.split()
    if not codes or not all(code.isascii() and code.isdigit() for code in codes):
        raise ValueError("status codes must be numbers with spaces between them")
    return frozenset(map(int, codes))
