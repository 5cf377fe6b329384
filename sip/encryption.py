"""TLS for the signalling, as PJSIP wants it."""

from __future__ import annotations

import ssl
from typing import Any

import pjsua2 as pj

UNTRUSTED = "PJSIP_TLS_ECERTVERIF"
"""Stands in PJSIP's reason of a call whose server's certificate did not pass."""


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
