"""Debian packages without root: a private apt state under a directory of ours.

The mirror and the way to it (proxies, time limits) are the machine's own; trust comes from the
distribution's keyring only. Nothing of the machine's package state is read or written.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ekc_console.errors import EkcError

SUITE = "sid"
RETRIES = 3
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TOOLS = ("apt-get", "apt-cache", "apt-config", "dpkg", "dpkg-deb")
_BASE_SUITES = frozenset({"oldstable", "stable", "testing", "unstable", "sid"})
BY_HAND = (
    "Установите Asterisk версии 20 или новее средствами вашей системы так, чтобы программа "
    "«asterisk» находилась по PATH, и повторите."
)


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    sha256: str


def mirrors(etc: Path = Path("/etc")) -> list[str]:
    """Addresses of the Debian archive in this machine's apt sources, likeliest first.

    Raises EkcError when this is not Debian or no source of its main archive is there.
    """
    release = _os_release(etc / "os-release")
    if release.get("ID") != "debian":
        raise EkcError(
            "Установка Asterisk из пакетов умеет только Debian, а эта система: "
            f"{release.get('PRETTY_NAME', 'неизвестна')}.",
            BY_HAND,
        )
    suites = _BASE_SUITES | {release.get("VERSION_CODENAME", "")}
    found = [
        address
        for address, listed, components in _sources(etc / "apt")
        if suites & set(listed) and "main" in components
    ]
    if not found:
        raise EkcError(
            f"В источниках apt ({etc / 'apt'}) нет основного архива Debian.",
            "Добавьте в /etc/apt/sources.list зеркало Debian. " + BY_HAND,
        )
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda address: not address.rstrip("/").endswith("debian"))


def _os_release(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(re.findall(r'(?m)^(\w+)="?([^"\n]*)"?$', text))


def _sources(apt: Path) -> Iterable[tuple[str, Sequence[str], Sequence[str]]]:
    """(address, suites, components) of every enabled binary source."""
    parts = apt / "sources.list.d"
    for path in (apt / "sources.list", *sorted(parts.glob("*.list"))):
        if path.is_file():
            yield from _one_line_sources(path.read_text(encoding="utf-8", errors="replace"))
    for path in sorted(parts.glob("*.sources")):
        yield from _deb822_sources(path.read_text(encoding="utf-8", errors="replace"))


def _one_line_sources(text: str) -> Iterable[tuple[str, Sequence[str], Sequence[str]]]:
    for line in text.splitlines():
        found = re.match(
            r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)", line.split("#")[0].strip()
        )
        if found:
            yield found[1], [found[2]], found[3].split()


def _deb822_sources(text: str) -> Iterable[tuple[str, Sequence[str], Sequence[str]]]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        joined = re.sub(r"\n[ \t]+", " ", "\n".join(lines))
        fields = {
            key.lower(): value.split() for key, value in re.findall(r"(?m)^([\w-]+):(.*)$", joined)
        }
        if "deb" in fields.get("types", []) and fields.get("enabled", ["yes"])[0] != "no":
            for address in fields.get("uris", []):
                yield address, fields.get("suites", []), fields.get("components", [])


class PrivateApt:
    """apt over ``directory``; :meth:`update` first."""

    def __init__(self, directory: Path) -> None:
        absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if absent:
            raise EkcError(f"Нет программ apt: {', '.join(absent)}.", BY_HAND)
        if not KEYRING.is_file():
            raise EkcError(
                f"Нет ключей Debian: {KEYRING}.", "Установите пакет debian-archive-keyring."
            )
        self._directory = directory
        self._archives = directory / "archives"
        for name in ("lists/partial", "archives/partial", "empty"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        (directory / "status").touch()
        self.architecture = _run(["dpkg", "--print-architecture"]).strip()
        self._environment = {**os.environ, "LC_ALL": "C", "APT_CONFIG": str(self._configuration())}

    def _configuration(self) -> Path:
        """The machine's ways of fetching (``Acquire``) and nothing else of its settings: hooks
        and preferences in them are meant for the machine's own packages."""
        acquire = [
            line
            for line in _run(["apt-config", "dump"]).splitlines()
            if line.startswith(("Acquire::", "Acquire "))
        ]
        here = self._directory
        own = {
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": here / "empty",
            "Dir::Etc::sourcelist": here / "sources.list",
            "Dir::Etc::sourceparts": here / "empty",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": here / "empty",
            "Dir::State": here,
            "Dir::State::lists": here / "lists",
            "Dir::State::status": here / "status",
            "Dir::Cache": here,
            "Dir::Cache::archives": self._archives,
            "Dir::Log": here,
            "Acquire::AllowInsecureRepositories": "false",
            # The newest suite's Release file lives a week; a slow mirror or clock must not matter.
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": str(RETRIES),
            "APT::Architecture": self.architecture,
            "APT::Sandbox::User": "root",
            "Debug::NoLocking": "true",
        }
        path = here / "apt.conf"
        path.write_text("\n".join([*acquire, *(f'{key} "{own[key]}";' for key in own), ""]))
        return path

    def update(self, addresses: Sequence[str]) -> None:
        """Fetch the package lists of the newest suite from the first address that has it."""
        errors = []
        for address in addresses:
            line = f"deb [arch={self.architecture} signed-by={KEYRING}] {address} {SUITE} main\n"
            (self._directory / "sources.list").write_text(line)
            done = self._apt("apt-get", "update", "-qq", "--error-on=any")
            if done.returncode == 0:
                return
            errors.append(done.stderr.strip())
        raise EkcError(
            f"Не удалось получить список пакетов Debian ({SUITE}): {_last_line(errors)}",
            "Проверьте сеть и источники apt. " + BY_HAND,
        )

    def depends(self, names: Iterable[str]) -> set[str]:
        """Direct dependencies (first alternatives and the others) of the packages."""
        done = self._apt(
            "apt-cache", "depends", "--no-recommends", "--no-suggests", "--no-conflicts",
            "--no-breaks", "--no-replaces", "--no-enhances", *sorted(names),
        )  # fmt: skip
        return set(re.findall(r"(?m)^ +\|?(?:Pre)?Depends: (\w[\w.+-]*)$", done.stdout))

    def names(self) -> frozenset[str]:
        """All packages of the suite."""
        return frozenset(self._apt("apt-cache", "pkgnames").stdout.split())

    def fetch(self, names: Iterable[str], into: Path) -> list[Package]:
        """Download, verify (apt does, by the signed lists) and unpack; the files are not kept."""
        wanted = sorted(names)
        done = self._apt("apt-get", "download", "-qq", *wanted)
        if done.returncode != 0:
            raise EkcError(
                f"Не удалось скачать пакеты Debian: {_last_line([done.stderr])}",
                "Проверьте сеть и свободное место. " + BY_HAND,
            )
        return [self._unpack(path, into) for path in sorted(self._archives.glob("*.deb"))]

    def _unpack(self, path: Path, into: Path) -> Package:
        name, version = _run(
            ["dpkg-deb", "--show", "--showformat=${Package}\n${Version}", str(path)]
        ).split("\n")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        _run(["dpkg-deb", "-x", str(path), str(into)])
        path.unlink()
        return Package(name, version, digest)

    def _apt(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._archives,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EkcError(f"{command[0]}: {_last_line([done.stderr])}", BY_HAND)
    return done.stdout


def _last_line(texts: Sequence[str]) -> str:
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("E:")]
    return (errors or lines or ["причина неизвестна"])[-1].removeprefix("E:").strip()
