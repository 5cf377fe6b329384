"""The certificate and the authorities that connections go by, from the start to the end.

The given files are used where they can be. Copies of those that could be lie in the data folder:
a start goes on with them when the given ones cannot be used any more. A certificate whose time is
over is used all the same: telephony does not depend on it, and consoles say why they refuse it.
"""

from __future__ import annotations

import asyncio
import datetime
import os
import ssl
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from ekc_console.config import Config
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.start import certificates
from ekc_console.server.start.certificates import Certificate, CertificateError
from ekc_console.server.tasks import essential
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

LOOK_S = 86_400.0
LOOK_IN_TROUBLE_S = 600.0
"""While something is not in order: whoever mends it sees soon that it is."""

_CERTIFICATE, _KEY = "certificate.pem", "key.pem"

Now = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class TlsInForce:
    """``prepare`` at the start, ``context`` once, then ``start``; ``stop`` at the end."""

    def __init__(self, config: Config, conditions: Conditions, now: Now = utc_now) -> None:
        self._given = config
        self._conditions = conditions
        self._now = now
        self._copies = config.data_dir / "last_good"
        self._context: ssl.SSLContext | None = None
        self._task: asyncio.Task[None] | None = None
        self.certificate: Certificate | None = None
        """None where connections are not encrypted."""

    @property
    def expires(self) -> datetime.datetime | None:
        """Of the certificate in force."""
        return None if self.certificate is None else self.certificate.expires

    def prepare(self) -> Config:
        """The configuration with the files in force. Raises CertificateError when neither a given
        file nor a copy of it can be used, and for a certificate that was never used before and
        that telephones would refuse."""
        tls = self._given.tls
        ca = self._authorities(tls.ca, "ca")
        trunk_ca = self._authorities(tls.trunk_ca, "trunk_ca")
        certificate, key = self._pair()
        self.config = msgspec.structs.replace(
            self._given,
            tls=msgspec.structs.replace(
                tls, certificate=certificate, key=key, ca=ca, trunk_ca=trunk_ca
            ),
        )
        return self.config

    def context(self) -> ssl.SSLContext | None:
        """Of the consoles' connections: TLS 1.2 and later; None where they speak plain HTTP. A
        renewed certificate is taken over by new connections."""
        if self.config.https:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._load()
        return self._context

    def start(self) -> None:
        if self.certificate is not None:
            self._task = essential.start(self._keep_looking(), "certificate")

    async def stop(self) -> None:
        await essential.stop(self._task)

    def look(self) -> None:
        """What has become of the files and of their time."""
        assert self.certificate is not None
        before = self.certificate.digest
        try:
            self.prepare()
        except CertificateError as error:
            unusable = words("condition.certificate_unusable")
            self._conditions.report("certificate_file", unusable, detail=str(error))
            return
        if self.certificate.digest != before:
            log.info("certificate renewed", expires=str(self.certificate.expires))
            if self._context is not None:
                self._load()

    async def _keep_looking(self) -> None:
        while True:
            troubled = any(key.startswith("certificate") for key in self._conditions.words)
            await asyncio.sleep(LOOK_IN_TROUBLE_S if troubled else LOOK_S)
            try:
                self.look()
            except Exception:
                log.exception("certificate not looked at")

    def _load(self) -> None:
        assert self._context is not None
        tls = self.config.tls
        self._context.load_cert_chain(
            Path(tls.certificate).expanduser(), Path(tls.key).expanduser()
        )

    # -- the certificate -------------------------------------------------------------

    def _pair(self) -> tuple[str, str]:
        """Paths of the certificate in force and of its key."""
        tls = self._given.tls
        if not tls.certificate:
            return "", ""
        given = Path(tls.certificate).expanduser(), Path(tls.key).expanduser()
        copies = self._copies / _CERTIFICATE, self._copies / _KEY
        new, fault = self._judged(*given)
        kept, _ = self._judged(*copies)
        if kept is not None and (new is None or self._rank(new) < self._rank(kept)):
            unusable = words("condition.certificate_unusable")
            self._conditions.report("certificate_file", unusable, detail=str(fault or ""))
            return self._take(kept, copies)
        if new is None or (fault is not None and kept is None):
            assert fault is not None
            raise fault
        if fault is not None:
            why = words("condition.certificate_name")
            self._conditions.report("certificate_file", why, detail=str(fault))
        else:
            self._conditions.clear("certificate_file")
            _copy(given[0], copies[0])
            _copy(given[1], copies[1])
        return self._take(new, given)

    def _judged(
        self, certificate: Path, key: Path
    ) -> tuple[Certificate | None, CertificateError | None]:
        """None for one that cannot be used; and why it cannot, or will be refused."""
        try:
            found = certificates.read(certificate, key)
        except CertificateError as error:
            return None, error
        return found, self._refused_by_telephones(found)

    def _take(self, certificate: Certificate, paths: tuple[Path, Path]) -> tuple[str, str]:
        self.certificate = certificate
        self._say_time(certificate)
        return str(paths[0]), str(paths[1])

    def _rank(self, certificate: Certificate) -> tuple[bool, bool]:
        """The higher, the more clients accept it."""
        return (
            self._refused_by_telephones(certificate) is None,
            certificate.in_time(self._now()),
        )

    def _say_time(self, certificate: Certificate) -> None:
        now = self._now()
        left = certificate.left_days(now)
        ends, begins = certificate.expires.timestamp(), certificate.begins.timestamp()
        if now > certificate.expires:
            why = words("condition.certificate_over", at=ends)
        elif now < certificate.begins:
            why = words("condition.certificate_early", at=begins)
        elif left < certificates.EXPIRES_SOON_DAYS:
            why = words("condition.certificate_ends", at=ends, days=left)
        else:
            self._conditions.clear("certificate")
            return
        self._conditions.report("certificate", why)

    def _refused_by_telephones(self, certificate: Certificate) -> CertificateError | None:
        config = self._given
        host = config.engine.public_host or config.engine.host
        ours = config.operator_transport == "tls" and not config.engine.nodes
        if not ours or certificate.serves(host):
            return None
        return certificates.not_for(config.tls.certificate, certificate, host)

    # -- authorities -----------------------------------------------------------------

    def _authorities(self, given: str, name: str) -> str:
        """Path of the file to trust; empty where none is given."""
        if not given:
            return ""
        path, copy = Path(given).expanduser(), self._copies / f"{name}.pem"
        try:
            certificates.read_authorities(path)
        except CertificateError as error:
            try:
                certificates.read_authorities(copy)
            except CertificateError:
                raise error from None
            why = words("condition.authorities_unusable", key=f"tls.{name}")
            self._conditions.report(f"certificate_{name}", why, detail=str(error))
            return str(copy)
        self._conditions.clear(f"certificate_{name}")
        _copy(path, copy)
        return str(path)


def _copy(source: Path, target: Path) -> None:
    """For a later start; one that cannot be made costs nothing now."""
    temporary = target.with_name(f".{target.name}.new")
    try:
        data = source.read_bytes()
        if target.is_file() and target.read_bytes() == data:
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(target)
    except OSError as error:
        log.error("last good file not kept", file=target.name, error=error.strerror)
