"""A whole centre with TLS and SRTP, and the certificates it needs."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Literal

import msgspec

from ekc_console.config import Tls, Trunk
from ekc_console.server.start import certificates
from tests.support.centre import Centre
from tests.support.net import free_port


class SecureCentre(Centre):
    """``trunks``: instead of the one that the callers come from; ``ca``: what consoles are told to
    trust for telephony, in place of the true authority."""

    def __init__(
        self,
        folder: Path,
        *,
        trunks: tuple[Trunk, ...] = (),
        media: Literal["auto", "rtp"] = "auto",
        ca: Path | None = None,
    ) -> None:
        super().__init__(folder)
        self.tls = folder / "tls"
        make_certificate(self.tls, self.host)
        self.trunks = trunks
        self.trunk_ca = self.tls / "ca.pem"
        self._media = media
        self._ca = ca or self.tls / "ca.pem"

    def _config(self):
        config = super()._config()
        engine = msgspec.structs.replace(
            config.engine, tls_port=free_port(self.host), operator_media=self._media
        )
        tls = Tls(
            certificate=str(self.tls / "server.pem"),
            key=str(self.tls / "server-key.pem"),
            ca=str(self._ca),
            trunk_ca=str(self.trunk_ca),
        )
        trunks = self.trunks or config.trunks
        return msgspec.structs.replace(config, engine=engine, tls=tls, trunks=trunks)


def make_certificate(folder: Path, host: str) -> None:
    certificates.make(folder, [host], datetime.datetime.now(datetime.UTC))
