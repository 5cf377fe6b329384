"""Login: bodies of ``POST /api/login``, and of every HTTP answer that is not 2xx."""

from __future__ import annotations

import msgspec

from ekc_console.domain.terms.ids import Role
from ekc_console.wire.voice import VoiceSetting
from ekc_console.wire.words import Words


class Login(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    login: str
    password: str
    """Or the one-time code that the administrator gave: answered ``choose_password``, and sent
    again with a ``new_password``."""
    new_password: str = ""
    """To be the password from now on; empty: it stays."""


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    """Bearer of the session; goes into ``Hello`` and into the Authorization header."""
    expires_at: float
    login: str
    name: str
    role: Role
    voice: VoiceSetting = VoiceSetting()
    """How the voice gets here, by the account."""
    pbx_authorities: str = ""
    """PEM text of those who may have signed the certificate of the organisation's PBX; empty: the
    ones that the client's system knows."""


class HttpError(msgspec.Struct, frozen=True, kw_only=True):
    """Body of every HTTP answer that is not 2xx."""

    code: str
    """Stable: ``wrong_password``, ``account_expired``, ``throttled``, ``choose_password``,
    ``bad_password``, ``bad_request``, …"""
    words: Words
