"""What can be wrong with the form of a configuration file: unknown, missing and doubled keys, wrong
types; each fault with its line, its key and the remedy."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import yaml


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    """1-based; 0: not in the file."""
    key: str
    message: str
    remedy: str


SECTION = "раздел из пар «ключ: значение»"
WHOLE = "(весь файл)"
_TYPE = re.compile(r"Expected `(?P<want>[^`]+)`, got `(?P<got>[^`]+)`")
_TYPE_NAMES = {
    "str": "строка",
    "int": "целое число",
    "float": "число",
    "bool": "true или false",
    "date": "дата",
    "datetime": "дата",
    "object": SECTION,
    "array": "список",
    "null": "пусто",
}


def type_faults(value: Any, wanted: Any, key: str, tree: yaml.Node | None) -> Iterator[Fault]:
    """All unknown and missing keys and all values of a wrong type in ``value``."""
    if isinstance(value, dict) and (section := _section_of(wanted)) is not None:
        wanted = section
    if isinstance(value, dict) and get_origin(wanted) is dict and _section_of(get_args(wanted)[1]):
        for name, item in value.items():
            path = f"{key}.{name}"
            if isinstance(name, str):
                yield from type_faults(item, get_args(wanted)[1], path, tree)
            else:
                remedy = "Возьмите его в кавычки."
                yield Fault(line_of(tree, path), path, "имя — не строка.", remedy)
    elif isinstance(wanted, type) and _is_section(wanted):
        yield from _section_faults(value, wanted, key, tree)
    elif get_origin(wanted) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from type_faults(item, get_args(wanted)[0], f"{key}[{index}]", tree)
    else:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            message, remedy = _value_fault(str(error), value, wanted)
            yield Fault(line_of(tree, key), key, message, remedy)


def sound(value: Any, wanted: Any) -> Any:
    """``value`` without its faults: what is wrong is left out, what is missing stands empty.
    ``UNSET`` where nothing is left."""
    if isinstance(value, dict) and (section := _section_of(wanted)) is not None:
        wanted = section
    if isinstance(wanted, type) and _is_section(wanted):
        return _sound_section(value, wanted)
    arguments = get_args(wanted)
    if isinstance(value, dict) and get_origin(wanted) is dict and _section_of(arguments[1]):
        named = {name: sound(item, arguments[1]) for name, item in value.items()}
        return {name: item for name, item in _left(named).items() if isinstance(name, str)}
    if get_origin(wanted) is tuple and isinstance(value, list):
        items = [sound(item, arguments[0]) for item in value]
        return msgspec.UNSET if msgspec.UNSET in items else items
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return msgspec.UNSET
    return value


def _sound_section(value: Any, section: type) -> Any:
    if not isinstance(value, dict):
        return msgspec.UNSET
    types = get_type_hints(section)
    kept = {name: sound(item, types[name]) for name, item in value.items() if name in types}
    missing = [name for name, required in _required(section).items() if required]
    return {name: _empty(types[name]) for name in missing} | _left(kept)


def _left(named: dict[Any, Any]) -> dict[Any, Any]:
    return {name: item for name, item in named.items() if item is not msgspec.UNSET}


def _empty(wanted: Any) -> Any:
    if get_origin(wanted) is Literal:
        return get_args(wanted)[0]
    return [] if get_origin(wanted) is tuple else ""


def _section_of(wanted: Any) -> type | None:
    """The section that may stand here, also where nothing may: ``Section | None``."""
    parts = get_args(wanted) if get_origin(wanted) is UnionType else (wanted,)
    sections = (each for each in parts if isinstance(each, type))
    return next((each for each in sections if issubclass(each, msgspec.Struct)), None)


def _is_section(wanted: type) -> bool:
    return issubclass(wanted, msgspec.Struct) or dataclasses.is_dataclass(wanted)


def _section_faults(value: Any, section: type, key: str, tree: yaml.Node | None) -> Iterator[Fault]:
    """``section``: a Struct of the configuration, or a dataclass of the core."""
    if not isinstance(value, dict):
        yield Fault(line_of(tree, key), key or WHOLE, f"здесь нужен {SECTION}.", "")
        return
    types = get_type_hints(section)
    known = dict.fromkeys(types) | _required(section)
    for name, item in value.items():
        path = f"{key}.{name}".lstrip(".")
        if name in known:
            yield from type_faults(item, types[name], path, tree)
            continue
        near = difflib.get_close_matches(str(name), known, n=1)
        remedy = f"Может быть, {near[0]}?" if near else f"Есть: {', '.join(known)}."
        yield Fault(line_of(tree, path), path, "неизвестный ключ.", remedy)
    for name, required in known.items():
        if required and name not in value:
            path = f"{key}.{name}".lstrip(".")
            yield Fault(line_of(tree, key), path, "обязательный ключ не задан.", "Добавьте его.")


def _required(section: type) -> dict[str, bool | None]:
    if issubclass(section, msgspec.Struct):
        return {f.name: f.required for f in msgspec.structs.fields(section)}
    assert dataclasses.is_dataclass(section)
    return {
        f.name: f.default is f.default_factory is dataclasses.MISSING
        for f in dataclasses.fields(section)
    }


def _value_fault(error: str, value: Any, wanted: Any) -> tuple[str, str]:
    """Message and remedy for one value that msgspec refuses."""
    words = next((one for one in (wanted, *get_args(wanted)) if get_origin(one) is Literal), None)
    if words is not None and isinstance(value, str):
        return f"недопустимое значение «{value}».", f"Можно: {', '.join(get_args(words))}."
    if match := _TYPE.search(error):
        kinds = match["want"].split(" | ")
        want = " или ".join(_TYPE_NAMES.get(kind, kind) for kind in kinds)
        got = _TYPE_NAMES.get(match["got"], match["got"])
        hint = "Возьмите значение в кавычки." if "str" in kinds else ""
        return f"здесь нужно: {want}, а стоит: {got}.", hint
    return f"{error}.", ""


def line_of(tree: yaml.Node | None, path: str) -> int:
    """1-based line of a key such as ``queues[1].strategy``, or of its nearest parent."""
    node, line = tree, 1
    for part in re.findall(r"[a-z_A-Z0-9-]+|\[\d+\]|\[\.\.\.\]", path):
        if node is None:
            break
        if part.startswith("["):
            if not isinstance(node, yaml.SequenceNode) or not part[1:-1].isdigit():
                break
            node = node.value[int(part[1:-1])]
            line = node.start_mark.line + 1
            continue
        if not isinstance(node, yaml.MappingNode):
            break
        found = next((pair for pair in node.value if pair[0].value == part), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def duplicate_keys(
    node: yaml.Node, path: str = "", visited: set[int] | None = None
) -> Iterator[Fault]:
    """``visited``: nodes looked at already; an alias may lead back to where it stands."""
    visited = set() if visited is None else visited
    if id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = f"{path}.{key.value}".lstrip(".")
            if key.value in seen:
                yield Fault(key.start_mark.line + 1, name, "ключ задан дважды.", "Оставьте один.")
            seen.add(key.value)
            yield from duplicate_keys(value, name, visited)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from duplicate_keys(item, f"{path}[{index}]", visited)
