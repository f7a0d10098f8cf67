"""Asterisk's configuration: dialplan/ with this machine's places and secrets filled in."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from paytone.line import LineFailed
from paytone.line.installed import CHECKOUT, Installed
from paytone.line.sounds import link, link_sounds
from paytone.prompts import Prompt

PLACEHOLDER = re.compile(r"@([A-Z_]+)@")
_SECRET_BYTES = 12
AMI_USER = "paytone"
USUAL_QUEUE = "support"
QUEUE_OFFER, QUEUE_STAY = Prompt("queue-offer"), Prompt("queue-stay")
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104
_DEFAULTS = ("acl", "ccss", "cel", "pjproject", "stasis", "udptl")
"""Files that Asterisk asks for and the line has no wish about."""


class BadConfiguration(LineFailed):
    """A value does not fit, or a file in dialplan/ names a value that nobody gives."""


def new_secret() -> str:
    """A password that no file or command line needs quotes for."""
    return secrets.token_urlsafe(_SECRET_BYTES).replace("-", "x").replace("_", "y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """
    What the files in dialplan/ leave open.

    Args:
        etc: The folder the files go to.
        state: Holds Asterisk's logs, call records and database; made if missing.
        run: Holds the control socket; short, as socket names are.
        sip_bind: Address that SIP and audio bind to; 0.0.0.0 for all.
        sip_address: Address that softphones are told.
        fastagi: host:port of the FastAGI server.
        agent: A Dial() destination, or empty.
        queue: The queue whose agents answer, or empty: the agent rings then.
        call_backs: Whether who waits is offered a call back.
        demo_caller: The number that the demo softphone calls from; empty for a withheld one.
        verbose: How much the dialplan tells in the log.
    """

    etc: Path
    state: Path
    run: Path
    sip_bind: str = "127.0.0.1"
    sip_address: str = "127.0.0.1"
    sip_port: int = 5060
    rtp_first: int = 10_000
    rtp_last: int = 20_000
    ami_port: int = 5038
    fastagi: str = "127.0.0.1:4573"
    agent: str = ""
    agent_wait: int = 30
    queue: str = ""
    call_backs: bool = False
    verbose: int = 1
    sip_user: str = "demo"
    sip_password: str = field(default_factory=new_secret, repr=False)
    demo_caller: str = ""
    ami_user: str = AMI_USER
    ami_secret: str = field(default_factory=new_secret, repr=False)

    @property
    def data(self) -> Path:
        """Asterisk's data folder: what it came with, and the line's sounds."""
        return self.state / "data"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    def values(self, installed: Installed) -> dict[str, str]:
        """Each placeholder's value."""
        return {
            "ETC_DIR": str(self.etc),
            "MODULE_DIR": str(installed.modules),
            "VAR_DIR": str(self.state / "var"),
            "DATA_DIR": str(self.data),
            "MUSIC_DIR": str(self.data / "moh"),
            "AGI_DIR": str(CHECKOUT / "agi"),
            "SPOOL_DIR": str(self.state / "spool"),
            "RUN_DIR": str(self.run),
            "LOG_DIR": str(self.logs),
            "SIP_BIND": self.sip_bind,
            "SIP_ADDRESS": self.sip_address,
            "SIP_PORT": str(self.sip_port),
            "SIP_USER": self.sip_user,
            "SIP_PASSWORD": self.sip_password,
            "DEMO_CALLER": self.demo_caller,
            "BIND_RTP": "yes" if self.sip_bind == self.sip_address else "no",
            "RTP_FIRST": str(self.rtp_first),
            "RTP_LAST": str(self.rtp_last),
            "AMI_PORT": str(self.ami_port),
            "AMI_USER": self.ami_user,
            "AMI_SECRET": self.ami_secret,
            "FASTAGI": self.fastagi,
            "AGENT": self.agent,
            "AGENT_WAIT": str(self.agent_wait),
            "QUEUE": self.queue,
            "QUEUE_NAME": self.queue or USUAL_QUEUE,
            "QUEUE_LAST": QUEUE_OFFER if self.call_backs else QUEUE_STAY,
            "VERBOSE": str(self.verbose),
        }


@dataclass(frozen=True, slots=True)
class Written:
    """What `write` did: files written, and files that were there and stay as they are."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def write(
    configuration: Configuration,
    installed: Installed,
    *,
    replace: bool = False,
    dialplan: Path = CHECKOUT / "dialplan",
) -> Written:
    """
    Write Asterisk's configuration files and make the folders they name.

    Args:
        replace: Write over files that are there; otherwise an admin's changes stay.

    Raises:
        BadConfiguration: A value does not fit; nothing is written then.
    """
    values = configuration.values(installed)
    _check(configuration, values)
    rendered = {
        configuration.etc / file.name: render(file.read_text(), values)
        for file in sorted(dialplan.glob("*.conf"))
    }
    for name in _DEFAULTS:
        rendered[configuration.etc / f"{name}.conf"] = "; Asterisk's defaults.\n"
    _make_folders(configuration, installed)
    kept = tuple(path for path in rendered if path.exists() and not replace)
    for path, text in rendered.items():
        if path not in kept:
            path.touch(mode=0o640)
            path.write_text(text)
    return Written(tuple(path for path in rendered if path not in kept), kept)


def render(text: str, values: dict[str, str]) -> str:
    """
    *text* with every @NAME@ replaced.

    Raises:
        BadConfiguration: A name has no value.
    """

    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            raise BadConfiguration(f"nobody gives a value for {match[0]}") from None

    return PLACEHOLDER.sub(value, text)


def _check(configuration: Configuration, values: dict[str, str]) -> None:
    for name, value in values.items():
        if not value.isprintable() or ";" in value:
            raise BadConfiguration(f"{name} may not hold ';' or control characters")
    if configuration.sip_address in _ANY:
        raise BadConfiguration(
            f"a softphone cannot call {configuration.sip_address}: name this machine's address "
            "(line: --announce, configure: --sip-address)"
        )
    if configuration.rtp_first >= configuration.rtp_last:
        raise BadConfiguration("the first RTP port must be below the last: a call takes two")


def _make_folders(configuration: Configuration, installed: Installed) -> None:
    configuration.etc.mkdir(parents=True, exist_ok=True)
    configuration.run.mkdir(parents=True, exist_ok=True)
    for folder in ("log/cdr-csv", "var", "spool", "data/moh"):
        (configuration.state / folder).mkdir(parents=True, exist_ok=True)
    for name in ("documentation", "rest-api", "static-http"):
        link(configuration.data / name, installed.shared / name)
    link_sounds(configuration.data)
