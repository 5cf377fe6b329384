from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.install.debian import mirrors

RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_CODENAME=bookworm\n'


def machine(root: Path, *, release: str = RELEASE, **sources: str) -> Path:
    (root / "apt" / "sources.list.d").mkdir(parents=True)
    (root / "os-release").write_text(release)
    for name, text in sources.items():
        path = "sources.list" if name == "main" else f"sources.list.d/{name.replace('_', '.')}"
        (root / "apt" / path).write_text(text)
    return root


def test_one_line_sources(tmp_path: Path) -> None:
    etc = machine(
        tmp_path,
        main="# deb http://old/debian bookworm main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror/debian bookworm main contrib # ours\n"
        "deb-src http://mirror/debian bookworm main\n"
        "deb http://mirror/security bookworm-security main\n"
        "deb http://elsewhere/repo bookworm stable\n",
    )
    assert mirrors(etc) == ["http://mirror/debian"]


def test_deb822_sources(tmp_path: Path) -> None:
    etc = machine(
        tmp_path,
        debian_sources="Types: deb deb-src\n# a note\nURIs: http://one/debian\n http://two/x\n"
        "Suites: bookworm\n bookworm-updates\nComponents: main\n\n"
        "Types: deb\nURIs: http://off/debian\nSuites: bookworm\nComponents: main\nEnabled: no\n",
    )
    assert mirrors(etc) == ["http://one/debian", "http://two/x"]


def test_the_archive_comes_before_others_that_look_like_it(tmp_path: Path) -> None:
    etc = machine(
        tmp_path,
        a_list="deb http://vendor/repo bookworm main\n",
        b_list="deb http://mirror/debian/ stable main\n",
    )
    assert mirrors(etc) == ["http://mirror/debian/", "http://vendor/repo"]


@pytest.mark.parametrize(
    "release", ['ID=ubuntu\nPRETTY_NAME="Ubuntu 24.04"\nVERSION_CODENAME=noble\n', ""]
)
def test_another_system_is_told_what_to_install(tmp_path: Path, release: str) -> None:
    with pytest.raises(EkcError) as caught:
        mirrors(machine(tmp_path, release=release))
    assert "Debian" in caught.value.message
    assert "Asterisk" in caught.value.remedy


def test_no_archive_among_the_sources_is_an_error(tmp_path: Path) -> None:
    etc = machine(tmp_path, main="deb http://vendor/repo nodistro main\n")
    with pytest.raises(EkcError, match=r"sources\.list|apt"):
        mirrors(etc)
