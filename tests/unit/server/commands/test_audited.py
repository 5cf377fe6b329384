"""What is done by a right that is audited stands in the trail."""

from __future__ import annotations

from typing import Any

import pytest

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.commands.audited import note_done
from ekc_console.server.commands.rights import ROWS
from ekc_console.server.people.person import Person
from ekc_console.wire import listening, messages, supervision, way_in
from ekc_console.wire.admin import account_work, audit_work, log_work, machine_work, workplace_work
from ekc_console.wire.centre import rehearsal
from tests.support.commands import made_up

AUDITED = {
    "way_in", "settings", "listen", "whisper", "barge", "take_over", "hear_recordings",
    "save_recordings", "export", "accounts", "audit",
}  # fmt: skip
NOTHING_YET = {
    way_in.GetSettings, way_in.GetSettingsHistory, way_in.CompareSettings,
    listening.ComeToListen, account_work.ListAccounts,
    audit_work.GetAuditCheck, rehearsal.GetRehearsal, log_work.GetLogLevel,
    machine_work.GetMachine, workplace_work.ListWorkplaces,
}  # fmt: skip
"""Nothing is changed or heard by these, nor shown of callers or of what others did."""
NOTED_WHERE_DONE = {
    listening.TakeOver, account_work.InviteAccount, account_work.ChangeAccount,
    account_work.ResetPassword, account_work.DisableAccount, account_work.EnableAccount,
    account_work.EndSessions, account_work.ImportAccounts, audit_work.ReadAudit,
    audit_work.StartAuditCheck,
}  # fmt: skip
"""The order alone does not say which call was taken; what was done to an account is written with
it in one step (``test_accounts.py``); a check is told with what it found (``test_audit.py``)."""
NINA = Person(AgentId("nina"), "Нина", "supervisor")


def noted(body: Any) -> list[tuple[Any, ...]]:
    entries: list[tuple[Any, ...]] = []

    def note(who: str, action: str, **about: Any) -> None:
        entries.append((who, action, about))

    note_done(note, NINA, body)
    return entries


@pytest.mark.parametrize(
    "command",
    [command for command, row in ROWS.items() if row.right in AUDITED],
    ids=lambda command: command.__name__,
)
def test_every_command_of_such_a_right_is_noted(command: type) -> None:
    """Whoever adds one decides what of it is kept."""
    assert bool(noted(made_up(command))) == (command not in NOTHING_YET | NOTED_WHERE_DONE)


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        (messages.LogOut(), ("logout", {})),
        (
            supervision.ForceAgent(agent="anna", state="offline", why="забыла"),
            ("session_ended", {"about": "anna", "reason": "забыла"}),
        ),
        (
            listening.Listen(call="c1", mode="whisper", why="помощь"),
            ("listen", {"about": "c1", "reason": "whisper: помощь"}),
        ),
        (listening.Listen(agent="anna"), ("listen", {"about": "anna", "reason": "listen"})),
        (
            way_in.BlockNumber(number="+79000000001", why="угрозы"),
            ("settings", {"about": "block", "search": "+79000000001", "reason": "угрозы"}),
        ),
        (rehearsal.StartRehearsal(name="a", text=""), ("settings", {"about": "rehearse"})),
        (rehearsal.StopRehearsal(), ("settings", {"about": "rehearse_stop"})),
        (way_in.UndoSettings(why="ошибка"), ("settings", {"about": "undo", "reason": "ошибка"})),
    ],
)
def test_what_is_kept_of_it(body: Any, entry: tuple[str, dict[str, str]]) -> None:
    assert noted(body) == [("nina", *entry)]


def test_what_steers_the_shift_is_in_the_journal_and_not_here() -> None:
    assert noted(supervision.ForceAgent(agent="anna", state="break", reason="rest")) == []
    assert noted(messages.GoReady()) == []
