"""Addresses, names of hosts, networks and ports, as people write them: what cannot be reached is
refused with the key and with what to write."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ekc_console.errors import EkcError

_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST_NAME = 253

Check = Callable[[str, str], None]
"""Of a key and its value; raises EkcError, whose message begins with ``key: ``."""


def is_name(value: str) -> bool:
    """Of a host (RFC 1123, 2.1): what ends in digits alone is an address, or none."""
    labels = value.split(".")
    return (
        len(value) <= _LONGEST_NAME
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def is_address(value: str) -> bool:
    """IPv4."""
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def check_bound(key: str, value: str) -> None:
    """Where telephony listens: an IPv4 address, 0.0.0.0 for all of this machine's."""
    if not is_address(value) or _of_many(value):
        raise EkcError(
            f"{key}: «{shown(value)}» — не адрес IPv4.",
            "Укажите адрес этой машины, например 127.0.0.1, или 0.0.0.0 — все её адреса.",
        )


def check_listening(key: str, value: str) -> None:
    """Where consoles are listened for: IPv4, IPv6 or a name."""
    if value and not _is_ipv6(value) and not (is_address(value) or is_name(value)):
        raise EkcError(
            f"{key}: «{shown(value)}» — не адрес и не имя узла.",
            "Укажите адрес этой машины, например 127.0.0.1, или 0.0.0.0 — все её адреса.",
        )


def check_host(key: str, value: str) -> None:
    """What others reach a host by: a name, or the IPv4 address of one machine."""
    if not _is_host(value):
        raise EkcError(
            f"{key}: «{shown(value)}» — не имя узла и не адрес.",
            "Укажите, например, ekc.example.org или 10.0.0.5.",
        )


def check_host_port(key: str, value: str) -> None:
    host, colon, port = value.rpartition(":")
    if not colon or not _is_host(host) or not is_port(port):
        raise EkcError(
            f"{key}: «{shown(value)}» — не адрес вида узел:порт.",
            "Укажите, например, 10.1.2.3:5060 или sip.example.org:5060.",
        )


def check_network(key: str, value: str) -> None:
    """An IPv4 address, or a network that is written by its first address."""
    try:
        loose = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise EkcError(
            f"{key}: «{shown(value)}» — не IP-адрес и не сеть.",
            "Укажите адрес или сеть IPv4, например 10.1.2.3 или 10.1.2.0/24.",
        ) from None
    if not value.startswith(str(loose.network_address)):
        address = value.partition("/")[0]
        raise EkcError(
            f"{key}: «{shown(value)}» — не сеть: в ней заданы и знаки узла.",
            f"Укажите {loose} — всю сеть, или {address} — один адрес.",
        )


def check_http_url(key: str, value: str) -> None:
    """``http://host:port``, with nothing behind it."""
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), 0
    host = url.hostname or ""
    bare = f"{url.scheme}://{url.netloc}" == value and "@" not in value
    if (
        url.scheme not in ("http", "https")
        or not bare
        or not (_is_host(host) or _is_ipv6(host))
        or port == 0
    ):
        raise EkcError(
            f"{key}: «{shown(value)}» — не адрес вида http://узел:порт.",
            "Укажите, например, http://10.1.2.3:8088.",
        )


def is_port(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,5}", text)) and 1 <= int(text) <= 65535


def shown(value: str) -> str:
    """For a message of one line."""
    return value.encode("unicode_escape").decode() if not value.isprintable() else value


def _is_host(value: str) -> bool:
    if is_address(value):
        return not _of_many(value) and not ipaddress.IPv4Address(value).is_unspecified
    return is_name(value)


def _of_many(address: str) -> bool:
    """Multicast, broadcast and reserved: no machine has it for its own."""
    found = ipaddress.IPv4Address(address)
    return found.is_multicast or found.is_reserved


def _is_ipv6(value: str) -> bool:
    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return True
