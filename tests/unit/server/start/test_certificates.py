"""The server's certificate: made, renewed, and every way in which a given one is no good."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.server.start import certificates
from ekc_console.server.start.certificates import CertificateError
from tests.support import pem

NOW = datetime.datetime(2030, 6, 1, 12, tzinfo=datetime.UTC)
HOSTS = ["ekc.example.org", "10.0.0.5"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    certificates.make(folder, HOSTS, NOW)
    return folder


def checked(folder: Path, now: datetime.datetime = NOW) -> certificates.Certificate:
    return certificates.check(folder / "server.pem", folder / "server-key.pem", now)


def test_what_is_made_passes_the_check(made: Path) -> None:
    found = checked(made)
    assert found.names == ("ekc.example.org", "10.0.0.5")
    assert found.left_days(NOW) == certificates.CERTIFICATE_DAYS
    assert [found.serves(host) for host in (*HOSTS, "EKC.example.org", "example.org")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_keys_are_for_their_owner_only(made: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    assert modes["server-key.pem"] == modes["ca-key.pem"] == 0o600


def test_openssl_takes_the_pair_and_the_authority(made: Path) -> None:
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
        made / "server.pem", made / "server-key.pem"
    )
    client = ssl.create_default_context(cadata=certificates.read_authorities(made / "ca.pem"))
    assert client.cert_store_stats()["x509_ca"] > 0


def test_a_second_run_renews_under_the_same_authority(tmp_path: Path) -> None:
    first = certificates.make(tmp_path, HOSTS, NOW)
    authority = (tmp_path / "ca.pem").read_bytes()
    later = NOW + datetime.timedelta(days=800)
    again = certificates.make(tmp_path, ["ekc.example.org"], later)
    assert {path.name for path in first} - {path.name for path in again} == {
        "ca.pem",
        "ca-key.pem",
    }
    assert (tmp_path / "ca.pem").read_bytes() == authority
    assert checked(tmp_path, later).left_days(later) == certificates.CERTIFICATE_DAYS


@pytest.mark.parametrize("host", ["", "two words", "http://ekc", "10.0.0.5:8122", "a@b"])
def test_a_host_that_is_none(tmp_path: Path, host: str) -> None:
    with pytest.raises(CertificateError, match="не имя узла") as caught:
        certificates.make(tmp_path, [host], NOW)
    assert caught.value.remedy
    assert not list(tmp_path.iterdir())


def test_an_authority_without_its_key(made: Path, tmp_path: Path) -> None:
    certificates.make(tmp_path, HOSTS, NOW)
    (tmp_path / "ca-key.pem").write_bytes((made / "ca-key.pem").read_bytes())
    with pytest.raises(CertificateError, match="не ключ от"):
        certificates.make(tmp_path, HOSTS, NOW)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(CertificateError, match="не записывается"):
        certificates.make(file / "tls", HOSTS, NOW)


@pytest.mark.parametrize(
    ("days", "words"), [(certificates.CERTIFICATE_DAYS + 1, "срок вышел"), (-1, "начнёт действ")]
)
def test_out_of_date(made: Path, days: int, words: str) -> None:
    with pytest.raises(CertificateError, match=words) as caught:
        checked(made, NOW + datetime.timedelta(days=days))
    assert "server.pem" in caught.value.message
    assert caught.value.remedy


def test_a_key_of_another_certificate(made: Path) -> None:
    with pytest.raises(CertificateError, match="ключ не от сертификата"):
        certificates.check(made / "server.pem", made / "ca-key.pem", NOW)


def test_a_key_that_others_can_read(made: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes((made / "server-key.pem").read_bytes())
    key.chmod(0o640)
    with pytest.raises(CertificateError, match="другие пользователи") as caught:
        certificates.check(made / "server.pem", key, NOW)
    assert caught.value.remedy == f"chmod 600 {key}"


def test_a_key_behind_a_password(made: Path, tmp_path: Path) -> None:
    open_key = serialization.load_pem_private_key(
        (made / "server-key.pem").read_bytes(), password=None
    )
    key = tmp_path / "key.pem"
    key.touch(0o600)
    key.write_bytes(
        open_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(CertificateError, match="закрыт паролем"):
        certificates.check(made / "server.pem", key, NOW)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "не читается"), (b"", "PEM"), (b"\xff", "PEM")]
)
def test_files_that_are_none(made: Path, tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "file.pem"
    if content is not None:
        file.touch(0o600)
        file.write_bytes(content)
    for certificate, key in ((file, made / "server-key.pem"), (made / "server.pem", file)):
        with pytest.raises(CertificateError, match=words) as caught:
            certificates.check(certificate, key, NOW)
        assert str(file) in caught.value.message
        assert caught.value.remedy


def test_the_authority_signs_servers_only(made: Path) -> None:
    """Not another authority: whoever takes the server's key cannot make certificates."""
    pair = x509.load_pem_x509_certificates((made / "server.pem").read_bytes())
    limits = pair[0].extensions.get_extension_for_class(x509.BasicConstraints).value
    assert limits.ca is False


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(which=st.sampled_from(["server.pem", "server-key.pem"]), data=st.data())
def test_a_damaged_file_is_refused_in_words_or_can_be_used(
    made: Path, tmp_path_factory: pytest.TempPathFactory, which: str, data: st.DataObject
) -> None:
    """Whatever byte of what the PEM wraps is another one."""
    label, body = pem.body_of((made / which).read_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    body = body[:at] + bytes([data.draw(st.integers(0, 255))]) + body[at + 1 :]
    folder = tmp_path_factory.mktemp("damaged")
    for name in ("server.pem", "server-key.pem"):
        file = folder / name
        file.touch(0o600)
        file.write_bytes((made / name).read_bytes())
    (folder / which).write_bytes(pem.wrapped(label, body))
    with contextlib.suppress(CertificateError):
        checked(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")


def test_a_key_that_connections_refuse_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL takes no RSA key as short as this one."""
    monkeypatch.setattr(certificates, "KEY_BITS", 1024)
    certificates.make(tmp_path, HOSTS, NOW)
    with pytest.raises(CertificateError, match=r"server\.pem: .*не примут"):
        checked(tmp_path)
