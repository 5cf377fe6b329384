"""What click itself says (usage, options, errors of the command line) in the language in use.

click asks gettext for its words, by the environment of the system and from catalogues that it does
not bring. They are asked for here instead; what has no Russian word here stays English.
"""

from __future__ import annotations

import inspect
import weakref
from types import ModuleType
from typing import Any

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

from ekc_console import i18n

_MODULES: tuple[ModuleType, ...] = (
    core, decorators, exceptions, formatting, parser, termui, types,
)  # fmt: skip
_RUSSIAN = {
    "Usage:": "Как вызвать:",
    "Options": "Ключи",
    "Commands": "Команды",
    "Positional arguments": "Аргументы",
    "[OPTIONS]": "[КЛЮЧИ]",
    "COMMAND [ARGS]...": "КОМАНДА [АРГУМЕНТЫ]...",
    "Show this message and exit.": "Показать эту справку.",
    "default: {default}": "по умолчанию: {default}",
    "env var: {var}": "в окружении: {var}",
    "required": "обязателен",
    "deprecated": "устарело",
    "(dynamic)": "(вычисляется)",
    "Aborted!": "Прервано.",
    "Error: {message}": "Ошибка: {message}",
    "Error: invalid input": "Ошибка: ответьте y или n",
    "Error: The two entered values do not match.": "Ошибка: введено не одно и то же.",
    "Repeat for confirmation": "Ещё раз",
    "Try '{command} {option}' for help.": "Справка: {command} {option}",
    "Missing command.": "Не сказано, какая команда.",
    "Missing argument": "Не хватает аргумента",
    "Missing option": "Не хватает ключа",
    "Missing parameter": "Не хватает параметра",
    "No such option {name!r}.": "Ключа {name} нет.",
    "No such command {name!r}.": "Команды {name} нет.",
    "Did you mean {possibility}?": "Может быть, {possibility}?",
    "(Did you mean one of: {possibilities}?)": "Может быть, одно из: {possibilities}?",
    "Invalid value: {message}": "Не подходит: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint}: {message}",
    "Could not open file {filename!r}: {message}": "Файл {filename} не открывается: {message}",
    "unknown error": "причина неизвестна",
    "Got unexpected extra argument ({args})": "Лишний аргумент: {args}",
    "Got unexpected extra arguments ({args})": "Лишние аргументы: {args}",
    "Option {name!r} does not take a value.": "У ключа {name} нет значения.",
    "Option {name!r} requires an argument.": "Ключу {name} нужно значение.",
    "Option {name!r} requires {nargs} arguments.": "Ключу {name} нужно значений: {nargs}.",
    "Argument {name!r} takes {nargs} values.": "Аргументу {name} нужно значений: {nargs}.",
    "Choose from:\n\t{choices}": "Одно из:\n\t{choices}",
    "{value!r} is not {choice}.": "«{value}» — не {choice}.",
    "{value!r} is not one of {choices}.": "«{value}» — не одно из: {choices}.",
    "{value} is not in the range {range}.": "{value} не в пределах {range}.",
    "{value!r} is not a valid {number_type}.": "«{value}» — не {number_type}.",
    "{name} {filename!r} is a file.": "{filename} — файл, а не папка.",
    "{name} {filename!r} is a directory.": "{filename} — папка, а не файл.",
    "{name} {filename!r} is not readable.": "{filename} не читается.",
    "{name} {filename!r} is not writable.": "{filename} не открывается для записи.",
    "{name} {filename!r} does not exist.": "{filename}: такого файла или папки нет.",
    "file": "файл",
    "directory": "папка",
    "path": "путь",
    "text": "текст",
    "integer": "целое",
    "integer range": "целое",
    "float": "число",
    "float range": "число",
}
_NAMES: dict[type[click.ParamType[Any]], str] = {
    kind: kind.name
    for kind in (
        types.StringParamType, types.IntParamType, click.IntRange, types.FloatParamType,
        click.FloatRange,
    )
}  # fmt: skip


def use() -> None:
    """From now on click speaks the language in use."""
    for module in _MODULES:
        for name, function in (("_", _said), ("ngettext", _said_of)):
            if hasattr(module, name):
                setattr(module, name, function)
    for kind, name in _NAMES.items():
        kind.name = _said(name)


def named(command: click.Command) -> click.Command:
    """The command with its help and the words of its usage and its paths in the language in use;
    its own commands too."""
    command.options_metavar = _said("[OPTIONS]")
    _translate(command, "help")
    for parameter in command.params:
        _translate(parameter, "help", "prompt", "metavar")
        if isinstance(parameter.type, click.Path):
            parameter.type.name = _said(_kind(parameter.type))
    if isinstance(command, click.Group):
        command.subcommand_metavar = _said("COMMAND [ARGS]...")
        for each in command.commands.values():
            named(each)
    return command


def _translate(thing: click.Command | click.Parameter, *names: str) -> None:
    """What is written in Russian in the source; as it was there, whatever the language before."""
    for name in names:
        written = _WRITTEN.setdefault(thing, {}).setdefault(name, getattr(thing, name, None))
        if written:
            setattr(thing, name, i18n._(inspect.cleandoc(written)))


_WRITTEN: weakref.WeakKeyDictionary[click.Command | click.Parameter, dict[str, Any]] = (
    weakref.WeakKeyDictionary()
)


def _kind(path: click.Path) -> str:
    if path.file_okay == path.dir_okay:
        return "path"
    return "file" if path.file_okay else "directory"


def _said(text: str) -> str:
    return _RUSSIAN.get(text, text) if i18n.language() == i18n.SOURCE_LANGUAGE else text


def _said_of(one: str, many: str, count: int) -> str:
    return _said(one if count == 1 else many)
