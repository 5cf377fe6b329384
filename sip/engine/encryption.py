"""TLS for the signalling, as PJSIP wants it."""

from __future__ import annotations

import re
import ssl
from typing import Any

import pjsua2 as pj

from sip.link.protocol import Start

_SECURE_AUDIO = re.compile(r"(?m)^m=audio \d+ RTP/SAVPF?\b")
UNTRUSTED = "PJSIP_TLS_ECERTVERIF"
"""Stands in PJSIP's reason of a call whose server's certificate did not pass."""


def offers_srtp(message: str) -> bool:
    """Whether a SIP message offers encrypted sound (RFC 4568: the profile RTP/SAVP)."""
    return _SECURE_AUDIO.search(message) is not None


def srtp_use(config: Start) -> Any:
    """For PJSIP's account. A registered account that requires SRTP is set to ``optional`` there and
    refuses open offers itself: PJSIP would do it without a word to anybody."""
    if config.srtp == "required" and not config.registrar:
        return pj.PJMEDIA_SRTP_MANDATORY
    return pj.PJMEDIA_SRTP_OPTIONAL


def tls_config(authorities: str) -> Any:
    """A client that speaks TLS 1.2 (what the wheel's OpenSSL has) and refuses a server whose
    certificate is not signed by ``authorities`` (PEM text; empty: the system's) or not made for
    the host that is called."""
    config = pj.TlsConfig()
    config.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2
    config.verifyServer = True
    if authorities:
        config.CaBuf = authorities
    else:
        paths = ssl.get_default_verify_paths()
        config.CaListFile = paths.cafile or paths.openssl_cafile
    return config
