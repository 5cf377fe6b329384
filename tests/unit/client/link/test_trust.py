"""Whom a console believes."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from yarl import URL

from ekc_console.client.link.trust import pbx_authorities, trust
from ekc_console.errors import EkcError
from ekc_console.server.start import certificates


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("EKC_CA", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "ekc"
    certificates.make(folder / "tls", ["localhost"], datetime.datetime.now(datetime.UTC))
    return folder


def authorities(context: ssl.SSLContext | bool) -> int:
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    return context.cert_store_stats()["x509_ca"]


def test_plain_http_needs_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EKC_CA", str(home / "none.pem"))
    assert trust(URL("http://127.0.0.1:8122")) is True


def test_the_centres_own_authority_is_added(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = URL("https://127.0.0.1:8122")
    before = authorities(trust(url))
    monkeypatch.setenv("EKC_CA", str(home / "tls/ca.pem"))
    assert authorities(trust(url)) == before + 1
    monkeypatch.delenv("EKC_CA")
    (home / "ca.pem").write_bytes((home / "tls/ca.pem").read_bytes())
    assert authorities(trust(url)) == before + 1


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_that_is_none_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = home / "mine.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("EKC_CA", str(file))
    with pytest.raises(EkcError, match=r"mine\.pem: не читается") as caught:
        trust(URL("https://127.0.0.1:8122"))
    assert "ca.pem" in caught.value.remedy


def test_whom_to_trust_at_a_pbx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates.make(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    file = tmp_path / "ca.pem"
    assert pbx_authorities("") == ""
    assert pbx_authorities("told by the server") == "told by the server"
    monkeypatch.setenv("EKC_PBX_CA", str(file))
    assert pbx_authorities("told by the server") == file.read_text()
    file.write_text("nothing")
    with pytest.raises(EkcError, match=r"ca\.pem: не читается") as caught:
        pbx_authorities("told by the server")
    assert "EKC_PBX_CA" in caught.value.remedy
