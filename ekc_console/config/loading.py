"""A configuration file is read and every key of it checked.

``load(path)`` gives a :class:`Config` or raises :class:`ConfigError` that lists every fault with
file, line, key and what to write instead.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from ekc_console.config.contradictions import contradictions
from ekc_console.config.faults import Fault, duplicate_keys, line_of, type_faults
from ekc_console.config.model import Config, ConfigError
from ekc_console.config.schedules import bad_dates
from ekc_console.config.timezone import without_old_key


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"Не читается файл настроек {path}: {error.strerror}.",
            "Проверьте путь и права или возьмите за основу config.example.yaml.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: файл не в кодировке UTF-8 (байт {error.start}).",
            "Сохраните файл в UTF-8.",
        ) from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Config:
    """Check the text of a configuration file; ``name`` stands in messages. Raises ConfigError."""
    tree: yaml.Node | None = None
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist
        if tree is not None and (days := list(bad_dates(tree))):
            faults = [
                Fault(line, day, "такой даты нет.", "Например, 2026-12-31.") for line, day in days
            ]
            raise _config_error(name, faults) from error
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            f"{name}:{line}: это не YAML: {problem}.", "Проверьте отступы, кавычки и двоеточия."
        ) from error
    except RecursionError as error:
        raise ConfigError(
            f"{name}: вложено слишком глубоко.", "Проверьте скобки и отступы."
        ) from error
    faults = [] if tree is None else list(duplicate_keys(tree))
    document, old = without_old_key(document)
    faults += [Fault(line_of(tree, key), key, message, remedy) for key, message, remedy in old]
    faults += type_faults({} if document is None else document, Config, "", tree)
    if faults:
        raise _config_error(name, faults)
    config = msgspec.convert(document or {}, Config)
    faults = [
        Fault(line_of(tree, key), key, message, remedy)
        for key, message, remedy in contradictions(config)
    ]
    if faults:
        raise _config_error(name, faults)
    return config


def _config_error(name: str, faults: list[Fault]) -> ConfigError:
    lines = [
        f"{name}:{f.line}: {f.key}: {f.message}" + (f" {f.remedy}" if f.remedy else "")
        for f in sorted(faults, key=lambda f: f.line)
    ]
    return ConfigError("\n".join(lines), "Все ключи описаны в config.example.yaml.")
