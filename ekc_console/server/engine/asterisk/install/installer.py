"""Bring Asterisk without root: Debian's packages unpacked into the user's cache.

Only the packages whose libraries the program and our modules really load are taken (DT_NEEDED,
followed from file to file), so that a tree of some 60 MB stands where the full dependencies would
be several hundred. The tree has its own C library and is run by its own loader.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ekc_console import folders
from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.install import debian, elf
from ekc_console.server.engine.asterisk.install.modules import MODULES
from ekc_console.server.engine.asterisk.install.program import (
    EngineProgram,
    find_installed,
    missing_modules,
    version_of,
)

_PACKAGES = ("asterisk", "asterisk-modules", "libc6", "asterisk-moh-opsound-wav")
_LOCK = "lock.json"
_LOADERS = {"amd64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}
_TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
_POLICY_EXCEPTIONS = {"libz.so.1": "zlib1g", "libxslt.so.1": "libxslt1.1"}
"""Libraries whose package is not named after the soname (Debian Policy 8.1)."""
_UNUSED = ("etc", "var", "usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/lib/systemd")


def default_cache() -> Path:
    return folders.cache() / "engine"


def find(cache: Path | None = None) -> EngineProgram | None:
    """The machine's Asterisk if it serves, else the one in the cache, else None."""
    return find_installed() or _find_cached(cache or default_cache())


def install(cache: Path, progress: Callable[[str], None]) -> EngineProgram:
    """Bring Asterisk into ``cache`` unless it is there; blocks for some 20 s.

    Safe against a second run at the same time and against being killed: a tree appears under its
    final name only when it is whole. Raises EkcError that says what to install by hand.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with _exclusive(cache / "install.lock"):
        if (present := _find_cached(cache)) is not None:
            return present
        return _install(cache, progress)


def _install(cache: Path, progress: Callable[[str], None]) -> EngineProgram:
    work = Path(tempfile.mkdtemp(prefix="new-", dir=cache))
    try:
        apt = debian.PrivateApt(work / "apt")
        if apt.architecture not in _LOADERS:
            raise EkcError(
                f"Для архитектуры {apt.architecture} готового Asterisk нет.", debian.BY_HAND
            )
        progress("Получаю список пакетов Debian…")
        apt.update(debian.mirrors())
        root = work / "root"
        root.mkdir()
        packages = _collect(apt, root, progress)
        _prune(root, apt.architecture)
        _write_lock(root / _LOCK, apt.architecture, packages)
        final = _tree(cache, apt.architecture)
        shutil.rmtree(final, ignore_errors=True)
        root.rename(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    program = _find_cached(cache)
    if program is None:
        raise EkcError("Скачанный Asterisk не запускается.", debian.BY_HAND)
    progress(f"Asterisk {program.version} установлен: {final}")
    return program


def _collect(
    apt: debian.PrivateApt, root: Path, progress: Callable[[str], None]
) -> list[debian.Package]:
    progress("Скачиваю Asterisk…")
    got = apt.fetch(_PACKAGES, root)
    if absent := missing_modules(_modules(root, apt.architecture)):
        raise EkcError(f"В пакете Asterisk нет модулей: {', '.join(absent)}.", debian.BY_HAND)
    names = apt.names()
    while missing := _missing_libraries(root, apt.architecture):
        have = {package.name for package in got}
        wanted = {name for soname in missing if (name := package_of(soname, names))} - have
        if not wanted:
            wanted = apt.depends(have) & names - have
        if not wanted:
            raise EkcError(f"Не найдены библиотеки: {', '.join(sorted(missing))}.", debian.BY_HAND)
        progress(f"Скачиваю библиотеки: {', '.join(sorted(wanted))}")
        got += apt.fetch(wanted, root)
    return got


def package_of(soname: str, names: frozenset[str]) -> str | None:
    """The package of a library by the rule of Debian Policy 8.1 (``t64``: the 2024 rename)."""
    if soname in _POLICY_EXCEPTIONS:
        return _POLICY_EXCEPTIONS[soname]
    name = re.sub(r"\.so(\.|$)", "", re.sub(r"([0-9])\.so\.", r"\1-", soname))
    name = name.replace("_", "-").lower()
    return next((found for found in (name, f"{name}t64") if found in names), None)


def _missing_libraries(root: Path, architecture: str) -> set[str]:
    """Sonames that no directory of the tree has, over all files reachable from what we load."""
    directories = _library_directories(root, architecture)
    modules = _modules(root, architecture)
    files = [root / "usr/sbin/asterisk", *(modules / f"{name}.so" for name in MODULES)]
    seen: set[str] = set()
    missing: set[str] = set()
    while files:
        for soname in elf.needed(files.pop()):
            if soname in seen:
                continue
            seen.add(soname)
            found = next((d / soname for d in directories if (d / soname).exists()), None)
            if found is None:
                missing.add(soname)
            else:
                files.append(found)
    return missing


def _prune(root: Path, architecture: str) -> None:
    for name in _UNUSED:
        shutil.rmtree(root / name, ignore_errors=True)
    loaded = {f"{name}.so" for name in MODULES}
    for path in _modules(root, architecture).iterdir():
        if path.name not in loaded:
            path.unlink()


def _write_lock(path: Path, architecture: str, packages: Iterable[debian.Package]) -> None:
    rows = [
        {"name": package.name, "version": package.version, "sha256": package.sha256}
        for package in sorted(packages, key=lambda package: package.name)
    ]
    document = {"architecture": architecture, "suite": debian.SUITE, "packages": rows}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _find_cached(cache: Path) -> EngineProgram | None:
    for architecture in _LOADERS:
        root = _tree(cache, architecture)
        if (root / _LOCK).is_file() and (program := _program(root, architecture)):
            return program
    return None


def _program(root: Path, architecture: str) -> EngineProgram | None:
    libraries = _library_directories(root, architecture)
    loader = libraries[0] / _LOADERS[architecture]
    path = ":".join(map(str, libraries))
    command = (str(loader), "--library-path", path, str(root / "usr/sbin/asterisk"))
    modules = _modules(root, architecture)
    version = version_of(command)
    if version is None or missing_modules(modules):
        return None
    data = root / "usr/share/asterisk"
    return EngineProgram(command, modules, data, data / "moh", version)


def _tree(cache: Path, architecture: str) -> Path:
    """One name for one set of modules: a release that loads more brings a tree of its own and
    leaves the one alone that a live engine may still run from."""
    revision = hashlib.sha256(" ".join((*MODULES, *_PACKAGES)).encode()).hexdigest()[:8]
    return cache / f"asterisk-{architecture}-{revision}"


def _modules(root: Path, architecture: str) -> Path:
    return root / "usr/lib" / _TRIPLETS[architecture] / "asterisk/modules"


def _library_directories(root: Path, architecture: str) -> list[Path]:
    libraries = root / "usr/lib" / _TRIPLETS[architecture]
    return [libraries, libraries / "asterisk"]


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
