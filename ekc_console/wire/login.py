"""Coming in: bodies of ``POST /api/login`` and of every HTTP answer that is not 2xx, and what a
console is told of the centre when its link is up."""

from __future__ import annotations

import msgspec

from ekc_console.domain.terms.dialling import NumberKind
from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import Workplace
from ekc_console.wire.base import Message
from ekc_console.wire.side_work import DayTargets
from ekc_console.wire.voice import VoiceSetting
from ekc_console.wire.words import Words


class Login(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields that are not known are passed over: by ``protocol`` a newer console is told that it
    is one."""

    login: str
    password: str
    """Or the one-time code that the administrator gave: answered ``choose_password``, and sent
    again with a ``new_password``."""
    new_password: str = ""
    """To be the password from now on; empty: it stays."""
    protocol: int = 0
    """Of the console: a session that could not be used would end the one that is open. 0: of one
    that is too old to tell."""
    workplace: Workplace = "operator"
    """What is opened with the session: answered ``not_allowed`` where the role may not, and the
    session that is open goes on."""


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
    ``bad_password``, ``bad_request``, ``wrong_protocol``, ``not_allowed``, …"""
    words: Words
    message: str = ""
    """The same in the language of the server, for programs that have no words of their own."""


class BreakReason(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    title: str
    limit_s: float = 0.0
    """0: no limit."""


class Welcome(Message, frozen=True, kw_only=True):
    """The answer to ``Hello``; comes again, with the same epoch, when what it tells has changed."""

    protocol: int
    server: str
    """Version of the server."""
    epoch: str
    """Changes when the server's sequence numbers begin anew."""
    now: float
    steady: float = 0.0
    """Seconds of the server's machine that no setting of its clock moves; 0: not told."""
    timezone: str = ""
    """Of the centre, for dates and times: ``Europe/Moscow``, ``UTC+03:00``. Empty: not told."""
    me: str
    break_reasons: tuple[BreakReason, ...] = ()
    topics: dict[str, str] = msgspec.field(default_factory=dict)
    """Topic code to title."""
    scripts: dict[str, str] = msgspec.field(default_factory=dict)
    """Id to title of the scenarios that an operator can take for a card."""
    targets: DayTargets = DayTargets()
    asked_kinds: tuple[NumberKind, ...] = ()
    """Kinds of number that this person may dial, after a question."""
    refused_kinds: tuple[NumberKind, ...] = ()
    """Kinds that this person may not dial; ``dial_roles`` may."""
    dial_roles: tuple[Role, ...] = ()
    emergencies: tuple[str, ...] = ()
    """Numbers for ``CallEmergency``, in the order in which they are called."""
    own_numbers: tuple[str, ...] = ()
    """The centre's, canonical: of the kind ``own``."""
    area_code: str = ""
    """A number that is typed without one has it; empty: none has."""
