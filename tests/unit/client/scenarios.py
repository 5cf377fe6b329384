"""Two small scenarios: the first leads over to the second."""

from __future__ import annotations

from typing import Any

from ekc_console.domain.scenario import scenario_from_document

_HEAD = {
    "kind": "script",
    "owner": "Отдел качества",
    "approved": "2025-01-10",
    "review_by": "2030-01-10",
}

GENERAL: dict[str, Any] = {
    **_HEAD,
    "id": "general",
    "title": "Общая линия",
    "start": "greeting",
    "dispositions": {"answered": "Дана справка", "dropped": "Звонок сорвался"},
    "fields": {
        "person": {"type": "person", "label": "Как обращаться", "required": True},
        "born": {"type": "date", "label": "Дата рождения"},
    },
    "steps": {
        "greeting": {"say": "Здравствуйте!", "next": "name"},
        "name": {"ask": "person", "text": "Как вас зовут?", "next": "birth"},
        "birth": {"ask": "born", "text": "Когда вы родились?", "next": "matter"},
        "matter": {
            "choose": "Что вас интересует?",
            "options": [
                {"key": "1", "label": "Справка", "next": "done"},
                {"key": "2", "label": "Запись к врачу", "next": "to_appointment"},
            ],
        },
        "to_appointment": {"do": {"scenario": "appointment"}},
        "done": {"end": "answered", "card": "other"},
    },
}

APPOINTMENT: dict[str, Any] = {
    **_HEAD,
    "id": "appointment",
    "title": "Запись к врачу",
    "start": "doctor",
    "dispositions": {"booked": "Записан", "no_slots": "Нет талонов"},
    "fields": {
        "person": {"type": "person", "label": "Пациент", "required": True},
        "doctor": {"type": "text", "label": "Врач", "required": True},
    },
    "steps": {
        "doctor": {"ask": "doctor", "text": "{person}, к какому врачу?", "next": "result"},
        "result": {
            "choose": "Нашлось время?",
            "options": [
                {"key": "1", "label": "Да", "next": "booked"},
                {"key": "2", "label": "Нет", "next": "no_slots"},
            ],
        },
        "booked": {"end": "booked", "card": "appointment"},
        "no_slots": {"end": "no_slots", "card": "appointment"},
    },
}

DOCUMENTS = {"general": GENERAL, "appointment": APPOINTMENT}
SCENARIOS = {name: scenario_from_document(document) for name, document in DOCUMENTS.items()}
