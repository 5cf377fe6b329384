"""The configuration file: defaults, the documented example, and every kind of fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import yaml

from ekc_console.config import (
    Config,
    ConfigError,
    centre_settings,
    load,
    parse,
    timezone_warning,
)
from ekc_console.config.dialling import dial_rules
from ekc_console.domain.terms.alarm_limits import PERSON_FIGURES, QUEUE_FIGURES

EXAMPLE = Path(__file__).parents[3] / "config.example.yaml"


def faults(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text, "ekc.yaml")
    assert caught.value.remedy
    return caught.value.message


# -- the example -----------------------------------------------------------------------


def test_the_example_holds_the_defaults() -> None:
    assert load(EXAMPLE) == Config()


def test_an_empty_file_gives_the_defaults() -> None:
    assert parse("", "ekc.yaml") == parse("# nothing\n", "ekc.yaml") == Config()


def sections(kind: type = Config, name: str = "") -> dict[str, type]:
    """Every section by its key; lists count as their items."""
    found = {}
    for field in msgspec.structs.fields(kind):
        inner = next(iter(get_args(field.type)), field.type)
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            found[field.name] = inner
            found |= sections(inner, field.name)
    return found


def uncommented(text: str) -> dict[str, Any]:
    """The example with its commented examples in force."""
    lines = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(("# - ", "#   ")):
            indent = len(line) - len(line.lstrip())
            line = " " * indent + bare[2:]
        for key in ("nodes", "trunks", "teams", "reports"):
            line = line.replace(f"{key}: []", f"{key}:")
        for key in ("every_queue", "every_person"):
            line = line.replace(f"{key}: {{}}", f"{key}:")
        lines.append(line)
        if line.startswith("schedules: {}"):
            lines[-1] = "schedules:"
        if line.startswith("    overflow: []"):
            lines[-1] = "    overflow:"
    document: dict[str, Any] = yaml.safe_load("\n".join(lines))
    return document


def test_every_key_is_documented_in_the_example() -> None:
    document = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    rules = document["queues"][0]["overflow"]
    nodes = document["engine"]["nodes"]
    examples = {**document, "nodes": nodes, "overflow": rules, "to": rules[0]["to"]}
    alarms = document["alarms"]
    figures = dict.fromkeys((*QUEUE_FIGURES, *PERSON_FIGURES), alarms["every_queue"]["wait_s"])
    examples |= {**alarms, **figures}
    for name, kind in sections().items():
        written = examples[name] if isinstance(examples[name], list) else [examples[name]]
        keys = {key for item in written for key in item}
        missing = {field.name for field in msgspec.structs.fields(kind)} - keys
        if name == "trunks":
            missing -= {"password"}  # named in the comment of password_env
        assert not missing, f"{name}: {missing}"


def test_the_commented_examples_are_valid() -> None:
    document = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    config = parse(yaml.safe_dump(document, allow_unicode=True), "example")
    assert [trunk.name for trunk in config.trunks] == ["provider", "pbx"]
    assert len(config.engine.nodes) == 1
    assert list(config.schedules) == ["daytime"]
    assert [len(rule.to) for rule in config.queues[0].overflow] == [3]


def test_every_key_of_the_example_says_what_it_is() -> None:
    """A key stands with a comment on its line, or in a list whose head has one."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(("- {", "#", "- id", "title:")) or not bare or bare.endswith(":"):
            continue
        assert "#" in bare or bare.startswith(("ring", "round")), line


# -- faults ------------------------------------------------------------------------------

REACH = "queues:\n  - {id: a, title: A, overflow: [%s]}\n  - {id: b, title: B, overflow: [%s]}"
CASES = [
    (
        REACH % ("{when: waited, to: [{close: true}]}", ""),
        ["ekc.yaml:2: queues[0].overflow[0].limit:", "нужен предел"],
    ),
    (REACH % ("{when: closed, to: []}", ""), ["queues[0].overflow[0].to: нет ни одного"]),
    (
        REACH % ("{when: closed, to: [{announcement: Закрыто}]}", ""),
        ["queues[0].overflow[0].to:", "некуда идти"],
    ),
    (
        REACH % ("", "{when: no_agents, to: [{queue: c}]}"),
        ["ekc.yaml:3: queues[1].overflow[0].to[0].queue: очереди «c» нет.", "Есть: a, b."],
    ),
    (
        REACH % ("{when: no_agents, to: [{number: '89001234567'}]}", ""),
        ["to[0].number:", "международной"],
    ),
    (
        REACH % ("{when: no_agents, to: [{queue: b, close: true}]}", ""),
        ["to[0]: задано сразу queue, close."],
    ),
    (
        REACH % ("{when: no_agents, to: [{queue: b}]}", "{when: no_agents, to: [{queue: a}]}"),
        ["queues[0].overflow[0].to: круг из очередей: a → b → a."],
    ),
    (
        REACH % ("{when: no_agents, to: [{queue: a}]}", ""),
        ["queues[0].overflow[0].to[0].queue: очередь переполняется сама в себя."],
    ),
    (
        REACH % ("{when: closed, limit: 3, to: [{close: true}]}", ""),
        ["queues[0].overflow[0].limit: у closed предела нет."],
    ),
    (
        REACH % ("{when: no_agents, to: [{close: true}, {callback: true}]}", ""),
        ["queues[0].overflow[0].to[0]: после close вызов никуда не пойдёт."],
    ),
    (
        REACH % ("{when: no_agents, to: [{}]}", ""),
        ["queues[0].overflow[0].to[0]: не сказано, куда.", "Нужно одно из: queue,"],
    ),
    (
        "queues:\n"
        "- {id: a, title: A, overflow: [{when: closed, to: [{announcement: Ждите}, {queue: b}]}]}\n"
        "- {id: b, title: B, overflow: [{when: closed, to: [{queue: c}]}]}\n"
        "- {id: c, title: C, overflow: [{when: closed, to: [{queue: a}]}]}",
        ["ekc.yaml:2: queues[0].overflow[0].to: круг из очередей: a → b → c → a.", "вне круга"],
    ),
    ("callbacks: {hours: 8-21}", ["callbacks.hours: «8-21»", "08:00-21:00"]),
    ("callbacks: {retry_minutes: [5, 0]}", ["callbacks.retry_minutes[1]:"]),
    ("limits: {calls_per_number: -1}", ["limits.calls_per_number:"]),
    ("limits: {away_minutes: 0.5}", ["limits.away_minutes:", "от 1 до 1440"]),
    ("limits: {away_minutes: .nan}", ["limits.away_minutes:"]),
    ("limits: {visit_overdue_hours: 0.5}", ["limits.visit_overdue_hours:", "от 1 до 720"]),
    ("limits: {visit_overdue_hours: .nan}", ["limits.visit_overdue_hours:"]),
    (
        "queues: [{id: a, title: А, callback_share: 1.5}]",
        ["queues[0].callback_share: доля 1.5", "от 0 до 1"],
    ),
    ("queues: [{id: a, title: А, callback_share: .nan}]", ["queues[0].callback_share: доля nan"]),
    # (text, what the message must hold)
    ("serve: {}", ["ekc.yaml:1: serve: неизвестный ключ.", "Может быть, server?"]),
    ("zzz: 1", ["ekc.yaml:1: zzz: неизвестный ключ.", "Есть: timezone, server,"]),
    ("1: 2", ["ekc.yaml:1: 1: неизвестный ключ."]),
    ("server:\n  port: 1\n  prot: 2", ["ekc.yaml:3: server.prot:", "Может быть, port?"]),
    (
        "server:\n  port: eighty",
        ["ekc.yaml:2: server.port: здесь нужно: целое число, а стоит: строка."],
    ),
    ("server:\n  port: true", ["server.port: здесь нужно: целое число, а стоит: true или false."]),
    ("calls: {recording: 1}", ["calls.recording: здесь нужно: true или false"]),
    ("calls: {emergency: 103}", ["calls.emergency: здесь нужно: строка или список", "кавычки"]),
    ("calls: {prefix: 9}", ["calls.prefix: здесь нужно: строка", "кавычки"]),
    ("server:\n  host:", ["ekc.yaml:2: server.host: здесь нужно: строка, а стоит: пусто."]),
    ("server: 5", ["ekc.yaml:1: server: здесь нужен раздел"]),
    ("- 1", ["(весь файл): здесь нужен раздел"]),
    ("hello", ["(весь файл): здесь нужен раздел"]),
    ("queues: {}", ["ekc.yaml:1: queues: здесь нужно: список, а стоит: раздел"]),
    ("queues: [5]", ["queues[0]: здесь нужен раздел"]),
    (
        "store:\n  synchronous: sometimes",
        ["ekc.yaml:2: store.synchronous: недопустимое значение «sometimes»", "normal, full"],
    ),
    (
        "engine: {operator_transport: sctp}",
        ["engine.operator_transport: недопустимое значение «sctp».", "udp, tcp, tls"],
    ),
    (
        "queues:\n- id: a\n  title: A\n- id: b\n  title: B\n  wrap_up: never",
        ["ekc.yaml:6: queues[1].wrap_up: недопустимое значение «never».", "mandatory_timed"],
    ),
    ("queues:\n- id: a", ["ekc.yaml:2: queues[0].title: обязательный ключ не задан."]),
    ("server:\n  port: 1\n  port: 2", ["ekc.yaml:3: server.port: ключ задан дважды."]),
    ("server: {}\nserver: {}", ["ekc.yaml:2: server: ключ задан дважды."]),
    ("server: [", ["ekc.yaml:1: это не YAML:"]),
    ("a: b: c", ["ekc.yaml:1: это не YAML:"]),
    pytest.param("[" * 9999, ["ekc.yaml:1: (весь файл): вложено слишком глубоко"], id="deep"),
    ("server: {host: 2026-13-45}", ["ekc.yaml:1: server.host: «2026-13-45» — такой даты нет"]),
    ("server: {host: 2026-10-01}", ["server.host: здесь нужно: строка, а стоит: дата."]),
    ("trunks: &x [*x]", ["ekc.yaml:1: (весь файл): раздел содержит сам себя."]),
    # -- out of range
    ("server:\n  port: 99999", ["ekc.yaml:2: server.port: порт 99999 не существует."]),
    ("engine: {sip_port: 0}", ["engine.sip_port: порт 0 не существует."]),
    ("engine: {rtp_first: 80}", ["engine.rtp_first: диапазон портов 80–29999 невозможен."]),
    ("engine: {rtp_first: 30000}", ["engine.rtp_first: диапазон"]),
    ("engine: {rtp_last: 65536}", ["engine.rtp_first: диапазон"]),
    ("engine: {rtp_first: 20000, rtp_last: 20002}", ["engine.rtp_first: диапазон"]),
    ("engine: {sip_port: 20010}", ["engine.sip_port: порт 20010 лежит в диапазоне RTP"]),
    ("server: {port: 5060}", ["engine.sip_port: порт 5060 уже отдан server.port."]),
    ("engine: {host: asterisk.local}", ["engine.host: «asterisk.local» — не адрес IPv4."]),
    ("server: {session_hours: 0}", ["server.session_hours: недопустимое значение"]),
    ("engine: {local_nets: [10.0.0.0/8, home]}", ["engine.local_nets[1]: «home» — не IP-адрес"]),
    ("calls: {silence_notice_s: -1}", ["calls.silence_notice_s: недопустимое значение -1"]),
    ("engine: {session_expires_s: 60}", ["engine.session_expires_s: недопустимое значение 60"]),
    ("server: {session_hours: .nan}", ["server.session_hours: недопустимое значение nan"]),
    ("server: {session_hours: .inf}", ["server.session_hours: недопустимое значение inf"]),
    ("calls: {dial_timeout_s: -1}", ["calls.dial_timeout_s: недопустимое значение -1.0"]),
    *(
        (
            f"calls: {{emergency: ['103', '{wrong}']}}",
            [f"calls.emergency: «{wrong}» — не номер экстренной службы", '["103", "112"]'],
        )
        for wrong in ("скорая", "1-1-2", "+79001234567", "1", "", "1030", "*112")
    ),
    ("calls: {emergency: []}", ["calls.emergency: не задан ни один номер", '["103", "112"]']),
    ("calls: {emergency: ''}", ["calls.emergency: не задан ни один номер"]),
    ("calls: {emergency: ['103', '103']}", ["calls.emergency: «103» названо дважды."]),
    (
        "calls: {emergency: ['103', '122'], own_numbers: ['122']}",
        ["calls.emergency: «122» — номер самого центра."],
    ),
    *(
        (
            f"calls: {{kinds: [mobile, {kind}]}}",
            [f"calls.kinds[1]: {kind} здесь не указывают", "[mobile, fixed, toll_free, short]"],
        )
        for kind in ("emergency", "malformed", "own")
    ),
    *(
        (
            f"callbacks: {{kinds: [mobile, {kind}]}}",
            [f"callbacks.kinds[1]: на номера вида {kind}", "[mobile, fixed, toll_free]"],
        )
        for kind in ("emergency", "short", "malformed", "own")
    ),
    ("calls: {prefix: '9,'}", ["calls.prefix: «9,» набрать нельзя."]),
    ("voice: {words_per_minute: 10}", ["voice.words_per_minute: недопустимое значение 10."]),
    (
        "breaks:\n- {code: a, title: A}\n- {code: b, title: B, limit_minutes: -5}",
        ["ekc.yaml:3: breaks[1].limit_minutes: недопустимое значение -5.0"],
    ),
    (
        "queues: [{id: a, title: A, strategy: best}]",
        ["queues[0].strategy: Очередь «a», strategy."],
    ),
    ("queues: [{id: a, title: A, offer_timeout_s: 0}]", ["queues[0].offer_timeout_s:"]),
    ("queues: [{id: a, title: A, level_target: 80}]", ["queues[0].level_target:", "от 0 до 1"]),
    ("queues: [{id: a, title: A, max_unanswered: 0}]", ["queues[0].max_unanswered:"]),
    ("queues: [{id: a, title: A, wrap_up_s: .nan}]", ["queues[0].wrap_up_s:"]),
    ("queues: [{id: Очередь, title: A}]", ["queues[0].id: имя «Очередь» не годится."]),
    # -- contradictions
    ("queues: []", ["queues: нет ни одной очереди."]),
    (
        "queues:\n- {id: a, title: A}\n- {id: a, title: B}",
        ["ekc.yaml:3: queues[1].id: «a» уже занято выше."],
    ),
    ("breaks: [{code: a, title: A}, {code: a, title: B}]", ["breaks[1].code: «a» уже занято"]),
    (
        "topics: [{code: a, title: A, script: x}, {code: a, title: B, script: x}]",
        ["topics[1].code: «a» уже занято"],
    ),
    (
        "trunks:\n- {name: t, mode: address, outbound: 'h:1'}\n"
        "- {name: t, mode: address, outbound: 'h:1'}",
        ["ekc.yaml:3: trunks[1].name: «t» уже занято выше."],
    ),
    ("trunks: [{name: t, mode: address}]", ["trunks[0]: не заданы ни addresses, ни outbound."]),
    ("trunks: [{name: t, mode: register}]", ["trunks[0]: для режима register нужны registrar"]),
    (
        "trunks:\n- name: t\n  mode: address\n  outbound: nowhere",
        ["ekc.yaml:4: trunks[0].outbound: «nowhere» — не адрес вида узел:порт."],
    ),
    (
        "trunks: [{name: t, mode: address, addresses: [10.0.0.300]}]",
        ["trunks[0].addresses: «10.0.0.300» — не IP-адрес и не сеть."],
    ),
    ("trunks: [{name: 'a b', mode: address}]", ["trunks[0].name: недопустимое имя «a b»."]),
    (
        "trunks: [{name: t, mode: address, outbound: 'h:1', caller_id: Анна}]",
        ["trunks[0].caller_id: недопустимый номер."],
    ),
    (
        "trunks: [{name: t, mode: register, registrar: 'h:1', user: u, "
        "password: a, password_env: B}]",
        ["trunks[0].password: задано и password, и password_env."],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_fault_is_named_with_line_key_and_remedy(text: str, expected: list[str]) -> None:
    message = faults(text)
    for part in expected:
        assert part in message


def test_all_faults_are_listed_in_the_order_of_the_file() -> None:
    message = faults(
        "server:\n  prot: 1\n  port: x\nqueues:\n- id: a\n- id: b\n  title: 5\nzzz: 1\n"
    )
    assert [line.split(": ")[1] for line in message.splitlines()] == [
        "server.prot",
        "server.port",
        "queues[0].title",
        "queues[1].title",
        "zzz",
    ]


NODE = """
engine:
  nodes:
  - {ari_url: 'http://10.0.0.5:8088/ari', ari_user: u, ari_password: p,
     ami_address: '10.0.0.5:5038', ami_user: u, ami_password: p, sip_address: '10.0.0.5:5060'}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("http://10.0.0.5:8088/ari", "10.0.0.5", "engine.nodes[0].ari_url:"),
        ("10.0.0.5:5038", "10.0.0.5", "engine.nodes[0].ami_address: «10.0.0.5» — не адрес"),
        ("10.0.0.5:5060", "x", "engine.nodes[0].sip_address: «x» — не адрес"),
    ],
)
def test_faults_of_an_external_node(old: str, new: str, expected: str) -> None:
    assert parse(NODE, "ekc.yaml").engine.nodes
    assert expected in faults(NODE.replace(old, new))


def test_a_second_node_is_not_ignored_silently() -> None:
    item = NODE.split("nodes:\n")[1]
    assert "engine.nodes[1]: пока можно указать только один узел." in faults(NODE + item)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "Не читается файл настроек"),
        (b"server: {host: '\xff'}", "не в кодировке UTF-8 (байт 16)"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, expected: str) -> None:
    file = tmp_path / "ekc.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert expected in caught.value.message
    assert str(file) in caught.value.message


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Не читается файл настроек"):
        load(tmp_path)


def test_the_trunks_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "trunks: [{name: t, mode: register, registrar: 'h:1', user: u, password_env: EKC_T}]"
    (trunk,) = parse(text, "ekc.yaml").trunks
    monkeypatch.setenv("EKC_T", "secret")
    assert trunk.secret() == "secret"
    monkeypatch.delenv("EKC_T")
    with pytest.raises(ConfigError, match=r"trunks\.t\.password_env: переменная EKC_T не задана"):
        trunk.secret()


def test_folders_follow_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    config = Config()
    assert config.data_dir == Path("/data/ekc")
    assert config.prompts_dir == Path("/cache/ekc/prompts")
    assert config.recorded_dir is None
    assert (config.scripts_dir / "main_menu.yaml").is_file()
    chosen = parse("server: {data_dir: /d, scripts_dir: /s}\nvoice: {recorded_dir: /r}", "x")
    assert (chosen.data_dir, chosen.scripts_dir, chosen.recorded_dir) == (
        Path("/d"),
        Path("/s"),
        Path("/r"),
    )


CERTIFICATE = "tls: {certificate: a.pem, key: b.pem}\n"


@pytest.mark.parametrize(
    ("text", "https", "transport", "srtp"),
    [
        ("", False, "tcp", False),
        (CERTIFICATE, True, "tls", True),
        (CERTIFICATE + "server: {protocol: http}", False, "tls", True),
        (CERTIFICATE + "engine: {operator_transport: udp}", True, "udp", False),
        (CERTIFICATE + "engine: {operator_media: rtp}", True, "tls", False),
        (CERTIFICATE + NODE.strip(), True, "tcp", False),
    ],
)
def test_a_certificate_turns_encryption_on(
    text: str, https: bool, transport: str, srtp: bool
) -> None:
    config = parse(text, "ekc.yaml")
    assert (config.https, config.operator_transport, config.operator_srtp) == (
        https,
        transport,
        srtp,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tls: {certificate: a.pem}", "tls.certificate: нет tls.key."),
        ("tls: {key: a.pem}", "tls.key: нет tls.certificate."),
        ("server: {protocol: https}", "server.protocol: для https нужен сертификат."),
        ("engine: {operator_transport: tls}", "engine.operator_transport: для tls нужен"),
        ("engine: {operator_media: srtp}", "engine.operator_media: ключи шифрования"),
        ("engine: {tls_port: 0}", "engine.tls_port: порт 0 не существует."),
        (CERTIFICATE + "engine: {tls_port: 5060}", "уже отдан engine.sip_port"),
        (CERTIFICATE + "engine: {tls_port: 8122}", "уже отдан server.port"),
        ("engine: {public_host: 'a b'}", "engine.public_host: «a b»"),
        (
            "trunks: [{name: a, mode: address, outbound: 'h:5061', transport: tls}]",
            "trunks[0].transport: для tls нужен сертификат.",
        ),
        (
            "trunks: [{name: a, mode: address, outbound: 'h:5061', srtp: true}]",
            "trunks[0].srtp: ключи шифрования звука шли бы открыто.",
        ),
    ],
)
def test_encryption_that_cannot_be(text: str, expected: str) -> None:
    assert expected in faults(text)


# -- the time zone -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "Europe/Moscow"),
        ("timezone: Asia/Vladivostok", "Asia/Vladivostok"),
        ("callbacks: {utc_offset_hours: 7}", "UTC+07:00"),
        ("callbacks: {utc_offset_hours: -3.5}", "UTC-03:30"),
        ("callbacks: {hours: '09:00-18:00', utc_offset_hours: 3}", "UTC+03:00"),
    ],
)
def test_the_zone(text: str, name: str) -> None:
    config = parse(text, "ekc.yaml")
    assert config.timezone == centre_settings(config).timezone == name
    assert config.zone is centre_settings(config).zone


def test_the_old_key_says_what_to_write() -> None:
    config = parse("callbacks: {utc_offset_hours: 7}", "ekc.yaml")
    assert "timezone: Asia/Novosibirsk" in timezone_warning(config)
    assert "callbacks.utc_offset_hours" in timezone_warning(config)
    assert not timezone_warning(parse("timezone: Asia/Omsk", "ekc.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timezone: Europe/Moskow", ["ekc.yaml:1: timezone: ", "Может быть, Europe/Moscow?"]),
        ("\ntimezone: zzz", ["ekc.yaml:2: timezone: ", "Например, timezone: Europe/Moscow"]),
        ("timezone: 3", ["ekc.yaml:1: timezone: здесь нужно: строка"]),
        ("timezone: ''", ["timezone: часового пояса «» нет.", "Europe/Moscow"]),
        ("timezone: ../../etc/passwd", ["timezone: часового пояса"]),
        ("callbacks:\n  utc_offset_hours: 33", ["ekc.yaml:2: callbacks.utc_offset_hours", "33"]),
        ("callbacks: {utc_offset_hours: tak}", ["callbacks.utc_offset_hours", "timezone"]),
        ("callbacks: {utc_offset_hours: .nan}", ["callbacks.utc_offset_hours", "timezone"]),
        (
            "timezone: Asia/Omsk\ncallbacks:\n  utc_offset_hours: 6",
            ["ekc.yaml:3: callbacks.utc_offset_hours", "заменяет timezone", "Уберите"],
        ),
    ],
)
def test_a_zone_that_is_none(text: str, expected: list[str]) -> None:
    message = faults(text)
    for part in expected:
        assert part in message


# -- which numbers may be dialled --------------------------------------------------------


def test_the_usual_kinds_of_number() -> None:
    rules = centre_settings(Config()).dialling
    assert rules is not None
    assert rules.automatic == ("mobile", "fixed", "toll_free")
    assert rules.by_hand == ("mobile", "fixed", "toll_free", "short")
    assert rules.trusted == ("supervisor", "admin")
    assert rules.own == ()


def test_the_centres_own_numbers_are_those_of_its_trunks_too() -> None:
    config = parse(
        """
calls: {own_numbers: ["122"]}
trunks:
  - {name: a, mode: address, addresses: [10.0.0.7], caller_id: "88005550122"}
  - name: b
    mode: register
    registrar: "sip.example.org:5060"
    user: "78005550122"
    password: x
  - {name: c, mode: register, registrar: "sip.example.org:5060", user: someone, password: x}
""",
        "ekc.yaml",
    )
    rules = centre_settings(config).dialling
    assert rules is not None
    assert rules.own == ("122", "+78005550122")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "callbacks: {kinds: [mobile, foreing]}",
            "callbacks.kinds[1]",
        ),
        (
            "callbacks: {kinds: [mobile, emergency]}",
            "callbacks.kinds[1]: на номера вида emergency программа сама не звонит никогда",
        ),
        ("callbacks: {kinds: [own]}", "callbacks.kinds[0]: на номера вида own"),
        ("calls: {other_kinds_by: [boss]}", "calls.other_kinds_by[0]"),
        ('calls: {own_numbers: ["abc"]}', "calls.own_numbers[0]: «abc» — не номер телефона"),
        (
            "queues: [{id: q, title: Q, overflow: [{when: no_agents,"
            ' to: [{number: "+5351234567"}]}]}]',
            "queues[0].overflow[0].to[0].number: «+5351234567» — номер вида foreign",
        ),
        (
            'calls: {own_numbers: ["+74951234567"]}\n'
            "queues: [{id: q, title: Q, overflow: [{when: no_agents,"
            ' to: [{number: "+74951234567"}]}]}]',
            "queues[0].overflow[0].to[0].number: «+74951234567» — номер вида own",
        ),
    ],
)
def test_numbers_that_cannot_be_allowed(text: str, said: str) -> None:
    assert said in faults(text)


@pytest.mark.parametrize("code", ["49", "8495", "495123", "abc", "+495", "095", "916"])
def test_what_is_no_code_of_an_area_is_refused(code: str) -> None:
    assert f"calls.area_code: «{code}» — не код города" in faults(f'calls: {{area_code: "{code}"}}')


def test_own_numbers_may_be_written_as_they_are_dialled_in_the_area() -> None:
    config = parse('calls: {area_code: "495", own_numbers: ["1234567", "122"]}', "ekc.yaml")
    assert dial_rules(config).own == ("+74951234567", "122")


def test_a_format_of_numbers_that_is_unknown_is_refused() -> None:
    trunk = "{name: t, mode: address, outbound: 'a.ru:5060', number_format: %s}"
    assert parse(f"trunks: [{trunk % 'ru8'}]", "ekc.yaml").trunks[0].number_format == "ru8"
    assert "trunks[0].number_format" in faults(f"trunks: [{trunk % 'national'}]")


def test_forwarding_abroad_has_to_be_allowed() -> None:
    parse(
        "calls: {kinds: [foreign]}\n"
        'queues: [{id: q, title: Q, overflow: [{when: no_agents, to: [{number: "+5351234567"}]}]}]',
        "ekc.yaml",
    )
