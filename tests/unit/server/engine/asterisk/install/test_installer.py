from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.install import debian, installer
from ekc_console.server.engine.asterisk.install.installer import package_of

NAMES = frozenset(
    {"libxml2-16", "libssl3t64", "libgcc-s1", "libstdc++6", "libedit2", "zlib1g", "libsqlite3-0"}
)


@pytest.mark.parametrize(
    ("soname", "package"),
    [
        ("libxml2.so.16", "libxml2-16"),
        ("libssl.so.3", "libssl3t64"),
        ("libgcc_s.so.1", "libgcc-s1"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libedit.so.2", "libedit2"),
        ("libsqlite3.so.0", "libsqlite3-0"),
        ("libz.so.1", "zlib1g"),
        ("libnobody.so.9", None),
    ],
)
def test_packages_are_named_after_their_library(soname: str, package: str | None) -> None:
    assert package_of(soname, NAMES) == package


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/anna")
    assert installer.default_cache() == Path("/var/cache/anna/ekc/engine")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/anna")
    assert installer.default_cache() == Path("/home/anna/.cache/ekc/engine")


def test_without_apt_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EkcError) as caught:
        installer.install(tmp_path / "cache", lambda text: None)
    assert "apt-get" in caught.value.message
    assert "Asterisk" in caught.value.remedy
    assert os.listdir(tmp_path / "cache") == ["install.lock"]


def test_without_a_network_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = "http://127.0.0.1:9/debian"
    monkeypatch.setattr(debian, "mirrors", lambda: [closed])
    monkeypatch.setattr(debian, "RETRIES", 0)
    with pytest.raises(EkcError) as caught:
        installer.install(tmp_path, lambda text: None)
    assert "сеть" in caught.value.remedy
    assert "Asterisk" in caught.value.remedy
    assert os.listdir(tmp_path) == ["install.lock"]


def test_a_tree_without_its_lock_is_no_program(tmp_path: Path) -> None:
    cache = installer.default_cache()
    program = installer.install(cache, lambda text: None)
    tree = next(path for path in Path(program.command[-1]).parents if path.parent == cache)
    (tmp_path / tree.name).symlink_to(tree)
    assert installer.find(tmp_path) is not None
    (tmp_path / tree.name).unlink()
    (tmp_path / tree.name / "usr").mkdir(parents=True)
    assert installer._find_cached(tmp_path) is None


def test_what_is_there_is_used_at_once_even_by_many(tmp_path: Path) -> None:
    cache = installer.default_cache()
    first = installer.install(cache, lambda text: None)
    said: list[str] = []
    got: list[object] = []
    threads = [
        threading.Thread(target=lambda: got.append(installer.install(cache, said.append)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [first] * 4
    assert said == []


def test_the_lock_names_every_package_with_its_hash() -> None:
    program = installer.install(installer.default_cache(), lambda text: None)
    lock = Path(program.command[-1]).parents[2] / "lock.json"
    packages = {row["name"]: row for row in json.loads(lock.read_text())["packages"]}
    assert {"asterisk", "asterisk-modules", "libc6"} <= packages.keys()
    assert all(len(row["sha256"]) == 64 and row["version"] for row in packages.values())
