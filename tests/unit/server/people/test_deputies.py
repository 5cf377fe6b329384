"""Deputies whom nobody would find, or who may not see to an alarm."""

from __future__ import annotations

from ekc_console.domain.terms.alarm_limits import AlarmSettings
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.deputies import deputy_doubts
from ekc_console.server.store.people.accounts import User

PEOPLE = [
    User("sonya", "С", "supervisor", ""),
    User("anna", "А", "operator", ""),
    User("gone", "Г", "supervisor", "", disabled=True),
]

NAMED = AlarmSettings(deputies=tuple(map(AgentId, ("sonya", "anna", "gone", "nobody"))))


def test_who_has_no_account_or_may_not_see_to_an_alarm_is_named() -> None:
    found = list(deputy_doubts(NAMED, PEOPLE))
    assert [doubt.partition(". ")[0] for doubt in found] == [
        "alarms.deputies.people: роль operator контрольных событий не принимает: anna",
        "alarms.deputies.people: логина «gone» нет или он отключён",
        "alarms.deputies.people: логина «nobody» нет или он отключён",
    ]


def test_before_there_are_accounts_nothing_is_said() -> None:
    assert list(deputy_doubts(NAMED, [])) == []
