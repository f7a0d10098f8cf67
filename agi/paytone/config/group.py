"""What all groups of settings share: the names of their variables, and kinds of values."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
)

from paytone.rules.address import is_address

PREFIX = "PAYTONE_"
MOST_SPOKEN = 99_999_999
"""As many cents as there are words for."""
_LAST_PORT = 65_535


class Group(BaseModel):
    """Settings that belong together, each the variable PAYTONE_ and its name in capitals."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: PREFIX + name.upper()),
        defer_build=True,  # groups are never read by themselves, and a call waits for each build
    )


def host_and_port(address: str) -> tuple[str, int]:
    """
    The two parts of *address*.

    Raises:
        ValueError: Nothing can listen there.
    """
    host, _, port = address.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT):
        raise ValueError(f"must be HOST:PORT, with a port of 1 to {_LAST_PORT}")
    return host, int(port)


def _listened_at(address: str) -> str:
    host_and_port(address)
    return address


def _networks(networks: str) -> str:
    for network in networks.split():
        ip_network(network)
    return networks


def _reader(reader: str) -> str:
    if not is_address(reader):
        raise ValueError("must be an address, such as desk@example.com")
    return reader


Switch = Literal["on", "off"]
Seconds = PositiveFloat
TenDigits = Annotated[str, Field(pattern=r"^[2-9][0-9]{9}$")]
Cents = Annotated[int, Field(gt=0, le=MOST_SPOKEN)]
HostAndPort = Annotated[str, AfterValidator(_listened_at)]
Networks = Annotated[str, AfterValidator(_networks)]
MailAddress = Annotated[str, AfterValidator(_reader)]
