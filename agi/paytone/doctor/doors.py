"""Who could come in: ports, addresses, endpoints."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from paytone.config import Environment
from paytone.doctor import Findings, Patient, doubt, fault, fine
from paytone.doctor.files import is_yes
from paytone.doctor.machine import addresses, listeners

Address = IPv4Address | IPv6Address

WIDEST_PREFIX = {4: 8, 6: 7}
"""The widest network that is one's own: 10.0.0.0/8, fc00::/7."""

_TRANSPORT = re.compile(r"^Transport:\s+(\S+)\s+(udp|tcp|ws)\s.*\s(\S+):\d+\s*$", re.MULTILINE)
_FILED_BIND = re.compile(r"^\[?([0-9a-fA-F.:]*?)\]?(?::\d+)?$")


def fastagi(patient: Patient) -> Findings:
    """FastAGI, which knows no password, is open to our own Asterisks only."""
    settings = patient.settings
    bound = [ip_address(address) for address in listeners(settings.fastagi_address[1])]
    open_to = [str(network) for network in settings.fastagi_networks if not _is_own(network)]
    elsewhere = [address for address in bound if not address.is_loopback]
    if not bound:
        yield fault(
            f"nobody listens at {settings.fastagi}: start paytone serve; each job is a process now"
        )
    elif open_to and elsewhere:
        yield fault(
            f"FastAGI takes calls from {', '.join(open_to)}: set PAYTONE_FASTAGI_ALLOW to the "
            "Asterisks' own network"
        )
    elif any(_is_public(address) for address in elsewhere):
        yield doubt(
            f"FastAGI listens on {elsewhere[0]}: bind PAYTONE_FASTAGI to loopback or an inner "
            "address"
        )
    else:
        yield fine("FastAGI is open to our own Asterisks only")


def ami(patient: Patient) -> Findings:
    """AMI listens on loopback only, and not over HTTP."""
    shown = patient.answer("manager show settings")
    option = patient.files.option
    match = re.search(r"TCP Bindaddress:\s+(\S+):\d+", shown)
    bound = match[1].strip("[]") if match else option("manager.conf", "general", "bindaddr")
    enabled = bool(match) or is_yes(option("manager.conf", "general", "enabled", "no"))
    web = re.search(r"Web Manager \(AMI/HTTP\):\s+Yes", shown) is not None
    if enabled and not _is_loopback(bound):
        yield fault(
            f"AMI listens on {bound or 'every address'}: set bindaddr=127.0.0.1 in manager.conf "
            "and restart Asterisk"
        )
    elif web:
        yield doubt("AMI is open over HTTP: set webenabled=no in manager.conf")
    else:
        yield fine("AMI listens on loopback only")


def http(patient: Patient) -> Findings:
    """Asterisk's web server, and with it ARI, is off."""
    option = patient.files.option
    match = re.search(r"Server Enabled and Bound to (\S+):\d+", patient.answer("http show status"))
    enabled = bool(match) or is_yes(option("http.conf", "general", "enabled", "no"))
    bound = match[1].strip("[]") if match else option("http.conf", "general", "bindaddr")
    ari = "res_ari" in patient.answer("module show like res_ari")
    if enabled and not _is_loopback(bound):
        yield fault(
            f"Asterisk's web server listens on {bound or 'every address'}: set enabled=no in "
            "http.conf"
        )
    elif enabled and ari:
        yield doubt("ARI is on: it can read keys and play to callers; set enabled=no in http.conf")
    elif enabled:
        yield doubt("Asterisk's web server is on, and the line does without: http.conf, enabled=no")
    else:
        yield fine("Asterisk's web server is off")


def strangers(patient: Patient) -> Findings:
    """Unknown callers are refused."""
    shown = re.search(r"Endpoint:\s+anonymous\b", patient.answer("pjsip show endpoints"))
    filed = any(
        section.name == "anonymous" and section.last("type") == "endpoint"
        for section in patient.files.sections("pjsip.conf")
    )
    if shown or filed:
        yield fault("pjsip.conf has an endpoint 'anonymous': delete it, then 'pjsip reload'")
    else:
        yield fine("unknown callers are refused")


def encryption(patient: Patient) -> Findings:
    """Keys do not cross the internet in the clear (PCI DSS 4.2.1)."""
    plain = [(name, bound) for name, bound in _plain(patient) if _reaches_internet(bound)]
    plain += [
        (section.name, address)
        for section in patient.files.sections("pjsip.conf")
        if section.last("protocol", "udp") in {"udp", "tcp", "ws"}
        and (address := section.last("external_media_address"))
        and _is_public_name(address)
    ]
    if not plain:
        yield fine("no unencrypted SIP on a public address")
        return
    grade = doubt
    if patient.settings.braintree_environment is Environment.PRODUCTION:
        grade = fault
    name, address = plain[0]
    yield grade(
        f"{name} takes unencrypted calls at {address}, and keys travel in their sound: use "
        "transport-tls and media_encryption=sdes, or a trunk over a private network"
    )


def _plain(patient: Patient) -> list[tuple[str, str]]:
    if shown := patient.answer("pjsip show transports"):
        return [(name, bound) for name, _, bound in _TRANSPORT.findall(shown)]
    return [
        (section.name, match[1])
        for section in patient.files.sections("pjsip.conf")
        if section.last("type") == "transport"
        and section.last("protocol", "udp") in {"udp", "tcp", "ws"}
        and (match := _FILED_BIND.match(section.last("bind", "0.0.0.0")))  # noqa: S104
    ]


def _reaches_internet(bound: str) -> bool:
    address = _address(bound)
    if address is None or address.is_unspecified:
        return any(each.is_global for each in addresses())
    return address.is_global


def _is_public(address: Address) -> bool:
    return address.is_global or (
        address.is_unspecified and any(each.is_global for each in addresses())
    )


def _is_public_name(text: str) -> bool:
    address = _address(text)
    return address is None or address.is_global


def _is_own(network: IPv4Network | IPv6Network) -> bool:
    return network.is_loopback or (
        network.is_private and network.prefixlen >= WIDEST_PREFIX[network.version]
    )


def _is_loopback(bound: str) -> bool:
    address = _address(bound)
    return address is not None and address.is_loopback


def _address(text: str) -> Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None
