"""The certificate in force: an old one, a broken one, a renewed one."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import stat
from pathlib import Path

import pytest

from ekc_console.client.words.saying import said
from ekc_console.config import Config, Server, Tls
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.start import certificates
from ekc_console.server.start.certificates import CertificateError
from ekc_console.server.start.tls_in_force import LOOK_IN_TROUBLE_S, LOOK_S, TlsInForce
from tests.support import virtual_time

NOW = datetime.datetime(2030, 6, 1, 12, tzinfo=datetime.UTC)
HOST = "127.0.0.1"


class Site:
    """A machine with its files; ``starts`` as a server does, ``days`` after ``NOW``."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "tls"
        self.data = folder / "data"
        self.now = NOW
        self.renew()
        self.conditions = Conditions()

    def renew(self, host: str = HOST) -> None:
        certificates.make(self.files, [host], self.now)

    def starts(self, days: float = 0) -> TlsInForce:
        self.now = NOW + datetime.timedelta(days=days)
        tls = Tls(
            certificate=str(self.files / "server.pem"),
            key=str(self.files / "server-key.pem"),
            ca=str(self.files / "ca.pem"),
            trunk_ca=str(self.files / "ca.pem"),
        )
        config = Config(server=Server(data_dir=str(self.data)), tls=tls)
        self.conditions = Conditions()
        in_force = TlsInForce(config, self.conditions, lambda: self.now)
        in_force.prepare()
        return in_force

    def used(self, in_force: TlsInForce, *names: str) -> bool:
        """Whether these files of the given ones, and none of the copies, are in force."""
        return all(str(self.files) in getattr(in_force.config.tls, name) for name in names)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_the_given_files_are_in_force_and_kept(site: Site) -> None:
    in_force = site.starts()
    assert site.used(in_force, "certificate", "key", "ca", "trunk_ca")
    assert site.conditions.words == {}
    assert in_force.context() is not None
    copies = site.data / "last_good"
    assert stat.S_IMODE(copies.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in copies.iterdir()} == {0o600}


def test_one_whose_time_is_over_is_used_and_said(site: Site) -> None:
    """Even at the first start of this version: telephony does not depend on it."""
    in_force = site.starts(days=certificates.CERTIFICATE_DAYS + 1)
    assert site.used(in_force, "certificate")
    assert "вышел 03.09.2032" in said(site.conditions.words["certificate"])
    assert isinstance(in_force.context(), ssl.SSLContext)


def test_one_that_begins_later_is_used_and_said(site: Site) -> None:
    site.starts(days=-2)
    assert "проверьте часы" in said(site.conditions.words["certificate"])


def unreadable(site: Site) -> None:
    (site.files / "server.pem").write_text("half", encoding="utf-8")


def gone(site: Site) -> None:
    (site.files / "server-key.pem").unlink()


def foreign_key(site: Site) -> None:
    old = (site.files / "server-key.pem").read_bytes()
    site.renew()
    (site.files / "server-key.pem").write_bytes(old)


def open_to_all(site: Site) -> None:
    (site.files / "server-key.pem").chmod(0o644)


def another_name(site: Site) -> None:
    site.renew("other.example.org")


@pytest.mark.parametrize("harm", [unreadable, gone, foreign_key, open_to_all, another_name])
def test_the_last_good_one_is_in_force(site: Site, harm: object) -> None:
    first = site.starts().certificate
    harm(site)  # type: ignore[operator]
    in_force = site.starts()
    assert in_force.certificate == first
    assert not site.used(in_force, "certificate")
    assert "действует последний верный" in said(site.conditions.words["certificate_file"])
    assert in_force.context() is not None


@pytest.mark.parametrize("harm", [unreadable, gone, foreign_key, open_to_all, another_name])
def test_the_first_start_refuses_what_is_wrong(site: Site, harm: object) -> None:
    harm(site)  # type: ignore[operator]
    with pytest.raises(CertificateError):
        site.starts()


def test_authorities_that_are_gone_are_the_last_good_ones(site: Site) -> None:
    site.starts()
    (site.files / "ca.pem").unlink()
    in_force = site.starts()
    assert not site.used(in_force, "ca")
    assert not site.used(in_force, "trunk_ca")
    assert list(site.conditions.words) == ["certificate_ca", "certificate_trunk_ca"]
    assert certificates.read_authorities(Path(in_force.config.tls.ca))


def test_copies_that_cannot_be_made_cost_nothing(site: Site) -> None:
    site.data.mkdir()
    (site.data / "last_good").write_text("in the way", encoding="utf-8")
    assert site.used(site.starts(), "certificate")


def test_the_end_is_said_before_it_comes_while_the_server_runs(site: Site) -> None:
    """Looked at once a day, and more often while something is not in order."""
    soon = certificates.CERTIFICATE_DAYS - certificates.EXPIRES_SOON_DAYS

    async def story() -> None:

        loop = asyncio.get_running_loop()
        in_force = site.starts(days=soon - 1.5)
        began = site.now
        in_force._now = lambda: began + datetime.timedelta(seconds=loop.time())
        in_force.start()
        try:
            await asyncio.sleep(LOOK_S + 1)
            assert "certificate" not in site.conditions
            await asyncio.sleep(LOOK_S)
            assert "осталось дней: 20" in said(site.conditions.words["certificate"])
            site.now = began + datetime.timedelta(seconds=loop.time())
            site.renew()
            await asyncio.sleep(LOOK_IN_TROUBLE_S)
            assert site.conditions.words == {}
        finally:
            await in_force.stop()

    virtual_time.run(story)


def test_a_renewed_one_is_taken_over_by_new_connections(site: Site) -> None:
    in_force = site.starts()
    context = in_force.context()
    assert context is not None
    first = offered(context)
    site.renew()
    in_force.look()
    assert offered(context) != first
    unreadable(site)
    renewed = offered(context)
    in_force.look()
    assert offered(context) == renewed
    assert "certificate_file" in site.conditions


def offered(context: ssl.SSLContext) -> bytes:
    """The certificate that a client of these connections is shown, without a socket."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_context = ssl.create_default_context()
    client_context.check_hostname, client_context.verify_mode = False, ssl.CERT_NONE
    server = context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    shown = client.getpeercert(binary_form=True)
    assert shown is not None
    return shown
