"""What a server answers who looks back at the day, for tests of the screens."""

from __future__ import annotations

from typing import Any

import msgspec

from ekc_console.domain.insight.tally import USUAL
from ekc_console.wire import messages
from ekc_console.wire.day import calls, person_day, queue_day, report, story
from tests.support.desk import NOW

CALL = calls.DayCall(
    id="c-7", direction="in", number="+79000000007", arrived_at=NOW - 400, queued_at=NOW - 380,
    wait_s=128.0, talk_s=252.0, outcome="answered", queue="vacc", queue_title="Вакцинация",
    topic_title="Вакцинация", person="anna", person_name="Анна П.", late=True,
)  # fmt: skip
STORY = story.CallStory(
    call="c-7",
    about=CALL,
    decided=True,
    fields=(
        story.StoryField(label="ФИО пациента", type="person", value="Сидорова Елена Павловна"),
        story.StoryField(label="Дата рождения", type="date", value="12.03.1985"),
    ),
    lines=(
        story.StoryLine(seq=40, at=NOW - 400, fact="CallArrived", number="+7 900 000-00-07"),
        story.StoryLine(seq=41, at=NOW - 398, fact="CallStepEntered", step="main_menu / topics"),
        story.StoryLine(
            seq=44, at=NOW - 380, fact="CallQueued", queue="Вакцинация", queued=True, score_s=0.0,
            position=4,
        ),
        story.StoryLine(
            seq=60, at=NOW - 270, fact="AgentReady", person="Егор Л.",
            decisions=(
                story.StoryDecision(
                    chosen=("Егор Л.",), strategy="longest-idle", by="key", place=1, waiting=2,
                    candidates=(
                        story.StoryCandidate(person="Егор Л.", chosen=True, tier=1, key=270.0),
                        story.StoryCandidate(
                            person="Вера В.", chosen=False, tier=1, key=90.0, obstacle="on_break",
                            detail="Обед",
                        ),
                        story.StoryCandidate(
                            person="Галя К.", chosen=False, tier=1, key=80.0,
                            obstacle="skill_missing", detail="english",
                        ),
                    ),
                    rivals=(
                        story.StoryRival(call="c-7", mine=True, score_s=110.0),
                        story.StoryRival(call="c-8", mine=False, score_s=95.5),
                    ),
                ),
            ),
        ),
        story.StoryLine(
            seq=63, at=NOW - 255, fact="TimePassed", withdrawn=(("Егор Л.", "timeout"),)
        ),
        story.StoryLine(seq=64, at=NOW - 254, fact="OfferAccepted", person="Анна П."),
        story.StoryLine(seq=65, at=NOW - 252, fact="CallBridged"),
    ),
)  # fmt: skip


def spell(
    state: person_day.SpellState, since_min: float, until_min: float | None, **more: Any
) -> person_day.DaySpell:
    """Minutes before now."""
    until = None if until_min is None else NOW - until_min * 60
    return person_day.DaySpell(state=state, since=NOW - since_min * 60, until=until, **more)


def call(number: int, minutes: float, **more: Any) -> calls.DayCall:
    """One of the calls of the day, so many minutes ago."""
    fields: dict[str, Any] = {
        "wait_s": 12.0, "talk_s": 180.0, "outcome": "answered", "late": False,
        "ended_at": NOW - minutes * 60 + 300,
    }  # fmt: skip
    return msgspec.structs.replace(
        CALL,
        id=f"c-d{number}",
        number=f"+790000001{number:02}",
        arrived_at=NOW - minutes * 60,
        queued_at=NOW - minutes * 60 + 15,
        **(fields | more),
    )


LATELY = (
    CALL,
    call(1, 20, wait_s=52.0, late=True),
    call(2, 35, talk_s=4.0),
    call(3, 60, outcome="abandoned_queue", wait_s=95.0, talk_s=0.0, person="", person_name=""),
    call(4, 80),
)
PERSON_DAY = person_day.PersonDay(
    agent="anna",
    name="Анна П.",
    since=NOW - 10 * 3600 - 1440,
    now=NOW,
    spells=(
        spell("not_ready", 205, 200),
        spell("ready", 200, 180),
        spell("talking", 180, 150, call="c-d4"),
        spell("wrap_up", 150, 130, odd="long", usual_s=60.0),
        spell("ready", 130, 120),
        spell("break", 120, 75, reason="Обед", odd="long", usual_s=1800.0),
        spell("ready", 75, 35),
        spell("talking", 35, 34.9, call="c-d2", odd="short", usual_s=10.0),
        spell("not_responding", 34, 20, reason="no_answer"),
        spell("ready", 20, 4.2),
        spell("talking", 4.2, None, call="c-7"),
    ),
    calls=LATELY,
)


def figures(offered: int, lost: int = 0, late: int = 0) -> queue_day.DayFigures:
    answered = offered - lost
    level = (answered - late) / offered if offered else None
    return queue_day.DayFigures(
        offered=offered, answered=answered, late=late, lost=lost, level=level,
        wait_s=5.0 + 20.0 * late / answered if answered else None,
    )  # fmt: skip


MIDNIGHT = NOW - 10 * 3600 - 1440
_TODAY = (10, 22, 30, 28, 25)
"""From eight o'clock, when the queue opens."""


def curve(days_ago: int, offered: tuple[int, ...], so_far: int) -> queue_day.DayCurve:
    quiet = (figures(0),) * 16
    busy = tuple(figures(n, lost=n // 10, late=n // 4) for n in offered)
    rest = (figures(0),) * (32 - len(busy)) if days_ago else ()
    return queue_day.DayCurve(
        since=MIDNIGHT - days_ago * 86400,
        whole=figures(so_far, lost=so_far // 12, late=so_far // 5),
        halves=(*quiet, *busy, *rest),
    )


QUEUE_DAY = queue_day.QueueDay(
    queue="vacc",
    now=NOW,
    level_s=20.0,
    level_target=0.8,
    today=curve(0, _TODAY, sum(_TODAY)),
    yesterday=curve(1, (12, 20, 25, 24, 22, 18, 15, 10, 6, 4), 103),
    week_ago=curve(7, (9, 10, 15, 14, 12, 8, 5, 5, 3, 2), 60),
)
ANSWERS: dict[type, messages.Result] = {
    story.GetCallStory: STORY,
    person_day.GetPersonDay: PERSON_DAY,
    queue_day.GetQueueDay: QUEUE_DAY,
    calls.GetDayCalls: calls.DayCalls(calls=LATELY, found=len(LATELY)),
}
"""By what is asked."""


def report_rows() -> tuple[report.ReportRow, ...]:
    """Two queues over three days, one of them gone from the settings."""
    rows = []
    for day in range(3):
        since = MIDNIGHT - (3 - day) * 86_400
        for n, (key, title, gone) in enumerate((("vacc", "Вакцинация", False), ("old", "", True))):
            offered = 100.0 + 10 * day - 60 * n
            rows.append(
                report.ReportRow(
                    since=since, until=since + 86_400, key=key, title=title, gone=gone,
                    values=(offered, offered - 8, 8.0, 2.0, 0.91, 14.0, 185.0, 240.0, 5.0),
                    before=(90.0, 84.0, 6.0, 0.0, 0.93, 12.0, 160.0, 231.0, 4.0),
                )
            )  # fmt: skip
    return tuple(rows)


ASKED = report.ReportAsked(
    period="01.03.2026..12.03.2026", every="day", by="queue", against="before"
)
REPORT = report.ReportState(
    report="r1",
    status="done",
    done=1.0,
    found=6,
    rows=report_rows(),
    result=report.Report(
        asked=ASKED,
        figures=USUAL,
        first="2026-03-01",
        last="2026-03-12",
        since=MIDNIGHT - 11 * 86_400,
        until=NOW,
        whole=(480.0, 432.0, 48.0, 12.0, 0.92, 14.0, 185.0, 240.0, 30.0),
        before=(540.0, 504.0, 36.0, 0.0, 0.93, 12.0, 160.0, 231.0, 24.0),
        before_first="2026-02-17",
        before_last="2026-02-28",
        notes=(report.ReportNote(kind="running"),),
    ),
)
REPORT_CALLS = report.ReportCalls(calls=(CALL,), more=False)
ANSWERS |= {report.StartReport: REPORT, report.GetReportCalls: REPORT_CALLS}
