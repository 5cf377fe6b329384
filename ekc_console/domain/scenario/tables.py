"""Reading of maps by their tables of keys, with a problem for every fault."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ekc_console.domain.scenario import keys
from ekc_console.domain.scenario.model import Problem
from ekc_console.domain.scenario.scalars import Unfit, read_name, read_value

Path = tuple[str | int, ...]


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that names the closest known word, or all of them."""
    listed = list(known)
    near = difflib.get_close_matches(word, listed, n=1)
    if near:
        return f"Может быть, {near[0]}?"
    return f"Есть: {', '.join(listed)}." if listed else "Здесь ни одного ещё нет."


class TableReader:
    """Collects problems and goes on, so that an author sees all faults at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def _mapping(self, body: Any, table: keys.Table, path: Path) -> dict[str, Any]:
        """The known keys of ``body`` with values of the right type; the rest become problems."""
        if not isinstance(body, Mapping):
            self._bad(path, "здесь нужны пары «ключ: значение».", f"Ключи: {', '.join(table)}.")
            return {}
        found: dict[str, Any] = {}
        for name, value in body.items():
            at = (*path, str(name))
            if name not in table and value is None:
                self._bad(
                    at,
                    f"непонятное слово «{name}».",
                    "Если это часть текста с запятой внутри { }, возьмите текст в кавычки.",
                )
            elif name not in table:
                self._bad(at, f"неизвестный ключ {name}.", nearest(str(name), table))
            elif value is None:
                self._bad(at, "значение пропущено.", "Впишите его или уберите ключ.")
            else:
                self._read(found, name, value, table[name], at)
        for name, key in table.items():
            if key.required and name not in body:
                self._bad(
                    path, f"нет обязательного ключа {name}.", f"Добавьте {name}: {key.about}."
                )
        return found

    def _read(
        self, found: dict[str, Any], name: str, value: Any, key: keys.Key, path: Path
    ) -> None:
        try:
            found[name] = read_value(value, key)
        except Unfit as unfit:
            self._bad((*path, *unfit.inside), unfit.message, unfit.remedy)
        else:
            if key.required and found[name] == "":
                self._bad(path, "здесь нужны слова.", "Впишите их.")

    def _entries(self, body: Any, path: Path) -> Iterable[tuple[str, Any]]:
        """Name and content of every entry of ``fields`` or ``steps``."""
        if isinstance(body, Mapping):
            for name, content in body.items():
                try:
                    yield read_name(str(name)), content
                except Unfit as unfit:
                    self._bad((*path, str(name)), unfit.message, unfit.remedy)

    def _bad(self, path: Path, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(path, message, remedy))
