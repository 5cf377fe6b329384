"""Settings of the Asterisk engine. They are checked when they are made: a value that could not
stand in Asterisk's configuration files as it is meant is refused, never quoted away."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ekc_console.domain.terms.numbers import NumberFormat
from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.setup.addresses import (
    check_bound,
    check_host,
    check_host_port,
    check_http_url,
    check_network,
    shown,
)
from ekc_console.server.engine.checks import TRUNK_PREFIX, is_number

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_SIP_USER = re.compile(r"[A-Za-z0-9+*#_.!~'()&=$/-]{1,64}")
SHORTEST_SESSION_S, LONGEST_SESSION_S = 90, 86400
"""RFC 4028, section 5: no shorter one."""
PRIVATE_NETS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Loopback and RFC 1918."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f;]|^\s|\s$|^[<>]")
"""A line end starts a new setting, a semicolon a comment; blanks at the ends and a leading angle
bracket (after ``=``: ``=>``) are eaten by Asterisk's parser."""


CallerPlace = Literal["none", "From", "Diversion", "P-Asserted-Identity"]
"""Header of a call in which somebody else's number stands."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A line to the public network or to a PBX.

    ``address``: the peer is known by its addresses. ``register``: we register at ``registrar``
    with ``user`` and ``password``; its calls are known by the registration or by ``addresses``.
    """

    name: str
    mode: Literal["address", "register"] = "address"
    addresses: tuple[str, ...] = ()
    """IP addresses or CIDR networks that calls come from."""
    outbound: str = ""
    """``host:port`` for calls out; empty: this trunk takes calls only."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """``tls`` needs :attr:`AsteriskSettings.tls`; the provider's certificate is checked."""
    srtp: bool = False
    """Calls with encrypted sound only (SDES); needs ``tls``, which protects the keys."""
    user: str = ""
    password: str = field(default="", repr=False)
    registrar: str = ""
    """``host:port``."""
    caller_id: str = ""
    """Shown on calls out when the caller of ``dial`` gives none."""
    number_format: NumberFormat = "+e164"
    """Of the numbers that are dialled and shown, where they are of the public network."""
    caller_to_emergency: CallerPlace = "none"
    """Where an emergency service finds the number of the caller for whom it is called."""
    probe_every_s: int = 30
    """An OPTIONS request goes there so often, and any answer will do (RFC 3261, 11); 0: none
    goes, and a dead peer is found by the call that it fails."""

    def __post_init__(self) -> None:
        where = f"engine.trunks.{self.name}"
        if not _NAME.fullmatch(self.name):
            raise EkcError(
                f"engine.trunks: недопустимое имя «{shown(self.name)}».",
                "Имя состоит из латинских букв, цифр, точки, дефиса и подчёркивания.",
            )
        _choice(f"{where}.mode", self.mode, ("address", "register"))
        _choice(f"{where}.transport", self.transport, ("udp", "tcp", "tls"))
        _choice(f"{where}.number_format", self.number_format, get_args(NumberFormat))
        _choice(f"{where}.caller_to_emergency", self.caller_to_emergency, get_args(CallerPlace))
        if self.caller_to_emergency == "From" and self.user:
            raise EkcError(
                f"{where}.caller_to_emergency: в From такой линии стоит её user.",
                "Укажите Diversion или P-Asserted-Identity, как скажет оператор связи.",
            )
        if self.srtp and self.transport != "tls":
            raise EkcError(
                f"{where}.srtp: ключи шифрования звука шли бы открыто.", "Задайте transport: tls."
            )
        for address in self.addresses:
            check_network(f"{where}.addresses", address)
        for key, value in (("outbound", self.outbound), ("registrar", self.registrar)):
            if value:
                check_host_port(f"{where}.{key}", value)
        if self.user and not _SIP_USER.fullmatch(self.user):
            raise EkcError(
                f"{where}.user: недопустимые знаки.", "Укажите имя, выданное оператором."
            )
        if _UNSAFE.search(self.password):
            raise EkcError(
                f"{where}.password: недопустимые знаки.",
                "Пароль не может содержать точку с запятой, переводы строк, пробелы по краям "
                "и начинаться со знака < или >. Получите у оператора связи другой пароль.",
            )
        if self.caller_id and not is_number(self.caller_id):
            raise EkcError(
                f"{where}.caller_id: недопустимый номер.", "Укажите цифры, возможно с + впереди."
            )
        if not 0 <= self.probe_every_s <= 3600:
            raise EkcError(
                f"{where}.probe_every_s: {self.probe_every_s} вне пределов.",
                "Укажите целое число секунд от 1 до 3600 или 0, чтобы не проверять.",
            )
        if self.mode == "address" and not (self.addresses or self.outbound):
            raise EkcError(
                f"{where}: не заданы ни addresses, ни outbound.",
                "Укажите адреса, с которых приходят звонки, или host:port для исходящих.",
            )
        if self.mode == "register" and not (self.registrar and self.user):
            raise EkcError(
                f"{where}: для режима register нужны registrar и user.",
                "Укажите host:port и имя учётной записи, выданные оператором связи.",
            )

    @property
    def endpoint(self) -> str:
        """Name inside Asterisk; the prefix keeps it apart from operators' accounts."""
        return f"{TRUNK_PREFIX}{self.name}"

    @property
    def peer(self) -> str:
        """``host:port`` of calls out; empty when there are none."""
        return self.outbound or (self.registrar if self.mode == "register" else "")

    @property
    def domain(self) -> str:
        """Host that numbers of the network belong to."""
        return host_port(self.registrar if self.mode == "register" else self.outbound)[0]


@dataclass(frozen=True, slots=True)
class Tls:
    """SIP over TLS: 1.2 and later. Files in PEM, which Asterisk's user can read."""

    certificate: Path
    """With the authorities between it and the root."""
    key: Path
    port: int = 5061
    trunk_authorities: Path | None = None
    """Who may have signed the certificates of providers; needed when a trunk speaks TLS."""
    digest: str = ""
    """Of the certificate: a renewed one makes a new engine, as other settings do."""

    def __post_init__(self) -> None:
        _port("engine.tls_port", self.port, 1)
        for key in ("certificate", "key", "trunk_authorities"):
            if (path := getattr(self, key)) is not None:
                check_path(f"tls.{key}", path)


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """An Asterisk of our own, run as a child process.

    ``directory`` belongs to it alone: configuration, log, state. Ports 0 are picked at start.
    """

    directory: Path
    recordings: Path
    host: str = "127.0.0.1"
    """Address that SIP and RTP are bound to."""
    public_host: str = ""
    """Name or address that softphones and trunks reach us by, where it is not ``host`` (0.0.0.0,
    NAT, a certificate for a name). Told in signalling and SDP to all outside ``local_nets``."""
    local_nets: tuple[str, ...] = PRIVATE_NETS
    """From where ``host`` itself is reached, with no NAT between."""
    sip_port: int = 5060
    session_expires_s: int = 600
    """Twice in so long a trunk's call is asked whether it still lives (RFC 4028); 90 at least."""
    http_port: int = 0
    ami_port: int = 0
    rtp_first: int = 20000
    rtp_last: int = 29999
    follow_sound: bool = False
    """Sound from another port or address than before is taken at any moment of a call, as after a
    NAT has forgotten the old port; only where strangers cannot reach the RTP ports. Else in its
    first five seconds only, and then with the old source silent."""
    tls: Tls | None = None
    """None: SIP over TLS is not on offer."""
    trunks: tuple[Trunk, ...] = ()
    fallback_prompt: Path | None = None
    """WAV (8 kHz mono s16) that a caller hears, before the music and between its pieces, while no
    server is there to take the call."""
    music_directory: Path | None = None
    """WAV files of the music on hold; None: those that came with Asterisk."""

    def __post_init__(self) -> None:
        check_bound("engine.host", self.host)
        if self.public_host:
            check_host("engine.public_host", self.public_host)
        for net in self.local_nets:
            check_network("engine.local_nets", net)
        for key, lowest in (("sip_port", 1), ("http_port", 0), ("ami_port", 0)):
            _port(f"engine.{key}", getattr(self, key), lowest)
        if not SHORTEST_SESSION_S <= self.session_expires_s <= LONGEST_SESSION_S:
            raise EkcError(
                f"engine.session_expires_s: {self.session_expires_s} вне пределов.",
                f"Укажите секунды, от {SHORTEST_SESSION_S} до {LONGEST_SESSION_S}.",
            )
        _port("engine.rtp_first", self.rtp_first, 1024)
        _port("engine.rtp_last", self.rtp_last, 1024)
        if self.rtp_last - self.rtp_first < 3:
            raise EkcError(
                f"engine.rtp_last: {self.rtp_last} не больше engine.rtp_first ({self.rtp_first}).",
                "Дайте диапазон не меньше четырёх портов на один разговор.",
            )
        if self.tls is not None and self.tls.port == self.sip_port:
            raise EkcError(
                f"engine.tls_port: порт {self.sip_port} уже взят для SIP без шифрования.",
                "Задайте другой порт.",
            )
        if self.tls is None and (
            bare := next((t for t in self.trunks if t.transport == "tls"), None)
        ):
            raise EkcError(
                f"engine.trunks.{bare.name}: для transport: tls нужен сертификат сервера.",
                "Задайте tls.certificate и tls.key; сделать их: ekc tls make.",
            )
        names = [trunk.name for trunk in self.trunks]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise EkcError(f"engine.trunks: имя «{twice}» дано дважды.", "Дайте разные имена.")
        for key in ("directory", "recordings", "fallback_prompt", "music_directory"):
            if (path := getattr(self, key)) is not None:
                check_path(f"engine.{key}", path)

    def is_local(self, address: str) -> bool:
        """Whether this is an IPv4 address in ``local_nets``."""
        try:
            found = ipaddress.IPv4Address(address)
        except ValueError:
            return False
        return any(found in ipaddress.ip_network(net, strict=False) for net in self.local_nets)

    @property
    def any_host(self) -> bool:
        return self.host == "0.0.0.0"

    @property
    def control_host(self) -> str:
        """Where ARI and AMI listen: loopback, whatever SIP is bound to."""
        return self.host if ipaddress.ip_address(self.host).is_loopback else "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ExternalNode:
    """An Asterisk that somebody else runs; its configuration is the administrator's guide's.

    Prompts, recordings and notes of callers must lie under the same paths on both machines.
    """

    ari: str
    """``http://host:port`` (without ``/ari``)."""
    user: str
    password: str = field(repr=False)
    ami: str
    """``host:port``."""
    ami_user: str
    ami_password: str = field(repr=False)
    sip: str
    """``host:port`` where softphones reach it, by the transport that operators use."""
    trunks: tuple[Trunk, ...] = ()
    """For calls out; endpoint names on the node are ``trunk-<name>``."""
    callers: Path | None = None
    """Where its dialplan notes callers, the same path on both machines; None: it does not."""

    def __post_init__(self) -> None:
        check_host_port("engine.node.ami", self.ami)
        check_host_port("engine.node.sip", self.sip)
        if self.callers is not None:
            check_path("server.data_dir", self.callers)
        check_http_url("engine.node.ari", self.ari)


def host_port(value: str) -> tuple[str, int]:
    """Split a ``host:port`` that was checked before."""
    host, _, port = value.rpartition(":")
    return host, int(port)


def _choice(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise EkcError(
            f"{key}: неизвестное значение «{shown(value)}».", f"Допустимы: {', '.join(allowed)}."
        )


def _port(key: str, value: int, lowest: int) -> None:
    if not lowest <= value <= 65535:
        raise EkcError(f"{key}: {value} — не порт.", f"Укажите число от {lowest} до 65535.")


def check_path(key: str, path: Path) -> None:
    """Raises EkcError for a path that could not stand in Asterisk's files as it is meant."""
    if not path.is_absolute():
        raise EkcError(f"{key}: путь «{path}» не полный.", "Укажите путь от корня.")
    if re.search(r"[\x00-\x1f,;&|()]", str(path)):
        raise EkcError(
            f"{key}: путь «{shown(str(path))}» содержит знаки, которых не понимает Asterisk.",
            "Выберите путь без запятых, точек с запятой, скобок, & и |.",
        )
