"""``alarms``: what reaches the core, and what contradicts itself in the file."""

from __future__ import annotations

import pytest

from ekc_console.config import ConfigError, centre_settings, parse
from ekc_console.domain.insight.limits_in_force import person_limit, queue_limit
from ekc_console.domain.terms.alarm_limits import NO_LIMIT, Limit
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import BreakReason, QueueSettings
from ekc_console.server.core.settings_changes import centre_changes

GOOD = """
alarms:
  every_queue: {waiting: {target: 2, first: 5, second: 10}}
  queues:
    vaccination: {wait_s: {first: 60, first_clear: 30, second: 180}, ready: {first: 1, second: 0}}
  every_person: {talk_s: {first: 300}, break_s: {}, breaks: {lunch: {first: 2700, target: 2700}}}
  roles: {volunteer: {talk_s: {first: 900}}}
  people: {anna: {talk_s: {}}}
  hook: {url: "https://chat.example/hooks/ekc", timeout_s: 3}
  deputies: {people: [sonya, boris], after_s: 30, telephones: {sonya: "89161234567"}}
"""
LUNCH = (BreakReason("lunch", "Обед", 2700.0), BreakReason("rest", "Отдых", 600.0))


def test_the_nearest_limit_counts_and_an_empty_one_turns_a_figure_off() -> None:
    centre = centre_settings(parse(GOOD, "ekc.yaml"))
    alarms = centre.alarms
    assert alarms is not None
    vaccination = QueueSettings(QueueId("vaccination"), "Вакцинация")
    other = QueueSettings(QueueId("other"), "Прочее", service_level_s=30.0)
    assert queue_limit(alarms, vaccination, "waiting") == Limit(5, 10, target=2)
    assert queue_limit(alarms, vaccination, "wait_s") == Limit(60, 180, first_clear=30)
    assert queue_limit(alarms, other, "wait_s") == Limit(30, 90, target=30)

    def person(login: str, role: str, figure: str, reason: str = "") -> Limit:
        return person_limit(alarms, LUNCH, login, role, figure, reason)  # type: ignore[arg-type]

    assert person("anna", "volunteer", "talk_s") == NO_LIMIT
    assert person("boris", "volunteer", "talk_s") == Limit(900)
    assert person("vera", "operator", "talk_s") == Limit(300)
    assert person("vera", "operator", "break_s", "lunch") == Limit(2700, target=2700)
    assert person("vera", "operator", "break_s", "rest") == NO_LIMIT
    assert person("vera", "operator", "wrap_up_s") == Limit(120, 300)
    assert (alarms.deputies, alarms.hook_timeout_s) == (("sonya", "boris"), 3.0)


def test_without_a_word_of_it_everything_is_as_usual() -> None:
    alarms = centre_settings(parse("", "ekc.yaml")).alarms
    assert alarms is not None
    limit = person_limit(alarms, LUNCH, "vera", "operator", "break_s", "lunch")
    assert limit == Limit(2700, 4050, target=2700)
    assert queue_limit(alarms, QueueSettings(QueueId("q"), "Q"), "waiting") == NO_LIMIT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("queues: {nowhere: {}}", ("alarms.queues.nowhere", "такой очереди нет", "Есть:")),
        ("queues: {general: {wat_s: {}}}", ("alarms.queues.general.wat_s", "wait_s?")),
        ("every_queue: {wait_s: {frist: 1}}", ("alarms.every_queue.wait_s.frist", "first?")),
        ("every_queue: {wait_s: {first: x}}", ("alarms.every_queue.wait_s.first", "число")),
        (
            "every_queue: {wait_s: {first: 60, second: 20}}",
            ("alarms.every_queue.wait_s.second", "не хуже первого", "Укажите больше, чем 60"),
        ),
        (
            "every_queue: {ready: {first: 1, second: 3}}",
            ("alarms.every_queue.ready.second", "Укажите меньше, чем 1"),
        ),
        (
            "every_queue: {wait_s: {first: 60, first_clear: 90}}",
            ("alarms.every_queue.wait_s.first_clear", "не там", "Укажите меньше, чем 60"),
        ),
        (
            "every_queue: {level: {first: 0.7, first_clear: 0.6}}",
            ("alarms.every_queue.level.first_clear", "Укажите больше, чем 0.7"),
        ),
        (
            "every_queue: {wait_s: {first: 60, second: 90, second_clear: 20}}",
            ("alarms.every_queue.wait_s.second_clear", "позже первого"),
        ),
        ("every_queue: {level: {first: 80}}", ("alarms.every_queue.level.first", "Например, 0.8")),
        ("every_queue: {wait_s: {first: -1}}", ("alarms.every_queue.wait_s.first", "меньше нуля")),
        (
            "every_queue: {wait_s: {second_clear: 5}}",
            ("alarms.every_queue.wait_s.second_clear", "Добавьте second"),
        ),
        ("roles: {boss: {}}", ("alarms.roles.boss", "такой роли нет")),
        (
            "every_person: {breaks: {nap: {first: 1}}}",
            ("alarms.every_person.breaks.nap", "такого перерыва нет"),
        ),
        ("hook: {url: chat.example}", ("alarms.hook.url", "не адрес")),
        ("hook: {url: 'https://[chat/hooks'}", ("alarms.hook.url", "не адрес")),
        ("hook: {url: 'https://chat.example:99999/hooks'}", ("alarms.hook.url", "не адрес")),
        ("every_queue: {waiting: {first: .nan}}", ("alarms.every_queue.waiting.first",)),
        ("deputies: {after_s: .nan}", ("alarms.deputies.after_s",)),
        ("hook: {timeout_s: 0}", ("alarms.hook.timeout_s",)),
        ("deputies: {after_s: 1}", ("alarms.deputies.after_s",)),
        ("deputies: {people: [a, a]}", ("alarms.deputies.people", "дважды")),
        (
            "deputies: {telephones: {a: '+79161234567'}}",
            ("alarms.deputies.telephones.a", "нет в alarms.deputies.people"),
        ),
        (
            "deputies: {people: [a], telephones: {a: '103'}}",
            ("alarms.deputies.telephones.a", "emergency", "callbacks.kinds"),
        ),
        (
            "deputies: {people: [a], telephones: {a: '+44 20'}}",
            ("alarms.deputies.telephones.a", "«+44 20» — не номер телефона", "Например"),
        ),
        (
            "deputies: {people: [a], telephones: {a: 'Соня, дом'}}",
            ("alarms.deputies.telephones.a", "не номер телефона"),
        ),
    ],
)
def test_what_contradicts_itself_is_named_with_what_to_write(
    text: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"alarms: {{{text}}}", "ekc.yaml")
    assert "ekc.yaml:1" in caught.value.message
    assert all(word in caught.value.message for word in said), caught.value.message


def test_a_change_of_limits_is_told_in_the_keys_of_the_file() -> None:
    old, new = (centre_settings(parse(text, "ekc.yaml")) for text in ("", GOOD))
    told = list(centre_changes(old, new))
    assert "alarms.every_queue.waiting: добавлено" in told
    assert "alarms.every_person.breaks.lunch: добавлено" in told
    assert "alarms.hook.timeout_s: 5 → 3" in told
    assert "alarms.deputies.telephones:  → sonya: 89161234567" in told
    assert list(centre_changes(new, new)) == []


@pytest.mark.parametrize(
    "written", ["+7 (916) 123-45-67", "8 916 123 45 67", "8(916)1234567", " 89161234567 "]
)
def test_a_telephone_is_read_as_people_write_it(written: str) -> None:
    parse(f"alarms: {{deputies: {{people: [a], telephones: {{a: '{written}'}}}}}}", "ekc.yaml")
