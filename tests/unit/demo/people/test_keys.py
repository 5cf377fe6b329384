"""The way through a menu is read from the menu."""

from datetime import date
from itertools import islice

from ekc_console.config import Config, shipped_scripts
from ekc_console.demo.people.keys import keys_to_topics
from ekc_console.demo.people.personas import personas
from ekc_console.domain.scenario import scenario_from_document
from ekc_console.scenario_files import load_folder


def menu(name, start, steps, fields=None):
    return scenario_from_document(
        {
            "id": name,
            "title": name,
            "kind": "menu",
            "owner": "Тест",
            "approved": "2026-01-01",
            "review_by": "2027-01-01",
            "start": start,
            "steps": steps,
            **({"fields": fields} if fields else {}),
        }
    )


def queue(name):
    return {"do": {"queue": name, "topic": name}}


def test_nested_menus_questions_and_other_scenarios():
    deeper = menu(
        "deeper",
        "ask",
        {
            "ask": {"ask": "year", "text": "Год рождения?", "next": "queue"},
            "queue": queue("other"),
        },
        {"year": {"type": "number", "label": "Год"}},
    )
    main = menu(
        "main",
        "hello",
        {
            "hello": {"title": "Привет", "say": "Здравствуйте.", "next": "first"},
            "first": {
                "title": "Выбор",
                "choose": "Один или два.",
                "options": [
                    {"key": "1", "label": "Дальше", "next": "second"},
                    {"key": "2", "label": "Врач", "next": "doctor"},
                ],
                "on_silence": "doctor",
                "on_wrong": "doctor",
            },
            "second": {
                "title": "Выбор",
                "choose": "Пять или девять.",
                "options": [
                    {"key": "5", "label": "Справка", "next": "info"},
                    {"key": "9", "label": "Прочее", "next": "away"},
                ],
                "on_silence": "doctor",
                "on_wrong": "doctor",
            },
            "doctor": queue("appointment"),
            "info": queue("med_info"),
            "away": {"do": {"scenario": "deeper"}},
        },
    )
    assert keys_to_topics({"main": main, "deeper": deeper}, "main") == {
        "appointment": "2",
        "med_info": "15",
        "other": "19#",
    }


def test_the_shipped_menu_leads_to_all_topics():
    config = Config()
    scenarios = load_folder(
        shipped_scripts(), {queue.id for queue in config.queues}, date(2026, 11, 24)
    )
    keys = keys_to_topics(scenarios, config.server.main_menu)
    assert set(keys) == {topic.code for topic in config.topics}
    assert all(p.topic in keys for p in islice(personas(1, tuple(keys)), 20))
