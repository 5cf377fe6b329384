"""What ``ekc engine check`` finds out: is Asterisk there, whole, and does it start here."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.control.child import Child
from ekc_console.server.engine.asterisk.install.program import (
    OLDEST_VERSION,
    EngineProgram,
    missing_modules,
    version_of,
)
from ekc_console.server.engine.asterisk.setup.ports import check_ports, free_sip_port
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings

INSTALL = "Выполните команду «ekc engine install»."


@dataclass(frozen=True, slots=True)
class Check:
    """One finding, in words for the administrator; ``remedy`` is empty when ``ok``."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


async def check(
    program: EngineProgram | None, settings: AsteriskSettings | None = None
) -> list[Check]:
    """All findings in the order in which they matter; stops where nothing more can be tried.

    With ``settings`` their ports are tried as well; a trial start uses ports of its own.
    """
    if program is None:
        return [Check("Программа", False, "Asterisk не найден.", INSTALL)]
    found = [
        Check("Программа", True, program.command[-1]),
        _version(program),
        _modules(program),
        _music(program, settings),
    ]
    if settings is not None:
        found.append(_ports(settings))
    if all(one.ok for one in found[:3]):
        found.append(await _trial(program))
    return found


def _version(program: EngineProgram) -> Check:
    version = version_of(program.command)
    if version is None:
        return Check("Версия", False, "Программа не запускается.", INSTALL)
    ok = int(version.split(".")[0]) >= OLDEST_VERSION
    remedy = "" if ok else f"Нужна версия {OLDEST_VERSION} или новее. {INSTALL}"
    return Check("Версия", ok, version, remedy)


def _modules(program: EngineProgram) -> Check:
    absent = missing_modules(program.modules)
    if absent:
        return Check("Модули", False, f"Не хватает: {', '.join(absent)}.", INSTALL)
    return Check("Модули", True, str(program.modules))


def _music(program: EngineProgram, settings: AsteriskSettings | None) -> Check:
    directory = (settings and settings.music_directory) or program.music
    if directory is None or not directory.is_dir() or not any(directory.iterdir()):
        return Check(
            "Музыка ожидания",
            False,
            f"Нет файлов{f' в {directory}' if directory else ''}: ожидающие услышат тишину.",
            "Укажите engine.music_directory: каталог с файлами WAV (8 кГц, моно, 16 бит).",
        )
    return Check("Музыка ожидания", True, str(directory))


def _ports(settings: AsteriskSettings) -> Check:
    name = f"Порт {settings.host}:{settings.sip_port}"
    if Child.runs_in(settings.directory):
        return Check(name, True, "Занят нашим же работающим Asterisk.")
    try:
        check_ports(settings)
    except EkcError as error:
        return Check(name, False, error.message, error.remedy)
    return Check(name, True, "Свободен.")


async def _trial(program: EngineProgram) -> Check:
    """Start and stop one on loopback, in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="ekc-check-") as directory:
        settings = AsteriskSettings(
            directory=Path(directory) / "engine", recordings=Path(directory) / "recordings"
        )
        port = free_sip_port(settings.host)
        child = Child(dataclasses.replace(settings, sip_port=port), program)
        began = time.monotonic()
        try:
            await child.start()
            ready_s = time.monotonic() - began
            await child.stop()
        except EkcError as error:
            return Check("Пробный запуск", False, error.message, error.remedy)
    total_s = time.monotonic() - began
    return Check(
        "Пробный запуск", True, f"Готов за {ready_s:.1f} с, остановлен за {total_s:.1f} с."
    )
