"""The servers that Paytone asks, is, and tells: database, FastAGI, webhooks, callbacks."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PositiveInt, SecretStr, model_validator

from paytone.config.group import PREFIX, Group, HostAndPort, Networks, Seconds, host_and_port


def _callbacks(urls: str) -> str:
    for url in urls.split():
        parts = urlsplit(url)
        inside = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        secure = parts.scheme == "https" or (parts.scheme == "http" and inside)
        if not secure or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("must be https://HOST/PATH …; http:// only on this machine")
    return urls


class ServerSettings(Group):
    """Where servers are, and how long they are waited for."""

    database_url: SecretStr = SecretStr("postgresql:///paytone")
    database_connections: PositiveInt = 10
    database_patience_s: Seconds = 4.0

    fastagi: HostAndPort = "127.0.0.1:4573"
    fastagi_workers: PositiveInt = 2
    fastagi_allow: Networks = "127.0.0.0/8 ::1/128"
    fastagi_drain_s: Seconds = 60.0

    webhooks: HostAndPort = "127.0.0.1:4575"

    callback_urls: Annotated[str, AfterValidator(_callbacks)] = ""
    callback_key: SecretStr | None = Field(None, min_length=32)

    @model_validator(mode="after")
    def _signed_callbacks(self) -> Self:
        if self.callback_urls and self.callback_key is None:
            raise ValueError(f"{PREFIX}CALLBACK_URLS needs {PREFIX}CALLBACK_KEY")
        return self

    @property
    def fastagi_address(self) -> tuple[str, int]:
        return host_and_port(self.fastagi)

    @property
    def fastagi_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in self.fastagi_allow.split())

    @property
    def webhooks_address(self) -> tuple[str, int]:
        return host_and_port(self.webhooks)
