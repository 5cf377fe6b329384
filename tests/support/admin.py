"""An administrator's desk for tests of the screens, and the accounts that it keeps."""

from __future__ import annotations

from typing import Any

import msgspec

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.wire import messages, way_in
from ekc_console.wire.admin import account_work, audit_work, machine_work
from ekc_console.wire.centre import rehearsal
from ekc_console.wire.centre.rehearsal import Rehearsal, RehearsedFigure, RehearsedQueue
from ekc_console.wire.words import words
from tests.support.desk import CODE, ME, NOW, ScriptedDesk

CHIEF = msgspec.structs.replace(
    ME, id="chief", name="Главный Ф.", role="admin", state="offline", since=0.0, reason=""
)
DAY_S = 86_400.0
CLINICS = (("city_1", "Городская поликлиника № 1"), ("city_2", "Городская поликлиника № 2"))
TEAMS = (("morning", "Утро"), ("evening", "Вечер"))
QUEUES = (("main", "Запись к врачу"), ("vacc", "Вакцинация"))


def account(login: str, name: str, role: messages.Role, **more: Any) -> account_work.Account:
    return account_work.Account(login=login, name=name, role=role, **more)


ACCOUNTS = (
    account(
        "anna", "Анна Петрова", "operator", queues=("main", "vacc=2"), skills=("english=4",),
        teams=("Утро",), session_since=NOW - 3600, last_login=NOW - 3600,
    ),
    account(
        "boris", "Борис Орлов", "operator", queues=("main",), teams=("Утро",),
        last_login=NOW - 3 * DAY_S,
    ),
    account("chief", "Главный Ф.", "admin", session_since=NOW - 60, last_login=NOW - 60),
    account(
        "galya", "Галя Круг", "volunteer", queues=("main",), expires_at=NOW - DAY_S,
        last_login=NOW - 2 * DAY_S,
    ),
    account("egor", "Егор Лис", "operator", disabled=True, last_login=NOW - 90 * DAY_S),
    account("mila", "Мила Сон", "medic", queues=("main",), code_until=NOW - 60),
    account(
        "sonya", "Соня Нож", "supervisor", leads=("Утро",), teams=("Утро",),
        last_login=NOW - 7200,
    ),
    account(
        "vera", "Вера Вольная", "volunteer", queues=("main",), code_until=NOW + 3600,
        expires_at=NOW + 30 * DAY_S,
    ),
)  # fmt: skip


PAGE = 8
"""Entries the scripted server gives at once."""
_TOLD = (
    ("chief", "audit", "", 0, ""),
    ("sonya", "export", "calls", 214, "отчёт за неделю"),
    ("", "login_failed", "", 0, ""),
    ("vera", "card", "card-8f21", 1, ""),
    ("anna", "contacts", "", 3, ""),
    ("anna", "login", "", 0, ""),
    ("os:root", "account", "vera", 0, "invite: набор"),
    ("sonya", "listen", "c-7", 0, "listen"),
    ("chief", "settings", "apply", 0, "новый график"),
    ("", "begun", "", 0, ""),
)  # fmt: skip
TRAIL = tuple(
    audit_work.AuditEntry(
        seq=len(_TOLD) - n, at=NOW - 300.0 * n, who=who, action=action, about=about, found=found,
        reason=reason,
    )
    for n, (who, action, about, found, reason) in enumerate(_TOLD)
)  # fmt: skip


IN_FORCE = (
    "queues.main.strategy: longest-idle",
    "queues.main.wrap_up_s: 60",
    "queues.main.overflow: []",
    "callbacks.hours: 08:00-21:00",
    "breaks.lunch.limit_minutes: 30",
)
CHANGE = way_in.SettingsChange(
    changes=(
        "queues.main.wrap_up_s: 60 → 30",
        "queues.main.overflow: [] → [waited 120: queue vacc]",
        "queues.night: добавлена",
        "callbacks.hours: 08:00-21:00 → 09:00-20:00",
    ),
    at_restart=("voice.words_per_minute",),
    warnings=("В очередь «night» не входит ни одна учётная запись.",),
    change=412,
)


HISTORY = way_in.SettingsHistory(
    steps=(
        way_in.SettingsStep(
            change=412, at=NOW - 3600, by="chief", why="новый график", changes=CHANGE.changes[:2]
        ),
        way_in.SettingsStep(
            change=7, at=NOW - 3 * DAY_S, by="", why="",
            changes=("callbacks.hours: 09:00-21:00 → 08:00-21:00",),
        ),
    )
)  # fmt: skip


def _queue(queue: str, title: str, calls: float, *figures: tuple[Any, ...]) -> RehearsedQueue:
    return RehearsedQueue(
        id=queue,
        title=title,
        calls=calls,
        figures=tuple(
            RehearsedFigure(figure=f, before=before, after=after, low=low, high=high)
            for f, before, after, low, high in figures
        ),
    )


REHEARSAL = Rehearsal(
    state="done", name="ekc.yaml", by="Главный Ф.", at=NOW, minutes=60, seeds=20, done=20,
    changes=CHANGE.changes,
    notes=(words("rehearsal.patience"), words("rehearsal.queue_new", queue="Ночная")),
    queues=(
        _queue(
            "main", "Запись к врачу", 41.3,
            ("wait_s", 63.8, 48.9, -17.6, -12.2), ("wait_p95_s", 170.9, 140.2, -43.8, -19.1),
            ("level", 0.41, 0.52, 0.081, 0.139), ("abandoned", 0.18, 0.14, -0.061, -0.02),
            ("served", 0.82, 0.86, 0.02, 0.061), ("occupancy", 0.93, 0.95, 0.004, 0.04),
        ),
        _queue(
            "vacc", "Вакцинация", 12.0,
            ("wait_s", 21.0, 22.1, -1.2, 3.4), ("wait_p95_s", 60.0, 60.0, 0.0, 0.0),
            ("level", 0.8, 0.79, -0.031, 0.01), ("abandoned", 0.02, 0.02, 0.0, 0.0),
            ("served", 0.98, 0.98, 0.0, 0.0), ("occupancy", None, None, None, None),
        ),
    ),
)  # fmt: skip


def _part(
    kind: machine_work.PartKind, key: str, *, name: str = "", state: Any = "ok", **values: Any
) -> machine_work.MachinePart:
    since = NOW - (1800.0 if state != "ok" else 3 * DAY_S)
    return machine_work.MachinePart(
        kind=kind, name=name, state=state, words=words(key, **values), since=since
    )


MACHINE = machine_work.Machine(
    parts=(
        _part("engine", "machine.engine_up"),
        _part("trunk", "machine.trunk_up", name="city"),
        _part("trunk", "machine.trunk_down", name="spare", state="trouble"),
        _part("disk", "machine.disk", name="data", free=40_960, total=102_400),
        _part(
            "disk", "machine.disk_fills", name="recordings", state="attention",
            free=9_216, total=512_000, left=9 * DAY_S,
        ),
        _part("certificate", "machine.certificate", at=NOW + 80 * DAY_S, days=80),
        _part("journal", "machine.journal"),
        _part("tables", "machine.tables"),
        _part("recordings", "machine.recordings_on", backlog=2),
        _part("clock", "machine.clock"),
        _part("faults", "machine.no_faults"),
        _part("version", "machine.version", version="1.0", protocol=11, python="3.11"),
        _part("condition", "condition.music", name="music", state="attention"),
    )
)  # fmt: skip


class ScriptedAdmin(ScriptedDesk, AdminDesk):
    """``accounts`` is what the server has."""

    person = CHIEF

    def __init__(self, state_dir: Any) -> None:
        super().__init__(state_dir)
        self.accounts = ACCOUNTS
        code = account_work.OneTimeCode(login="anna", code=CODE, until=NOW + 3 * DAY_S)
        self.trail = TRAIL
        """What the audit trail holds, the newest first."""
        self.results[account_work.InviteAccount] = code
        self.results[account_work.ResetPassword] = code
        self.results[way_in.GetSettings] = way_in.SettingsInForce(lines=IN_FORCE)
        self.results[way_in.CompareSettings] = CHANGE
        self.results[way_in.GetSettingsHistory] = HISTORY
        self.results[way_in.ApplySettings] = CHANGE
        self.results[way_in.UndoSettings] = CHANGE
        self.results[machine_work.GetMachine] = MACHINE
        self.results[rehearsal.StartRehearsal] = REHEARSAL

    async def _send(
        self, body: messages.Command, limit_s: float | None = None
    ) -> messages.Result | None:
        if isinstance(body, account_work.ListAccounts) and type(body) not in self.refuse:
            return account_work.AccountList(
                accounts=self.accounts, queues=QUEUES, clinics=CLINICS, teams=TEAMS
            )
        if isinstance(body, audit_work.ReadAudit) and type(body) not in self.refuse:
            self.commands.append(body)
            found = [e for e in self.trail if not body.before or e.seq < body.before]
            page = tuple(found[:PAGE])
            return audit_work.AuditPage(entries=page, more=len(found) > PAGE)
        return await super()._send(body, limit_s)
