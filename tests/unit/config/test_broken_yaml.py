"""A file of settings that is no YAML, or holds what YAML cannot read: said in Russian, with the
place and what usually causes it, and together with every other mistake of the file."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
import yaml

from ekc_console.config import Config, ConfigError, parse


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "ekc.yaml")
    return caught.value.message.splitlines()


BROKEN = [
    # (what it is, the text, the line and the column that are named, what is said of it)
    ("a tab", "server:\n\thost: a\n", 2, 1, "табуляция"),
    ("a tab between lines", "server:\n  host: a\n\tport: 1\n", 3, 1, "пробелами"),
    ("a list never closed", "server: {}\nqueues: [\n", 2, 9, "скобка «[» открыта и не закрыта"),
    ("a brace never closed", "server: {host: a\ncalls: {}\n", 1, 9, "скобка «{» открыта и не"),
    ("a wrong closing", "server: {host: [a}\n", 1, 18, "закрывают «]», а не «}»"),
    ("one closing too many", "server: {host: a}}\n", 1, 18, "лишняя «}»"),
    ("no comma", "server: {host: a port: 1}\n", 1, 22, "не хватает запятой"),
    ("a colon in a value", "queues:\n- title: Врач: запись\n", 2, 14, "в кавычки"),
    ("no colon after a key", "server:\n  host a\n  port: 1\n", 2, 7, "нет двоеточия"),
    ("no colon after a section", "server\n  port: 1\n", 1, 1, "нет двоеточия"),
    ("no space after a colon", "server:\n  host:a\n  port: 1\n", 2, 7, "после двоеточия"),
    ("indented too far", "server:\n  host: a\n   port: 1\n", 3, 4, "отступ больше"),
    ("indented too little", "server:\n   host: a\n  port: 1\n", 3, 3, "отступ не такой"),
    ("an item among keys", "server:\n  host: a\n  - b\n", 3, 3, "«-» стоит среди ключей"),
    ("a key among items", "queues:\n  - id: a\n  title: b\n", 3, 3, "на месте пункта списка"),
    ("a quote never closed", 'server:\n  host: "a\ncalls: {}\n', 2, 9, 'кавычка «"» открыта'),
    ("an apostrophe", "server:\n  host: 'a\ncalls: {}\n", 2, 9, "кавычка «'» открыта"),
    ("text after a quote", 'server:\n  host: "a" b\n', 2, 13, "после закрывающей кавычки"),
    ("a path in quotes", 'server:\n  data_dir: "C:\\data"\n', 2, 16, "«\\d»"),
    ("a percent sign", "server:\n  host: %a\n", 2, 9, "не может начинаться с «%»"),
    ("a bare star", "queues: [{id: a, keep_place_key: *}]\n", 1, 34, "«*» без кавычек"),
    ("an unknown alias", "server:\n  host: *a\n", 2, 9, "«*a» без кавычек"),
    ("a bare ampersand", "server:\n  host: &\n", 2, 9, "«&» без кавычек"),
    ("a second document", "server: {}\n---\ncalls: {}\n", 2, 1, "«---»"),
    ("text beside a bar", "voice:\n  name: |x\n    b\n", 2, 10, "«|» и «>»"),
    ("a sign that no editor shows", 'server:\n  host: "\x01"\n', 2, 10, "недопустимый знак"),
    ("a doubled anchor", "server: &x {}\nstore: &x {}\n", 2, 8, "«&x»"),
    ("a directive", "%FOO\nserver: {}\n", 2, 1, "«%»"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_broken_yaml_is_told_in_russian_with_its_place_and_its_usual_cause(
    text: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(yaml.YAMLError):
        yaml.compose(text, Loader=yaml.SafeLoader)
    (first, *_rest) = told(text)
    assert first.startswith(f"ekc.yaml:{line}: это не YAML: знак {column}: ")
    assert said in first
    assert first.count(".") >= 2  # what is wrong, and what to write instead
    assert not english(first), first


def english(line: str) -> list[str]:
    """Sentences of the library, as against keys, signs and examples."""
    return re.findall(r"[a-z]{3,} [a-z]{3,} [a-z]{2,}", line)


UNREADABLE = [
    ("server: {host: 2026-13-45}", "ekc.yaml:1: server.host: «2026-13-45» — такой даты нет."),
    ("2026-13-45: 1", "ekc.yaml:1: 2026-13-45: «2026-13-45» — такой даты нет."),
    ("=: {a: 1}", "ekc.yaml:1: =: значение «=» не читается."),
    ("server: !foo {}", "ekc.yaml:1: server: метка «!foo» здесь не действует."),
    ("server: {host: !!int x}", "ekc.yaml:1: server.host: значение «x» не читается."),
    ("server: {host: !!timestamp x}", "ekc.yaml:1: server.host: «x» — такой даты нет."),
    ("server: {port: 0x_}", "ekc.yaml:1: server.port: значение «0x_» не читается."),
    ("server: !!python/object:os.system {}", "ekc.yaml:1: server: метка «!!python/object:os."),
    ("? [a, b]\n: 1\n", "ekc.yaml:1: (весь файл): ключом может быть только слово."),
    ("server: {<<: 5}", "ekc.yaml:1: server.<<: здесь нужен раздел из пар"),
    ('server: {host: "\\ud800"}', "ekc.yaml:1: server.host: значение «\\ud800» не читается."),
    ("alarms: {queues: {1: {}}}", "ekc.yaml:1: alarms.queues.1: имя — не строка."),
    ("alarms: {people: {a: 1}}", "ekc.yaml:1: alarms.people.a: здесь нужен раздел"),
    ("server: !!set {}", "ekc.yaml:1: server: метка «!!set» здесь не действует."),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_what_yaml_cannot_read_is_told_by_its_key(text: str, said: str) -> None:
    (only,) = told(text)
    assert only.startswith(said)
    assert not english(only), only


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    lines = told(
        "server:\n"
        "\tport: 1\n"
        "calls: {recording: maybe}\n"
        "voice:\n"
        '  name: "ru\n'
        "disk:\n"
        "  warn_below: 5\n"
        "limits: {away_minutes: 2026-02-30}\n"
    )
    assert [line.split(": ")[0] for line in lines] == [
        f"ekc.yaml:{line}" for line in (2, 3, 5, 7, 8)
    ]


def test_a_contradiction_is_told_beside_a_value_of_a_wrong_kind() -> None:
    lines = told(
        "server:\n"
        "  port: eighty\n"
        "  session_hours: 0\n"
        "queues:\n"
        "- {id: a, title: A, offer_timeout_s: 0}\n"
        "- {id: b, wrap_up_s: soon}\n"
        "trunks:\n"
        "- {name: t, mode: addres, outbound: nowhere}\n"
        "teams:\n"
        "- {id: day, title: День, leads: [], members: [anna], queues: [a, c]}\n"
    )
    assert [line.split(": ")[1] for line in lines] == [
        "server.port",
        "server.session_hours",
        "queues[0].offer_timeout_s",
        "queues[1].wrap_up_s",
        "queues[1].title",
        "trunks[0].mode",
        "trunks[0].outbound",
        "teams[0].leads",
        "teams[0].queues",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "quues:\n- {id: a, title: A}\nteams: [{id: d, title: D, leads: [n], members: [m], "
        "queues: [a]}]",
        "queues:\n- {ident: a, title: A}\nteams: [{id: d, title: D, leads: [n], members: [m], "
        "queues: [a]}]",
        "queues:\n- {id: a, title: A\nteams: [{id: d, title: D, leads: [n], members: [m], "
        "queues: [a]}]",
    ],
)
def test_nothing_is_called_missing_for_a_mistake_in_its_name(text: str) -> None:
    """The queue is there, and only badly written: nobody is told that there is none."""
    assert not [line for line in told(text) if "teams" in line]


ODD = (
    "5", "-1", "1.5", "9" * 23, "true", "null", "[]", "{}", "[5]", "[[]]", "{a: 1}", "{1: 2}",
    "{null: 3}", "2026-01-02", "слово", ".nan", ".inf", "''", "!!binary aGk=", '"\\ud800"', "0x10",
    "1:30", '"a\\nb"', '"\\0"',
)  # fmt: skip


def keys(section: Any, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every key of the configuration; 0 stands for an item, ``general`` for a name."""
    for name, kind in get_type_hints(section).items():
        path = (*prefix, name)
        yield path
        within = {dict: ("general",), tuple: (0,)}.get(get_origin(kind), ())
        parts = get_args(kind) if within or get_origin(kind) is types.UnionType else (kind,)
        for part in parts:
            if isinstance(part, type) and (
                issubclass(part, msgspec.Struct) or dataclasses.is_dataclass(part)
            ):
                yield from keys(part, (*path, *within))


def written(path: tuple[str | int, ...], value: str) -> str:
    for part in reversed(path):
        value = f"[{value}]" if part == 0 else f"{{{part}: {value}}}"
    return value


@pytest.mark.long
def test_no_value_of_any_key_ends_in_a_traceback_or_in_english() -> None:
    for number, path in enumerate(keys(Config)):
        for odd in (ODD[(number + shift) % len(ODD)] for shift in range(0, len(ODD), 5)):
            try:
                parse(written(path, odd), "ekc.yaml")
            except ConfigError as error:
                for line in error.message.splitlines():
                    said = re.sub(r"(Есть|Можно|Нужно)\b.*", "", line)
                    assert not english(said), (path, odd, line)
