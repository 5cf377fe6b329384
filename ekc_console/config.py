"""Configuration of the server: one YAML file, every key checked, defaults for all.

``load(path)`` gives a :class:`Config` or raises :class:`ConfigError` that lists every fault with
file, line, key and what to write instead.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from ekc_console.domain.ids import QueueId
from ekc_console.domain.queue import check_settings
from ekc_console.domain.settings import QueueSettings, WrapUpMode
from ekc_console.domain.strategy import SettingsError
from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.settings import Trunk as TrunkSettings


class ConfigError(EkcError):
    """The configuration cannot be used; the message lists every fault."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: an unknown key is an error."""


class Server(_Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 8122
    data_dir: str = ""
    """Empty: ``~/.local/share/ekc`` (XDG_DATA_HOME)."""
    scripts_dir: str = ""
    """Empty: the scripts shipped with the program."""
    main_menu: str = "main_menu"
    session_hours: float = 12.0


class Store(_Section, frozen=True, kw_only=True):
    synchronous: Literal["normal", "full"] = "normal"


class Node(_Section, frozen=True, kw_only=True):
    ari_url: str
    ari_user: str
    ari_password: str
    ami_address: str
    ami_user: str
    ami_password: str
    sip_address: str


class Engine(_Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    sip_port: int = 5060
    rtp_first: int = 20000
    rtp_last: int = 29999
    operator_transport: Literal["udp", "tcp"] = "tcp"
    nodes: tuple[Node, ...] = ()


class Trunk(_Section, frozen=True, kw_only=True):
    name: str
    mode: Literal["address", "register"]
    addresses: tuple[str, ...] = ()
    outbound: str = ""
    transport: Literal["udp", "tcp"] = "udp"
    registrar: str = ""
    user: str = ""
    password: str = ""
    password_env: str = ""
    caller_id: str = ""

    def settings(self, password: str) -> TrunkSettings:
        """For the engine. Raises EkcError that names the key."""
        return TrunkSettings(
            name=self.name,
            mode=self.mode,
            addresses=self.addresses,
            outbound=self.outbound,
            transport=self.transport,
            user=self.user,
            password=password,
            registrar=self.registrar,
            caller_id=self.caller_id,
        )

    def secret(self) -> str:
        """The password, from the environment where ``password_env`` names it."""
        if not self.password_env:
            return self.password
        try:
            return os.environ[self.password_env]
        except KeyError:
            raise ConfigError(
                f"trunks.{self.name}.password_env: переменная {self.password_env} не задана.",
                "Задайте её в окружении сервера.",
            ) from None


class Queue(_Section, frozen=True, kw_only=True):
    id: str
    title: str
    strategy: str = "longest-idle"
    offer_timeout_s: float = 15.0
    max_unanswered: int = 2
    retry_same_agent_s: float = 5.0
    service_level_s: float = 20.0
    short_abandon_s: float = 5.0
    wrap_up: WrapUpMode = "mandatory_timed"
    wrap_up_s: float = 60.0
    priority_step_s: float = 60.0
    callback_on_abandon: bool = True
    announce_every_s: float = 30.0

    def settings(self) -> QueueSettings:
        values = msgspec.structs.asdict(self)
        return QueueSettings(**{**values, "id": QueueId(self.id)})


class Break(_Section, frozen=True, kw_only=True):
    code: str
    title: str
    limit_minutes: float = 0.0


class Topic(_Section, frozen=True, kw_only=True):
    code: str
    title: str
    script: str


class Calls(_Section, frozen=True, kw_only=True):
    recording: bool = True
    dial_timeout_s: float = 40.0
    prefix: str = ""


class Voice(_Section, frozen=True, kw_only=True):
    name: str = "ru"
    words_per_minute: int = 150
    recorded_dir: str = ""


_DIRECTIONS = (
    ("appointments", "appointment", "Запись к врачу"),
    ("home_visit", "home_visit", "Вызов врача на дом"),
    ("vaccination", "vaccination", "Вакцинация"),
    ("med_info", "med_info", "Справочная медицинская информация"),
    ("feedback", "feedback", "Отзывы и жалобы"),
    ("other", "other", "Прочие вопросы"),
    ("general", "general", "Общая линия"),
)


class Config(_Section, frozen=True, kw_only=True):
    server: Server = Server()
    store: Store = Store()
    engine: Engine = Engine()
    trunks: tuple[Trunk, ...] = ()
    queues: tuple[Queue, ...] = tuple(Queue(id=q, title=t) for q, _, t in _DIRECTIONS)
    topics: tuple[Topic, ...] = tuple(Topic(code=s, title=t, script=s) for _, s, t in _DIRECTIONS)
    breaks: tuple[Break, ...] = (
        Break(code="rest", title="Отдых", limit_minutes=10),
        Break(code="lunch", title="Обед", limit_minutes=45),
        Break(code="training", title="Учёба"),
        Break(code="technical", title="Технический перерыв"),
        Break(code="manager", title="Вызов руководителя"),
    )
    calls: Calls = Calls()
    voice: Voice = Voice()

    @property
    def data_dir(self) -> Path:
        if self.server.data_dir:
            return Path(self.server.data_dir).expanduser()
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return Path(base).expanduser() / "ekc"

    @property
    def recorded_dir(self) -> Path | None:
        """Folder of recorded prompts, None when there are none."""
        return Path(self.voice.recorded_dir).expanduser() if self.voice.recorded_dir else None

    @property
    def prompts_dir(self) -> Path:
        """Synthesised prompts, shared by all servers of this user: files are named by content."""
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return Path(base).expanduser() / "ekc" / "prompts"

    @property
    def scripts_dir(self) -> Path:
        if self.server.scripts_dir:
            return Path(self.server.scripts_dir).expanduser()
        return shipped_scripts()


def shipped_scripts() -> Path:
    """The folder of consultation scripts that comes with the program."""
    return Path(__file__).resolve().parent.parent / "scripts"


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    """1-based; 0: not in the file."""
    key: str
    message: str
    remedy: str


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
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            f"{name}:{line}: это не YAML: {problem}.", "Проверьте отступы, кавычки и двоеточия."
        ) from error
    if document is None:
        document = {}
    faults = list(_duplicate_keys(tree)) if tree else []
    try:
        config = msgspec.convert(document, Config)
    except msgspec.ValidationError as error:
        faults.append(_fault(str(error), document, tree))
        raise _config_error(name, faults) from error
    faults += [
        Fault(_line_of(tree, key), key, message, remedy)
        for key, message, remedy in _contradictions(config)
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


_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]+)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`")
_TYPE = re.compile(r"Expected `(?P<want>[^`]+)`, got `(?P<got>[^`]+)`")
_ENUM = re.compile(r"Invalid enum value (?P<value>.+)")
_TYPE_NAMES = {
    "str": "строка",
    "int": "целое число",
    "float": "число",
    "bool": "true или false",
    "object": "раздел из пар «ключ: значение»",
    "array": "список",
    "null": "пусто",
}


def _fault(error: str, document: Any, tree: yaml.Node | None) -> Fault:
    """One fault of msgspec in the user's words."""
    at = _AT.search(error)
    path = at["path"] if at else ""
    if match := _UNKNOWN.search(error):
        key = f"{path}.{match['field']}".lstrip(".")
        near = difflib.get_close_matches(match["field"], _known_keys(path), n=1)
        remedy = f"Может быть, {near[0]}?" if near else f"Есть: {', '.join(_known_keys(path))}."
        return Fault(_line_of(tree, key), key, "неизвестный ключ.", remedy)
    if match := _MISSING.search(error):
        key = f"{path}.{match['field']}".lstrip(".")
        return Fault(_line_of(tree, path), key, "обязательный ключ не задан.", "Добавьте его.")
    line = _line_of(tree, path)
    if match := _ENUM.search(error):
        known = ", ".join(_literals(path))
        return Fault(line, path, f"недопустимое значение {match['value'].split(' - ')[0]}.",
                     f"Можно: {known}." if known else "")  # fmt: skip
    if match := _TYPE.search(error):
        want = _TYPE_NAMES.get(match["want"].split(" ")[0], match["want"])
        got = _TYPE_NAMES.get(match["got"], match["got"])
        return Fault(line, path or "(весь файл)", f"здесь нужно: {want}, а стоит: {got}.", "")
    return Fault(line, path, error, "")


def _section_type(path: str) -> type | None:
    """The section struct that ``path`` (``queues[2]``) names."""
    current: Any = Config
    for name in re.findall(r"[a-z_]+", path):
        fields = {f.name: f.type for f in msgspec.structs.fields(current)}
        current = fields.get(name)
        args = getattr(current, "__args__", None)
        if args:
            current = args[0]
        if not (isinstance(current, type) and issubclass(current, msgspec.Struct)):
            return None
    return current if isinstance(current, type) else None


def _known_keys(path: str) -> list[str]:
    section = _section_type(path)
    return [f.name for f in msgspec.structs.fields(section)] if section else []


def _literals(path: str) -> list[str]:
    head, _, field = path.rpartition(".")
    section = _section_type(head)
    for known in msgspec.structs.fields(section) if section else ():
        if known.name == field:
            return [str(v) for v in getattr(known.type, "__args__", ())]
    return []


def _line_of(tree: yaml.Node | None, path: str) -> int:
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


def _duplicate_keys(node: yaml.Node, path: str = "") -> Iterator[Fault]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = f"{path}.{key.value}".lstrip(".")
            if key.value in seen:
                yield Fault(key.start_mark.line + 1, name, "ключ задан дважды.", "Оставьте один.")
            seen.add(key.value)
            yield from _duplicate_keys(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _duplicate_keys(item, f"{path}[{index}]")


_Contradiction = tuple[str, str, str]


def _contradictions(config: Config) -> Iterator[_Contradiction]:
    """What each key allows alone but not together with the others: (key, message, remedy)."""
    yield from _port_faults(config)
    yield from _queue_faults(config)
    yield from _trunk_faults(config)
    yield from _repeated("breaks", [b.code for b in config.breaks], "code")
    yield from _repeated("topics", [t.code for t in config.topics], "code")


def _port_faults(config: Config) -> Iterator[_Contradiction]:
    for key, port in (
        ("server.port", config.server.port),
        ("engine.sip_port", config.engine.sip_port),
    ):
        if not 0 < port < 65536:
            yield key, f"порт {port} не существует.", "Укажите число от 1 до 65535."
    engine = config.engine
    if not 1024 <= engine.rtp_first < engine.rtp_last < 65536:
        yield (
            "engine.rtp_first",
            f"диапазон портов {engine.rtp_first}–{engine.rtp_last} невозможен.",
            "Нужно 1024 ≤ rtp_first < rtp_last ≤ 65535.",
        )
    if config.server.session_hours <= 0:
        yield "server.session_hours", "должно быть больше нуля.", ""


def _queue_faults(config: Config) -> Iterator[_Contradiction]:
    if not config.queues:
        yield "queues", "нет ни одной очереди.", "Опишите хотя бы одну или уберите ключ."
    yield from _repeated("queues", [q.id for q in config.queues], "id")
    for index, queue in enumerate(config.queues):
        try:
            check_settings([queue.settings()])
        except SettingsError as error:
            yield f"queues[{index}]", error.message, error.remedy
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", queue.id):
            yield (
                f"queues[{index}].id",
                f"имя «{queue.id}» не годится.",
                "Латинские буквы, цифры и «_», до 32 знаков.",
            )


def _trunk_faults(config: Config) -> Iterator[_Contradiction]:
    yield from _repeated("trunks", [t.name for t in config.trunks], "name")
    for index, trunk in enumerate(config.trunks):
        if trunk.password and trunk.password_env:
            yield (
                f"trunks[{index}].password",
                "задано и password, и password_env.",
                "Оставьте одно.",
            )
        try:
            trunk.settings(password=trunk.password)
        except EkcError as error:
            yield f"trunks[{index}]", error.message, error.remedy


def _repeated(section: str, names: list[str], field: str) -> Iterator[_Contradiction]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"{section}[{index}].{field}", f"«{name}» уже занято выше.", "Дайте другое имя."
