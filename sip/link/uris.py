"""SIP addresses from parts that came from outside: checked, quoted, completed."""

from __future__ import annotations

import re

_USER = re.compile(r"[A-Za-z0-9+*#._~!$&'()=,;?/%-]{1,128}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?")
_URI = re.compile(r"(?i)sips?:[^\s<>\"]{1,512}")
_USER_IN_URI = re.compile(r"sips?:([^@>;]*)@")
_HEADER_NAME = re.compile(r"[A-Za-z0-9.!%*_+`'~-]{1,64}")


class BadAddress(ValueError):
    """A part of an address that would not be what it says, or would break the message."""


def account_uri(user: str, host: str, display_name: str = "") -> str:
    """``"Name" <sip:user@host>``. ``#`` is escaped, as RFC 3261 section 25.1 asks."""
    if not _USER.fullmatch(user):
        raise BadAddress("user: must be 1 to 128 characters of a SIP user part")
    uri = f"<sip:{user.replace('#', '%23')}@{checked_host(host, 'domain')}>"
    if not display_name:
        return uri
    if not display_name.isprintable():
        raise BadAddress("display_name: must be printable")
    quoted = display_name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" {uri}'


def registrar_uri(registrar: str, transport: str) -> str:
    return with_transport(f"sip:{checked_host(registrar, 'registrar')}", transport)


def checked_host(host: str, field: str) -> str:
    if not _HOST.fullmatch(host):
        raise BadAddress(f"{field}: must be a host, with :port if needed")
    return host


def checked_uri(uri: str) -> str:
    if not _URI.fullmatch(uri):
        raise BadAddress("uri: must be like sip:user@host:port")
    return uri


def user_of(uri: str) -> str:
    """The user part, of an address in brackets too; empty when it names nobody."""
    found = _USER_IN_URI.search(uri)
    return found[1] if found else ""


def checked_headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise BadAddress("headers: a name has a character that SIP does not allow")
        if not value.isprintable() or len(value) > 1024:
            raise BadAddress(f"headers: {name} must be one printable line of up to 1024 characters")
    return headers


def with_transport(uri: str, transport: str) -> str:
    """The address with the transport that we speak (UDP needs no word) unless it names one."""
    if transport != "udp" and ";transport=" not in uri.lower() and "?" not in uri:
        return f"{uri};transport={transport}"
    return uri
