"""What contradicts itself in a configuration whose every key is well formed: values out of range,
and what each key allows alone but not together with the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekc_console.config.alarms import alarm_faults
from ekc_console.config.dialling import dialling_faults
from ekc_console.config.model import Config, Overflow, Queue
from ekc_console.config.reports import figure_faults, report_faults
from ekc_console.config.schedules import schedule_faults, span_s
from ekc_console.config.staffing import staffing_faults
from ekc_console.config.teams import team_faults
from ekc_console.config.timezone import timezone_faults
from ekc_console.domain.state.queue import check_settings
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.setup.addresses import (
    Check,
    check_bound,
    check_host,
    check_listening,
    check_network,
)

_Contradiction = tuple[str, str, str]


def contradictions(config: Config) -> Iterator[_Contradiction]:
    """(key, message, remedy) of each."""
    yield from timezone_faults(config)
    yield from _port_faults(config)
    yield from _address_faults(config)
    yield from _tls_faults(config)
    yield from _number_faults(config)
    yield from _queue_faults(config)
    yield from _reach_faults(config)
    yield from dialling_faults(config)
    yield from schedule_faults(config)
    yield from _trunk_faults(config)
    yield from _node_faults(config)
    yield from _repeated("breaks", [b.code for b in config.breaks], "code")
    yield from _repeated("teams", [t.id for t in config.teams], "id")
    yield from team_faults(config.teams, [q.id for q in config.queues])
    yield from report_faults(config.reports, [q.id for q in config.queues])
    yield from staffing_faults(config.staffing)
    yield from figure_faults(config.figures)
    yield from alarm_faults(
        config.alarms, [q.id for q in config.queues], [b.code for b in config.breaks]
    )
    yield from _repeated("topics", [t.code for t in config.topics], "code")


def _port_faults(config: Config) -> Iterator[_Contradiction]:
    server, engine = config.server, config.engine
    for key, port in (("server.port", server.port), ("engine.sip_port", engine.sip_port)):
        if not 0 < port < 65536:
            yield key, f"порт {port} не существует.", "Укажите число от 1 до 65535."
    if server.port == engine.sip_port and server.host == engine.host and not engine.nodes:
        yield (
            "engine.sip_port",
            f"порт {engine.sip_port} уже отдан server.port.",
            "Дайте им разные порты.",
        )
    # Four ports are the least that one talk needs: two legs with RTP and RTCP each.
    if not 1024 <= engine.rtp_first < engine.rtp_last - 2 < 65534:
        yield (
            "engine.rtp_first",
            f"диапазон портов {engine.rtp_first}–{engine.rtp_last} невозможен.",
            "Нужно 1024 ≤ rtp_first, rtp_first + 3 ≤ rtp_last ≤ 65535.",
        )
    elif engine.rtp_first <= engine.sip_port <= engine.rtp_last:
        yield (
            "engine.sip_port",
            f"порт {engine.sip_port} лежит в диапазоне RTP {engine.rtp_first}–{engine.rtp_last}.",
            "Выберите порт вне его.",
        )


def _address_faults(config: Config) -> Iterator[_Contradiction]:
    engine = config.engine
    yield from _told(check_listening, "server.host", config.server.host)
    yield from _told(check_bound, "engine.host", engine.host)
    if engine.public_host:
        yield from _told(check_host, "engine.public_host", engine.public_host)
    for index, net in enumerate(engine.local_nets):
        yield from _told(check_network, f"engine.local_nets[{index}]", net)


def _told(check: Check, key: str, value: str) -> Iterator[_Contradiction]:
    try:
        check(key, value)
    except EkcError as error:
        yield key, error.message.removeprefix(f"{key}: "), error.remedy


_MAKE_CERTIFICATE = "Задайте tls.certificate и tls.key; сделать их: ekc tls make."


def _tls_faults(config: Config) -> Iterator[_Contradiction]:
    tls, engine = config.tls, config.engine
    if bool(tls.certificate) != bool(tls.key):
        given, missing = ("certificate", "key") if tls.certificate else ("key", "certificate")
        yield f"tls.{given}", f"нет tls.{missing}.", "Они нужны вместе."
    if not tls.certificate:
        if config.https:
            yield "server.protocol", "для https нужен сертификат.", _MAKE_CERTIFICATE
        if config.operator_transport == "tls" and not engine.nodes:
            yield "engine.operator_transport", "для tls нужен сертификат.", _MAKE_CERTIFICATE
        for index, trunk in enumerate(config.trunks):
            if trunk.transport == "tls" and not engine.nodes:
                yield f"trunks[{index}].transport", "для tls нужен сертификат.", _MAKE_CERTIFICATE
    if config.operator_srtp and config.operator_transport != "tls":
        yield (
            "engine.operator_media",
            "ключи шифрования звука шли бы открыто.",
            "Для srtp нужен operator_transport: tls.",
        )
    if not 0 < engine.tls_port < 65536:
        yield (
            "engine.tls_port",
            f"порт {engine.tls_port} не существует.",
            "Укажите число от 1 до 65535.",
        )
    elif tls.certificate and not engine.nodes:
        taken = {engine.sip_port: "engine.sip_port"}
        if config.server.host == engine.host:
            taken[config.server.port] = "server.port"
        if engine.tls_port in taken:
            yield (
                "engine.tls_port",
                f"порт {engine.tls_port} уже отдан {taken[engine.tls_port]}.",
                "Дайте им разные порты.",
            )


def _number_faults(config: Config) -> Iterator[_Contradiction]:
    ranges = [
        ("server.session_hours", config.server.session_hours, 0.01, 24 * 31),
        ("engine.session_expires_s", config.engine.session_expires_s, 90, 86400),
        ("calls.dial_timeout_s", config.calls.dial_timeout_s, 1, 600),
        ("calls.silence_notice_s", config.calls.silence_notice_s, 0, 3600),
        ("voice.words_per_minute", config.voice.words_per_minute, 80, 450),
        ("disk.warn_below_mb", config.disk.warn_below_mb, 0, 1 << 24),
        ("disk.pause_recording_below_mb", config.disk.pause_recording_below_mb, 0, 1 << 24),
        ("disk.keep_recordings_days", config.disk.keep_recordings_days, 0, 36500),
        *(
            (f"breaks[{index}].limit_minutes", reason.limit_minutes, 0, 24 * 60)
            for index, reason in enumerate(config.breaks)
        ),
    ]
    for key, value, least, most in ranges:
        if not least <= value <= most:
            yield key, f"недопустимое значение {value}.", f"Укажите число от {least} до {most}."
    if config.disk.pause_recording_below_mb > config.disk.warn_below_mb:
        yield (
            "disk.pause_recording_below_mb",
            "запись остановилась бы раньше предупреждения.",
            "Укажите не больше disk.warn_below_mb.",
        )
    if not re.fullmatch(r"[0-9*#]{0,16}", config.calls.prefix):
        yield (
            "calls.prefix",
            f"«{config.calls.prefix}» набрать нельзя.",
            "Допустимы цифры, * и #, до 16 знаков.",
        )
    if not re.fullmatch(r"((?!849)[348][0-9]{2,4})?", config.calls.area_code):
        yield (
            "calls.area_code",
            f"«{config.calls.area_code}» — не код города.",
            'От трёх до пяти цифр без 8 впереди, например "495" или "4812".',
        )


def _queue_faults(config: Config) -> Iterator[_Contradiction]:
    if not config.queues:
        yield "queues", "нет ни одной очереди.", "Опишите хотя бы одну или уберите ключ."
    yield from _repeated("queues", [q.id for q in config.queues], "id")
    for index, queue in enumerate(config.queues):
        try:
            check_settings([queue.settings()])
        except SettingsError as error:
            field = re.match(r"Очередь «[^»]*», (\w+)", error.message)
            key = f"queues[{index}]" + (f".{field[1]}" if field else "")
            yield key, error.message, error.remedy
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", queue.id):
            yield (
                f"queues[{index}].id",
                f"имя «{queue.id}» не годится.",
                "Латинские буквы, цифры и «_», до 32 знаков.",
            )


def _reach_faults(config: Config) -> Iterator[_Contradiction]:
    hours = config.callbacks.hours
    try:
        span_s(hours)
    except ValueError:
        yield "callbacks.hours", f"«{hours}» — не промежуток времени.", "Например, 08:00-21:00."
    for index, pause in enumerate(config.callbacks.retry_minutes):
        if not 0 < pause <= 24 * 60:
            yield (
                f"callbacks.retry_minutes[{index}]",
                f"недопустимое значение {pause}.",
                "Укажите минуты, больше 0 и до 1440.",
            )
    if config.limits.calls_per_number < 0:
        yield "limits.calls_per_number", "число меньше нуля.", "0 — без ограничения."
    away = config.limits.away_minutes
    if away != 0 and not 1 <= away <= 24 * 60:
        yield (
            "limits.away_minutes",
            f"недопустимое значение {away}.",
            "Укажите минуты, от 1 до 1440; 0 — смена сама не кончается.",
        )
    overdue = config.limits.visit_overdue_hours
    if overdue != 0 and not 1 <= overdue <= 30 * 24:
        yield (
            "limits.visit_overdue_hours",
            f"недопустимое значение {overdue}.",
            "Укажите часы, от 1 до 720; 0 — просроченные не отмечаются.",
        )
    known: set[str] = {queue.id for queue in config.queues}
    for index, queue in enumerate(config.queues):
        yield from _callback_faults(queue, f"queues[{index}]")
        for number, rule in enumerate(queue.overflow):
            key = f"queues[{index}].overflow[{number}]"
            yield from _rule_faults(queue, rule, key, known)
    yield from _circles(config)


def _callback_faults(queue: Queue, key: str) -> Iterator[_Contradiction]:
    if not re.fullmatch(r"[0-9*#]?", queue.keep_place_key):
        yield (
            f"{key}.keep_place_key",
            f"«{queue.keep_place_key}» — не клавиша телефона.",
            "Одна из 0–9, * и # в кавычках, или пусто.",
        )
    if queue.callback_after_s < 0:
        yield f"{key}.callback_after_s", "число меньше нуля.", "Укажите секунды."
    if queue.callback_limit < 1:
        yield (
            f"{key}.callback_limit",
            f"при {queue.callback_limit} никому не перезвонят.",
            "Укажите 1 или больше, либо callback_auto: false.",
        )
    if not 0 <= queue.callback_share <= 1:
        yield (
            f"{key}.callback_share",
            f"доля {queue.callback_share} не от 0 до 1.",
            "Укажите, например, 0.5: каждый второй вызов; 0 — только когда на линии никто не ждёт.",
        )


def _rule_faults(
    queue: Queue, rule: Overflow, key: str, known: set[str]
) -> Iterator[_Contradiction]:
    if rule.when in ("size", "expected_wait", "waited") and rule.limit <= 0:
        yield f"{key}.limit", f"для {rule.when} нужен предел.", "Укажите число больше 0."
    if rule.when in ("no_agents", "closed") and rule.limit:
        yield f"{key}.limit", f"у {rule.when} предела нет.", "Уберите limit."
    if not rule.to:
        yield f"{key}.to", "нет ни одного назначения.", "Укажите хотя бы одно или уберите правило."
    elif all(place.announcement for place in rule.to) and rule.when == "closed":
        yield (
            f"{key}.to",
            "после объявления вызову некуда идти: очередь закрыта.",
            "Добавьте queue, number, callback или close.",
        )
    for index, place in enumerate(rule.to):
        where = f"{key}.to[{index}]"
        given = [name for name in _PLACES if getattr(place, name)]
        if len(given) != 1:
            what = f"задано сразу {', '.join(given)}." if given else "не сказано, куда."
            yield where, what, f"Нужно одно из: {', '.join(_PLACES)}."
        elif place.queue and place.queue not in known:
            yield (
                f"{where}.queue",
                f"очереди «{place.queue}» нет.",
                f"Есть: {', '.join(sorted(known))}.",
            )
        elif place.queue == queue.id:
            yield f"{where}.queue", "очередь переполняется сама в себя.", "Назовите другую."
        elif place.number and not re.fullmatch(r"\+[1-9]\d{6,14}", place.number):
            yield (
                f"{where}.number",
                f"«{place.number}» — не номер в международной записи.",
                'Например, "+78005550122".',
            )
        if place.close and index < len(rule.to) - 1:
            yield where, "после close вызов никуда не пойдёт.", "Поставьте close последним."


_PLACES = ("queue", "number", "announcement", "callback", "close")


def _circles(config: Config) -> Iterator[_Contradiction]:
    """Queues whose rules of one kind lead round and to nowhere else."""
    for when in ("size", "expected_wait", "waited", "no_agents", "closed"):
        only: dict[str, tuple[str, str]] = {}
        for index, queue in enumerate(config.queues):
            for number, rule in enumerate(queue.overflow):
                places = [place for place in rule.to if not place.announcement]
                if rule.when == when and len(places) == 1 and places[0].queue:
                    key = f"queues[{index}].overflow[{number}].to"
                    only.setdefault(queue.id, (places[0].queue, key))
        for start, (_, key) in only.items():
            path, here = [start], start
            while here in only and only[here][0] not in path:
                here = only[here][0]
                path.append(here)
            if here in only and only[here][0] == start and len(path) > 1 and start == min(path):
                yield (
                    key,
                    f"круг из очередей: {' → '.join([*path, start])}.",
                    "Добавьте назначение вне круга: number, callback или close.",
                )


def _trunk_faults(config: Config) -> Iterator[_Contradiction]:
    yield from _repeated("trunks", [t.name for t in config.trunks], "name")
    for index, trunk in enumerate(config.trunks):
        key = f"trunks[{index}]"
        if trunk.password and trunk.password_env:
            yield f"{key}.password", "задано и password, и password_env.", "Оставьте одно."
        try:
            trunk.settings(password=trunk.password)
        except EkcError as error:
            yield _own_key(key, f"engine.trunks.{trunk.name}", "name", error)


def _node_faults(config: Config) -> Iterator[_Contradiction]:
    nodes = config.engine.nodes
    if len(nodes) > 1:
        yield "engine.nodes[1]", "пока можно указать только один узел.", "Оставьте один."
    names = {"ari": "ari_url", "ami": "ami_address", "sip": "sip_address"}
    for index, node in enumerate(nodes):
        try:
            node.settings()
        except EkcError as error:
            key, message, remedy = _own_key(f"engine.nodes[{index}]", "engine.node", "", error)
            head, _, field = key.rpartition(".")
            yield f"{head}.{names.get(field, field)}", message, remedy


def _own_key(key: str, prefix: str, otherwise: str, error: EkcError) -> _Contradiction:
    """The engine's settings name the faulty key in their own words: ``PREFIX.field: message``."""
    place, _, message = error.message.partition(": ")
    field = place.removeprefix(prefix).lstrip(".") if place.startswith(prefix) else otherwise
    return f"{key}.{field}".rstrip("."), message, error.remedy


def _repeated(section: str, names: list[str], field: str) -> Iterator[_Contradiction]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"{section}[{index}].{field}", f"«{name}» уже занято выше.", "Дайте другое имя."
