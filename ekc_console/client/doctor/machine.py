"""The doctor's checks of the machine: its terminal, and whether it can keep passwords."""

from __future__ import annotations

import locale
import os
import shutil
from collections.abc import Mapping

from ekc_console.client.finding import Finding
from ekc_console.i18n import _

SMALLEST = (80, 24)


def terminal(
    environment: Mapping[str, str], size: os.terminal_size, encoding: str
) -> list[Finding]:
    """``size`` 0×0: there is no terminal."""
    return [_size(size), _colours(environment), _encoding(encoding)]


def this_terminal() -> list[Finding]:
    size = shutil.get_terminal_size(fallback=(0, 0))
    return terminal(os.environ, size, locale.getpreferredencoding(False))


def _size(size: os.terminal_size) -> Finding:
    columns, lines = size
    shown = f"{columns}×{lines}"
    if not columns:
        return Finding(
            check="terminal.size",
            title=_("Размер окна"),
            state="warning",
            found=_("терминала нет: ввод или вывод перенаправлен"),
            remedy=_("Запустите проверку в окне терминала, где будет работать оператор."),
        )
    if columns < SMALLEST[0] or lines < SMALLEST[1]:
        return Finding(
            check="terminal.size",
            title=_("Размер окна"),
            state="warning",
            found=shown,
            remedy=_("Увеличьте окно до 80×24 или уменьшите шрифт."),
        )
    return Finding(check="terminal.size", title=_("Размер окна"), state="ok", found=shown)


def _colours(environment: Mapping[str, str]) -> Finding:
    term = environment.get("TERM", "")
    title = _("Цвета")
    if term in ("", "dumb"):
        return Finding(
            check="terminal.colours",
            title=title,
            state="fault",
            found=_("TERM={term}: экран рисовать нельзя").format(term=term or "—"),
            remedy=_("Возьмите обычный терминал или задайте TERM=xterm-256color."),
        )
    if "NO_COLOR" in environment:
        found = _("выключены (NO_COLOR), всё важное отмечено и знаками")
    elif environment.get("COLORTERM") in ("truecolor", "24bit"):
        found = _("все (truecolor)")
    elif "256" in term:
        found = "256"
    else:
        found = _("16: выберите оформление для 16 цветов")
    return Finding(check="terminal.colours", title=title, state="ok", found=found)


def _encoding(encoding: str) -> Finding:
    good = encoding.lower().replace("-", "") == "utf8"
    return Finding(
        check="terminal.encoding",
        title=_("Кодировка"),
        state="ok" if good else "fault",
        found=encoding,
        remedy="" if good else _("Задайте LANG=ru_RU.UTF-8 (или C.UTF-8) до запуска."),
    )


def keyring_backend() -> Finding:
    """Whether the system keeps passwords; the console itself keeps none."""
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    usable = not isinstance(backend, fail.Keyring | null.Keyring) and backend.priority > 0
    return Finding(
        check="keyring",
        title=_("Хранилище паролей"),
        state="ok",
        found=backend.name if usable else _("нет; консоль паролей не хранит, работе не мешает"),
    )
