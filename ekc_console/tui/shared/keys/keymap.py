"""The operator's own keys: a YAML file of action ids and keys, checked against the registry.

::

    call.answer: f5
    view.jump: [ctrl+t, f11]

A faulty entry is told with its line and left out; the rest of the file is in force.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ekc_console import folders
from ekc_console.i18n import _
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, FORBIDDEN_KEYS, key_name
from ekc_console.yaml_nodes import NotReadError, composed

FILE = "keymap.yaml"
FIXED = frozenset({"view.close"})
"""Actions whose key is the same in every program."""

_KEY = re.compile(r"(?:(?:ctrl|alt|shift)\+)*(?:f(?:[1-9]|1\d|2[0-4])|[a-z]|insert|pause)")
_TYPED = re.compile(r"(?:shift\+)?[a-z]")

Keys = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line, and what to do. For people."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        place = _("{file}, строка {line}").format(file=self.file, line=self.line)
        return f"{place}: {self.message} {self.remedy}".strip()


@dataclass(frozen=True, slots=True)
class Keymap:
    """``keys``: for the actions whose keys are the operator's own."""

    keys: Keys
    faults: tuple[Fault, ...] = ()


def path() -> Path:
    return folders.config() / FILE


def load(file: Path) -> Keymap:
    """The defaults when there is no file. Never raises: what cannot be read is a fault."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Keymap({})
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        message = _("файл не прочитан ({why}).").format(why=reason)
        remedy = _("Действуют клавиши по умолчанию.")
        return Keymap({}, (Fault(str(file), 1, message, remedy),))
    return check(text, str(file))


def check(text: str, file: str) -> Keymap:
    """Read the text of a keymap; ``file`` is its name in the faults."""
    return _Reader(file).read(text)


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._faults: list[Fault] = []
        self._keys: Keys = {}
        self._lines: dict[str, int] = {}

    def read(self, text: str) -> Keymap:
        try:
            root = composed(text)
        except NotReadError as error:
            self._fault(
                error.fault.line,
                _("это не YAML."),
                _("Пишите по строке на действие: «call.answer: f5»."),
            )
            return self._result()
        if root is None:
            return self._result()
        if not isinstance(root, yaml.MappingNode):
            self._no_pair(root.start_mark.line + 1)
            return self._result()
        for name, value in root.value:
            self._take(name, value)
        self._drop_clashes()
        return self._result()

    def _take(self, name: yaml.Node, value: yaml.Node) -> None:
        line = name.start_mark.line + 1
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(node, yaml.ScalarNode) for node in (name, *nodes)):
            self._no_pair(line)
            return
        action = name.value
        if not self._may_be_set(action, line):
            return
        keys = [self._key(node) for node in nodes]
        if keys and all(keys):
            self._keys[action] = tuple(key for key in keys if key)
            self._lines[action] = line

    def _no_pair(self, line: int) -> None:
        self._fault(
            line,
            _("ожидались пары «действие: клавиша»."),
            _("Пишите по строке на действие: «call.answer: f5»."),
        )

    def _may_be_set(self, action: str, line: int) -> bool:
        if action not in BY_ID:
            near = difflib.get_close_matches(action, BY_ID, n=1)
            hint = _("Может быть, {name}?").format(name=near[0]) if near else ""
            self._fault(
                line,
                _("действия «{name}» нет.").format(name=action),
                hint or _("Список действий: ekc keys."),
            )
        elif action in self._keys:
            self._fault(
                line,
                _("действие «{name}» названо второй раз.").format(name=action),
                _("Несколько клавиш пишите списком: [f5, ctrl+y]."),
            )
        elif action in FIXED or BY_ID[action].shown_key:
            self._fault(
                line,
                _("клавиша действия «{name}» не меняется.").format(name=action),
                _("Уберите строку."),
            )
        else:
            return True
        return False

    def _key(self, node: yaml.Node) -> str:
        """The key in Textual's spelling; empty when it cannot be one."""
        line = node.start_mark.line + 1
        key = str(node.value).lower().replace(" ", "").replace("-", "+")
        if key in FORBIDDEN_KEYS or key in {"ctrl+c", "ctrl+j"}:
            self._fault(
                line,
                _("клавиша {key} занята терминалом.").format(key=key_name(key)),
                _("Возьмите другую: F-клавишу или Ctrl с буквой."),
            )
        elif _TYPED.fullmatch(key) or key.isdigit():
            self._fault(
                line,
                _("клавишей «{key}» печатают в полях.").format(key=key),
                _("Возьмите F-клавишу или Ctrl с буквой."),
            )
        elif not _KEY.fullmatch(key):
            self._fault(
                line,
                _("клавиши «{key}» нет.").format(key=node.value),
                _("Пишите латиницей: f5, shift+f5, ctrl+y, alt+y."),
            )
        else:
            return key
        return ""

    def _drop_clashes(self) -> None:
        """Until no entry stands against another one or against a default."""
        while clash := next(self._clashes(), None):
            mine, other, key = clash
            self._fault(
                self._lines.pop(mine),
                _("{key} уже занята: «{title}» ({name}).").format(
                    key=key_name(key), title=_(BY_ID[other].label), name=other
                ),
                _("Дайте другую клавишу одному из двух действий."),
            )
            del self._keys[mine]

    def _clashes(self) -> Iterator[tuple[str, str, str]]:
        for mine in reversed(self._keys):
            for other in ACTIONS:
                if other.id == mine or _may_share(mine, other.id):
                    continue
                theirs = self._keys.get(other.id, other.keys)
                for key in self._keys[mine]:
                    if key in theirs:
                        yield mine, other.id, key

    def _fault(self, line: int, message: str, remedy: str) -> None:
        self._faults.append(Fault(self._file, line, message, remedy))

    def _result(self) -> Keymap:
        return Keymap(self._keys, tuple(sorted(self._faults, key=lambda fault: fault.line)))


def _may_share(one: str, other: str) -> bool:
    """Actions that share a key in the registry are never possible at the same time."""
    return bool(set(BY_ID[one].keys) & set(BY_ID[other].keys))


def table(keys: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """Id, keys in force and what it does, for every action."""
    rows = []
    for action in ACTIONS:
        own = keys.get(action.id, action.keys)
        shown = ", ".join(key_name(key) for key in own) or action.shown_key or "—"
        rows.append((action.id, shown, _(action.help)))
    return rows
