"""Digest authentication: what to answer a challenge with; no I/O (RFC 2617, 7616, 8760)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_PAIR = re.compile(r'([A-Za-z-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)')
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_STRONGEST_FIRST = ("SHA-256", "MD5")


class NoDigest(ValueError):
    """No challenge that a password can answer with MD5 or SHA-256."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """
    What a server wants proved.

    Args:
        opaque: To be sent back as it is; None without one.
        qop: Whether ``auth`` is offered; without it the oldest form is used.
        stale: The password was right, the nonce too old.
    """

    realm: str
    nonce: str
    algorithm: str = "MD5"
    opaque: str | None = None
    qop: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A username and a password that hides itself."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"<Credentials {self.username}>"


def read_challenges(values: list[str]) -> Challenge:
    """
    The strongest challenge among the WWW- or Proxy-Authenticate *values*.

    Raises:
        NoDigest: None can be answered.
    """
    read = [found for value in values if (found := _challenge(value))]
    for algorithm in _STRONGEST_FIRST:
        for challenge in read:
            if challenge.algorithm == algorithm:
                return challenge
    raise NoDigest("the line asks for an authentication that this caller does not know")


def _challenge(value: str) -> Challenge | None:
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    pairs = {name.lower(): _unquoted(text) for name, text in _PAIR.findall(rest)}
    offered = [qop.strip().lower() for qop in pairs.get("qop", "").split(",")]
    if "realm" not in pairs or "nonce" not in pairs or ("qop" in pairs and "auth" not in offered):
        return None
    return Challenge(
        realm=pairs["realm"],
        nonce=pairs["nonce"],
        algorithm=pairs.get("algorithm", "MD5").upper(),
        opaque=pairs.get("opaque"),
        qop="qop" in pairs,
        stale=pairs.get("stale", "").lower() == "true",
    )


def authorization(
    challenge: Challenge, credentials: Credentials, *, method: str, uri: str, cnonce: str
) -> str:
    """The Authorization header's value that answers *challenge* the first time (nc 1)."""
    response = _response(challenge, credentials, method=method, uri=uri, cnonce=cnonce)
    quoted = {
        "username": credentials.username,
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
        "response": response,
    }
    if challenge.opaque is not None:
        quoted["opaque"] = challenge.opaque
    if challenge.qop:
        quoted["cnonce"] = cnonce
    parts = [f"{name}={_quoted(text)}" for name, text in quoted.items()]
    parts.append(f"algorithm={challenge.algorithm}")
    if challenge.qop:
        parts += ["qop=auth", "nc=00000001"]
    return "Digest " + ", ".join(parts)


def _response(
    challenge: Challenge, credentials: Credentials, *, method: str, uri: str, cnonce: str
) -> str:
    def hashed(text: str) -> str:
        return hashlib.new(_HASHES[challenge.algorithm], text.encode()).hexdigest()

    secret = hashed(f"{credentials.username}:{challenge.realm}:{credentials.password}")
    asked = hashed(f"{method}:{uri}")
    if not challenge.qop:
        return hashed(f"{secret}:{challenge.nonce}:{asked}")
    return hashed(f"{secret}:{challenge.nonce}:00000001:{cnonce}:auth:{asked}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
