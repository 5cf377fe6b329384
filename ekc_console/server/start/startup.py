"""What the server needs before it takes a caller: checked, read or made from the configuration."""

from __future__ import annotations

import asyncio
import datetime
import functools
import ipaddress
import ssl
import time
from collections.abc import Mapping
from pathlib import Path

import structlog

from ekc_console.config import Config, ConfigError
from ekc_console.domain import scenario as sc
from ekc_console.domain.knowledge import Knowledge
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError, reason
from ekc_console.scenario_files import check_knowledge
from ekc_console.server.calls.menus.menu import spoken_by_menus
from ekc_console.server.calls.operator_lines import LineAccess
from ekc_console.server.commands.settings import spoken_words
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.install import installer
from ekc_console.server.engine.asterisk.setup.dialplan import callers_directory
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, Tls
from ekc_console.server.engine.asterisk.setup.settings import Trunk as TrunkSettings
from ekc_console.server.services.music import ensure_music
from ekc_console.server.services.prompts import (
    FALLBACK_TEXT,
    STANDARD_TEXTS,
    PromptLibrary,
)
from ekc_console.server.services.speech import Speaker, Voice
from ekc_console.server.start import certificates, start_progress
from ekc_console.server.start.certificates import Certificate
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)


def today(config: Config) -> datetime.date:
    return day_of(time.time(), config.zone)


def make_data_dir(config: Config) -> None:
    """Raises ConfigError."""
    data = config.data_dir
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            f"server.data_dir: папка {data} не создаётся: {error.strerror}.",
            "Укажите другую папку или дайте на неё права.",
        ) from error


def load_knowledge(config: Config, conditions: Conditions) -> Knowledge:
    """A faulty entry is left out and named in the log: it must not keep callers from people."""
    topics = {topic.code for topic in config.topics}
    checked = check_knowledge(config.scripts_dir, topics, today(config))
    for problem in checked.problems:
        log.warning("knowledge", level=problem.level, problem=str(problem))
    if checked.errors:
        conditions.report(
            "knowledge",
            words("condition.knowledge", count=len(checked.errors)),
        )
    return checked.knowledge


async def prepare_prompts(
    config: Config, scenarios: Mapping[str, sc.Scenario], conditions: Conditions
) -> PromptLibrary:
    """The library with every known text spoken: nobody waits for speech in a call. What cannot be
    recorded, spoken or played is reported: a caller can be served without it."""
    voice = Voice(name=config.voice.name, words_per_minute=config.voice.words_per_minute)
    library = functools.partial(PromptLibrary, config.prompts_dir, Speaker(voice))
    try:
        prompts = library(config.recorded_dir)
    except EkcError as error:
        conditions.report(
            "recorded_prompts",
            words("condition.no_recorded_prompts"),
            detail=str(error),
        )
        prompts = library(None)
    spoken = spoken_words(queue.settings() for queue in config.queues)
    wanted = [*STANDARD_TEXTS, *spoken_by_menus(scenarios), *spoken]
    failed = await prompts.prepare_what_can_be(wanted, start_progress.spoken)
    if failed:
        conditions.report(
            "prompts",
            words("condition.prompts", count=len(failed)),
            detail=str(failed[0]),
        )
    try:
        await asyncio.to_thread(ensure_music, config.data_dir / "music")
    except OSError as error:
        conditions.report("music", words("condition.music"), detail=str(error))
    return prompts


def checked_certificate(config: Config, now: datetime.datetime) -> Certificate | None:
    """The server's certificate if one is given, as clients would judge it. Raises
    CertificateError."""
    if not config.tls.certificate:
        return None
    certificate = certificates.check(
        Path(config.tls.certificate).expanduser(), Path(config.tls.key).expanduser(), now
    )
    host = config.engine.public_host or config.engine.host
    ours = config.operator_transport == "tls" and not config.engine.nodes
    if ours and not certificate.serves(host):
        raise certificates.not_for(config.tls.certificate, certificate, host)
    return certificate


def warn_of_plain_connections(config: Config) -> None:
    plain = not config.tls.certificate
    if plain and not (is_loopback(config.engine.host) and is_loopback(config.server.host)):
        log.warning(
            "connections are not encrypted, and not only this machine can reach the server",
            remedy="tls.certificate in the configuration; ekc tls make",
        )


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def line_access(config: Config) -> LineAccess:
    """How operators' softphones call in. Raises CertificateError."""
    ca = config.tls.ca
    return LineAccess(
        config.operator_transport,
        srtp=config.operator_srtp,
        authorities=certificates.read_authorities(Path(ca).expanduser()) if ca else "",
    )


def pbx_authorities(config: Config) -> str:
    """Whom softphones trust at an organisation's PBX; empty: whom their systems trust. Raises
    CertificateError."""
    ca = config.tls.trunk_ca
    return certificates.read_authorities(Path(ca).expanduser()) if ca else ""


def engine_tls(config: Config, certificate: Certificate | None) -> Tls | None:
    if certificate is None:
        return None
    tls = config.tls
    authorities: Path | None = None
    if any(trunk.transport == "tls" for trunk in config.trunks):
        paths = ssl.get_default_verify_paths()
        authorities = Path(tls.trunk_ca or paths.cafile or paths.openssl_cafile).expanduser()
        certificates.read_authorities(authorities)
    return Tls(
        Path(tls.certificate).expanduser().resolve(),
        Path(tls.key).expanduser().resolve(),
        config.engine.tls_port,
        authorities.resolve() if authorities else None,
        certificate.digest,
    )


def trunks_in_reach(
    config: Config, conditions: Conditions, *, patient: bool
) -> tuple[TrunkSettings, ...]:
    """``patient``: a trunk whose password is not in the environment is left out and said: the
    others bring callers. Else raises ConfigError."""
    found = []
    for trunk in config.trunks:
        try:
            found.append(trunk.settings(password=trunk.secret()))
        except ConfigError as error:
            if not patient:
                raise
            conditions.report(
                f"trunk_{trunk.name}",
                words("condition.trunk_off", trunk=trunk.name),
                detail=str(error),
            )
    return tuple(found)


def configured_engine(
    config: Config,
    prompts: PromptLibrary,
    certificate: Certificate | None,
    trunks: tuple[TrunkSettings, ...],
) -> AsteriskEngine:
    """The configured engine: our own Asterisk, or the external node."""
    engine = config.engine
    directory = (config.data_dir / "engine").resolve()
    if engine.nodes:
        return AsteriskEngine(engine.nodes[0].settings(trunks, callers_directory(directory)))
    settings = AsteriskSettings(
        directory=directory,
        recordings=(config.data_dir / "recordings").resolve(),
        host=engine.host,
        public_host=engine.public_host,
        local_nets=engine.local_nets,
        sip_port=engine.sip_port,
        session_expires_s=engine.session_expires_s,
        rtp_first=engine.rtp_first,
        rtp_last=engine.rtp_last,
        follow_sound=engine.follow_sound,
        tls=engine_tls(config, certificate),
        trunks=trunks,
        fallback_prompt=_fallback(prompts),
        music_directory=(config.data_dir / "music").resolve(),
    )
    return AsteriskEngine(settings, installer.find())


def _fallback(prompts: PromptLibrary) -> Path:
    """One that cannot be made is no file: Asterisk says nothing and goes on with the music."""
    try:
        return prompts.path(FALLBACK_TEXT).resolve()
    except (EkcError, OSError) as error:
        log.error("fallback prompt not made", error=reason(error))
        return Path("/nonexistent.wav")
