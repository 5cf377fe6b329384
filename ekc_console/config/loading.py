"""A configuration file is read and every key of it checked.

``load(path)`` gives a :class:`Config` or raises :class:`ConfigError` that lists every fault with
file, line, key and what to write instead.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from ekc_console.config.contradictions import contradictions
from ekc_console.config.faults import WHOLE, Fault, line_of, sound, type_faults
from ekc_console.config.model import Config, ConfigError
from ekc_console.config.reading import read
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
    known = read(text)
    document, old = without_old_key({} if known.document is None else known.document)
    faults = [*known.faults, *(_placed(known.tree, each) for each in old)]
    taken = [fault.key for fault in faults]
    faults += [
        fault
        for fault in type_faults(document, Config, "", known.tree)
        if not (known.broken and fault.key == WHOLE) and fault.key not in taken
    ]
    if known.broken or any(map(_names_things, faults)):
        raise _config_error(name, faults)
    left = sound(document, Config)
    if left is not msgspec.UNSET:
        config = msgspec.convert(left, Config)
        keys = [fault.key for fault in faults]
        found = (_placed(known.tree, each) for each in contradictions(config))
        faults += [fault for fault in found if not any(_related(fault.key, key) for key in keys)]
    if faults:
        raise _config_error(name, faults)
    return config


def _placed(tree: yaml.Node | None, contradiction: tuple[str, str, str]) -> Fault:
    key, message, remedy = contradiction
    return Fault(line_of(tree, key), key, message, remedy)


def _names_things(fault: Fault) -> bool:
    """Whether by this fault something may look as if it were not there that others refer to."""
    head, _, field = fault.key.rpartition(".")
    return field in ("id", "code") or not head


def _related(one: str, other: str) -> bool:
    """Whether one key is the other, or stands in it: the one fault may follow from the other."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}["))


def _config_error(name: str, faults: list[Fault]) -> ConfigError:
    lines = [
        f"{name}:{f.line}: {f.key}: {f.message}" + (f" {f.remedy}" if f.remedy else "")
        for f in sorted(faults, key=lambda f: f.line)
    ]
    return ConfigError("\n".join(lines), "Все ключи описаны в config.example.yaml.")
