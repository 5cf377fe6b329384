"""Asterisk's configuration files, made from our settings. Pure: settings in, texts out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ekc_console.server.engine.asterisk.install.modules import MODULES
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.conf_file import section
from ekc_console.server.engine.asterisk.setup.dialplan import (
    APPLICATION,
    DIALLED_VARIABLE,
    HELD_MUSIC,
    dialplan,
)
from ekc_console.server.engine.asterisk.setup.pjsip import pjsip
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings

_EMPTY = (
    "acl.conf", "ccss.conf", "chan_websocket.conf", "cli_aliases.conf", "dnsmgr.conf",
    "features.conf", "pjproject.conf", "udptl.conf", "websocket_client.conf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """How this run of Asterisk is controlled; made anew at every start."""

    http_port: int
    ami_port: int
    secret: str = field(repr=False)
    run: str = ""
    """In the ids of this run's channels: the run before may have begun in the same second, and
    who is counted as ended would be refused."""


def configuration(
    settings: AsteriskSettings, program: EngineProgram, access: Access, run_directory: Path
) -> dict[str, str]:
    """File name → text, for Asterisk's configuration directory."""
    files = {
        "asterisk.conf": _asterisk(settings, program, access.run, run_directory),
        "modules.conf": section("modules", [("autoload", "no")])
        + "".join(f"require = {name}.so\n" for name in MODULES),
        "logger.conf": "[general]\n[logfiles]\nmessages = warning,error\n",
        "http.conf": _http(settings, access),
        "ari.conf": _ari(access),
        "manager.conf": _manager(settings, access),
        "rtp.conf": _rtp(settings),
        "sorcery.conf": _sorcery(),
        "stasis.conf": section(
            "taskpool", [("initial_size", "5"), ("idle_timeout_sec", "20"), ("max_size", "50")]
        ),
        "cdr.conf": section("general", [("enable", "no")]),
        "cel.conf": section("general", [("enable", "no")]),
        "musiconhold.conf": _music(settings, program),
        "indications.conf": _INDICATIONS,
        "pjsip.conf": pjsip(settings),
        "extensions.conf": dialplan(settings),
    }
    return {**dict.fromkeys(_EMPTY, ""), **files}


def _asterisk(settings: AsteriskSettings, program: EngineProgram, name: str, run: Path) -> str:
    here = settings.directory
    directories = [
        ("astcachedir", here / "cache"),
        ("astetcdir", here / "etc"),
        ("astmoddir", program.modules),
        ("astvarlibdir", here / "var"),
        ("astdbdir", here / "var"),
        ("astkeydir", here / "var"),
        ("astdatadir", program.data),
        ("astagidir", here / "var"),
        ("astspooldir", here / "spool"),
        ("astrundir", run),
        ("astlogdir", here / "log"),
    ]
    options = [
        ("verbose", 0),
        ("maxfiles", 8192),
        ("live_dangerously", "no"),
        ("hideconnect", "yes"),
        ("defaultlanguage", "ru"),
        ("systemname", f"{APPLICATION}{name}"),
    ]
    return section("directories", directories) + section("options", options)


def _http(settings: AsteriskSettings, access: Access) -> str:
    return section(
        "general",
        [
            ("enabled", "yes"),
            ("enable_static", "no"),
            ("enable_status", "no"),
            ("bindaddr", settings.control_host),
            ("bindport", access.http_port),
            ("sessionlimit", 200),
            # Longer than our client keeps an idle connection, so that it is never closed under
            # a request.
            ("session_keep_alive", 60000),
        ],
    )


def _ari(access: Access) -> str:
    return section(
        "general",
        [
            ("enabled", "yes"),
            ("pretty", "no"),
            ("websocket_write_timeout", 1000),
            ("channelvars", DIALLED_VARIABLE),
        ],
    ) + section(APPLICATION, [("type", "user"), ("read_only", "no"), ("password", access.secret)])


def _manager(settings: AsteriskSettings, access: Access) -> str:
    return section(
        "general",
        [
            ("enabled", "yes"),
            ("webenabled", "no"),
            ("bindaddr", settings.control_host),
            ("port", access.ami_port),
        ],
    ) + section(
        APPLICATION,
        [
            ("secret", access.secret),
            ("deny", "0.0.0.0/0.0.0.0"),
            ("permit", "127.0.0.0/255.0.0.0"),
            ("read", "system,reporting"),
            ("eventfilter", "!Event: RTCPReceived"),
            ("write", "system,call"),
            ("writetimeout", 1000),
        ],
    )


def _rtp(settings: AsteriskSettings) -> str:
    return section(
        "general",
        [
            ("rtpstart", settings.rtp_first),
            ("rtpend", settings.rtp_last),
            ("rtcpinterval", 5000),
            ("strictrtp", "no" if settings.follow_sound else "yes"),
            ("icesupport", "no"),
        ],
    )


def _sorcery() -> str:
    """Trunks come from the file; operators' accounts are pushed over ARI into memory."""
    kinds = ("endpoint", "auth", "aor")
    return "[res_pjsip]\n" + "".join(
        f"{kind} = config,pjsip.conf,criteria=type={kind}\n{kind} = memory\n" for kind in kinds
    )


def _music(settings: AsteriskSettings, program: EngineProgram) -> str:
    """Music of the queue; and what a caller hears for whom no server is there: the word first,
    then the music, while the dialplan goes on asking."""
    directory = settings.music_directory or program.music
    queue = section("default", [("mode", "files"), ("directory", directory), ("sort", "random")])
    if settings.fallback_prompt is None:
        return queue if directory else ""
    music = sorted(directory.glob("*.wav")) if directory else []
    entries = [("entry", file.with_suffix("")) for file in (settings.fallback_prompt, *music)]
    held = section(HELD_MUSIC, [("mode", "playlist"), *entries])
    return queue + held if directory else held


_INDICATIONS = """\
[general]
country = ru

[ru]
description = Russian Federation
ringcadence = 1000,4000
dial = 425
busy = 425/350,0/350
ring = 425/1000,0/4000
congestion = 425/175,0/175
"""
