"""The keys of the configuration file, their defaults, and what follows from them alone.

Knows nothing of how the file is read and what can be wrong in it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal

import msgspec

from ekc_console import folders
from ekc_console.config.alarms import Alarms
from ekc_console.config.calls import Calls
from ekc_console.config.reports import Figures, ScheduledReport
from ekc_console.config.staffing import Staffing
from ekc_console.config.teams import Team
from ekc_console.domain.terms.dialling import AUTOMATIC, NumberKind
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import USUAL_ZONE, zone_named
from ekc_console.domain.terms.numbers import NumberFormat
from ekc_console.domain.terms.settings import (
    BreakReason,
    DayTargets,
    Destination,
    OverflowReason,
    OverflowRule,
    QueueSettings,
)
from ekc_console.domain.terms.settings import Topic as TopicSettings
from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.setup.settings import (
    PRIVATE_NETS,
    CallerPlace,
    ExternalNode,
)
from ekc_console.server.engine.asterisk.setup.settings import Trunk as TrunkSettings


class ConfigError(EkcError):
    """The configuration cannot be used; the message lists every fault."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: an unknown key is an error."""


class Server(_Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 8122
    protocol: Literal["auto", "http", "https"] = "auto"
    """``auto``: ``https`` where ``tls.certificate`` is given."""
    data_dir: str = ""
    """Empty: ``~/.local/share/ekc`` (XDG_DATA_HOME)."""
    scripts_dir: str = ""
    """Empty: the scripts shipped with the program."""
    main_menu: str = "main_menu"
    session_hours: float = 12.0


class Store(_Section, frozen=True, kw_only=True):
    synchronous: Literal["normal", "full"] = "normal"


class Disk(_Section, frozen=True, kw_only=True):
    """Free space of the disks with data and recordings; both limits also at a tenth and a fiftieth
    of the disk, whichever is less. 0: nothing is watched."""

    warn_below_mb: int = 10240
    pause_recording_below_mb: int = 2048
    keep_recordings_days: int = 0
    """0: recordings are never deleted."""


class Tls(_Section, frozen=True, kw_only=True):
    """The server's certificate, of its consoles' connections and of SIP; files in PEM."""

    certificate: str = ""
    key: str = ""
    ca: str = ""
    """Who signed it; empty: an authority that every system knows."""
    trunk_ca: str = ""
    """Who may have signed providers' certificates; empty: the authorities of this system."""


class Node(_Section, frozen=True, kw_only=True):
    ari_url: str
    ari_user: str
    ari_password: str
    ami_address: str
    ami_user: str
    ami_password: str
    sip_address: str

    def settings(
        self, trunks: tuple[TrunkSettings, ...] = (), callers: Path | None = None
    ) -> ExternalNode:
        """For the engine. Raises EkcError that names the key."""
        return ExternalNode(
            ari=self.ari_url.removesuffix("/ari"),
            user=self.ari_user,
            password=self.ari_password,
            ami=self.ami_address,
            ami_user=self.ami_user,
            ami_password=self.ami_password,
            sip=self.sip_address,
            trunks=trunks,
            callers=callers,
        )


class Engine(_Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    public_host: str = ""
    """Name or address that telephones find us by; empty: ``host``."""
    local_nets: tuple[str, ...] = PRIVATE_NETS
    """Networks from which telephones find us by ``host`` all the same."""
    sip_port: int = 5060
    tls_port: int = 5061
    session_expires_s: int = 600
    """Twice in so long a trunk's call is asked whether it still lives (RFC 4028)."""
    rtp_first: int = 20000
    rtp_last: int = 29999
    follow_sound: bool = False
    """Sound of a call is taken from wherever it comes; only with RTP ports closed to strangers."""
    operator_transport: Literal["auto", "udp", "tcp", "tls"] = "auto"
    """``auto``: with ``tls.certificate`` ``tls`` to an Asterisk of ours, else ``tcp``."""
    operator_media: Literal["auto", "rtp", "srtp"] = "auto"
    """``auto``: ``srtp`` with TLS."""
    nodes: tuple[Node, ...] = ()


class Trunk(_Section, frozen=True, kw_only=True):
    name: str
    mode: Literal["address", "register"]
    addresses: tuple[str, ...] = ()
    outbound: str = ""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    srtp: bool = False
    registrar: str = ""
    user: str = ""
    password: str = ""
    password_env: str = ""
    caller_id: str = ""
    number_format: NumberFormat = "+e164"
    """How the trunk wants numbers: ``+79…``, ``79…``, or ``89…`` and ``810…``."""
    caller_to_emergency: CallerPlace = "none"
    """Header in which 103 and 112 are told the number of the caller they are called for."""
    probe_every_s: int = 30

    def settings(self, password: str) -> TrunkSettings:
        """For the engine. Raises EkcError that names the key."""
        return TrunkSettings(
            name=self.name,
            mode=self.mode,
            addresses=self.addresses,
            outbound=self.outbound,
            transport=self.transport,
            srtp=self.srtp,
            user=self.user,
            password=password,
            registrar=self.registrar,
            caller_id=self.caller_id,
            number_format=self.number_format,
            caller_to_emergency=self.caller_to_emergency,
            probe_every_s=self.probe_every_s,
        )

    def secret(self) -> str:
        """The password, from the environment where ``password_env`` names it."""
        if not self.password_env:
            return self.password
        try:
            return os.environ[self.password_env]
        except KeyError:
            raise ConfigError(
                f"trunks.{self.name}.password_env: переменная {self.password_env} не задана.",
                "Задайте её в окружении сервера.",
            ) from None


class Place(_Section, frozen=True, kw_only=True):
    """One destination of an overflow rule: exactly one key of it is given."""

    queue: str = ""
    number: str = ""
    announcement: str = ""
    callback: bool = False
    close: bool = False

    def settings(self) -> Destination:
        """The first one that is given."""
        if self.queue:
            return Destination("queue", self.queue)
        if self.number:
            return Destination("number", self.number)
        if self.announcement:
            return Destination("announcement", self.announcement)
        return Destination("callback" if self.callback else "close")


class Overflow(_Section, frozen=True, kw_only=True):
    when: OverflowReason
    limit: float = 0.0
    to: tuple[Place, ...]

    def settings(self) -> OverflowRule:
        return OverflowRule(self.when, tuple(place.settings() for place in self.to), self.limit)


class Callbacks(_Section, frozen=True, kw_only=True):
    """When the distribution may call people back, by the centre's time zone."""

    hours: str = "08:00-21:00"
    """Equal ends: at any time."""
    retry_minutes: tuple[float, ...] = (5.0, 30.0)
    kinds: tuple[NumberKind, ...] = AUTOMATIC
    """Kinds of number that the distribution dials by itself."""


class Limits(_Section, frozen=True, kw_only=True):
    calls_per_number: int = 0
    away_minutes: float = 10.0
    """The shift of an operator whose console has been away for so long is over; 0: never."""
    visit_overdue_hours: float = 24.0
    """A home visit that is open for longer is marked; 0: none is."""


@dataclass(frozen=True, slots=True)
class Queue(QueueSettings):
    """As the core has it, with the destinations in the words of the file."""

    overflow: tuple[Overflow, ...] = ()  # type: ignore[assignment]
    callback_share: float = 0.5

    def settings(self) -> QueueSettings:
        values = {field.name: getattr(self, field.name) for field in fields(QueueSettings)}
        rules = tuple(rule.settings() for rule in self.overflow)
        return QueueSettings(**{**values, "overflow": rules})


class Break(_Section, frozen=True, kw_only=True):
    code: str
    title: str
    limit_minutes: float = 0.0
    """0: no limit."""
    paid: bool = True
    """Counts as working time in reports."""

    def settings(self) -> BreakReason:
        return BreakReason(self.code, self.title, float(self.limit_minutes * 60), self.paid)


class Topic(_Section, frozen=True, kw_only=True):
    code: str
    title: str
    script: str

    def settings(self) -> TopicSettings:
        return TopicSettings(self.code, self.title, self.script)


class Targets(_Section, frozen=True, kw_only=True):
    """What is expected of an operator in a day; 0: nothing is set."""

    calls: int = 0
    handle_minutes: float = 0.0
    break_minutes: float = 0.0

    def settings(self) -> DayTargets:
        return DayTargets(self.calls, self.handle_minutes * 60, self.break_minutes * 60)


class Voice(_Section, frozen=True, kw_only=True):
    name: str = "ru"
    words_per_minute: int = 150
    recorded_dir: str = ""


_DIRECTIONS = (
    ("appointments", "appointment", "Запись к врачу"),
    ("home_visit", "home_visit", "Вызов врача на дом"),
    ("vaccination", "vaccination", "Вакцинация"),
    ("med_info", "med_info", "Справочная медицинская информация"),
    ("feedback", "feedback", "Отзывы и жалобы"),
    ("other", "other", "Прочие вопросы"),
    ("general", "general", "Общая линия"),
)


class Config(_Section, frozen=True, kw_only=True):
    timezone: str = USUAL_ZONE
    """Of the centre: hours, days, reports and screens go by it, wherever the server and the
    consoles are."""
    server: Server = Server()
    store: Store = Store()
    disk: Disk = Disk()
    tls: Tls = Tls()
    engine: Engine = Engine()
    trunks: tuple[Trunk, ...] = ()
    queues: tuple[Queue, ...] = tuple(Queue(QueueId(q), t) for q, _, t in _DIRECTIONS)
    schedules: dict[str, dict[Any, Any]] = {}
    """Hours by name, as they are written; ``config.schedules`` reads them."""
    topics: tuple[Topic, ...] = tuple(Topic(code=s, title=t, script=s) for _, s, t in _DIRECTIONS)
    breaks: tuple[Break, ...] = (
        Break(code="rest", title="Отдых", limit_minutes=10),
        Break(code="lunch", title="Обед", limit_minutes=45, paid=False),
        Break(code="training", title="Учёба"),
        Break(code="technical", title="Технический перерыв"),
        Break(code="manager", title="Вызов руководителя"),
    )
    teams: tuple[Team, ...] = ()
    reports: tuple[ScheduledReport, ...] = ()
    figures: Figures = Figures()
    calls: Calls = Calls()
    callbacks: Callbacks = Callbacks()
    limits: Limits = Limits()
    targets: Targets = Targets()
    staffing: Staffing = Staffing()
    alarms: Alarms = Alarms()
    voice: Voice = Voice()

    @property
    def zone(self) -> tzinfo:
        """Raises ValueError for a name that is none; ``load`` has checked it."""
        return zone_named(self.timezone)

    @property
    def https(self) -> bool:
        """Whether consoles connect over TLS."""
        wish = self.server.protocol
        return wish == "https" or (wish == "auto" and bool(self.tls.certificate))

    @property
    def operator_transport(self) -> Literal["udp", "tcp", "tls"]:
        wish = self.engine.operator_transport
        if wish != "auto":
            return wish
        return "tls" if self.tls.certificate and not self.engine.nodes else "tcp"

    @property
    def operator_srtp(self) -> bool:
        """Whether operators' sound is encrypted."""
        wish = self.engine.operator_media
        return wish == "srtp" or (wish == "auto" and self.operator_transport == "tls")

    @property
    def data_dir(self) -> Path:
        if self.server.data_dir:
            return Path(self.server.data_dir).expanduser()
        return folders.data()

    @property
    def database_file(self) -> Path:
        """The store: journal and tables."""
        return self.data_dir / "ekc.db"

    @property
    def recorded_dir(self) -> Path | None:
        """Folder of recorded prompts, None when there are none."""
        return Path(self.voice.recorded_dir).expanduser() if self.voice.recorded_dir else None

    @property
    def prompts_dir(self) -> Path:
        """Synthesised prompts, shared by all servers of this user: files are named by content."""
        return folders.cache() / "prompts"

    @property
    def scripts_dir(self) -> Path:
        if self.server.scripts_dir:
            return Path(self.server.scripts_dir).expanduser()
        return shipped_scripts()


def shipped_scripts() -> Path:
    """The folder of consultation scripts that comes with the program."""
    return (Path(__file__).resolve().parents[1] / "shipped_scripts").resolve()
