"""What a server answers who looks back at the day, for tests of the screens."""

from __future__ import annotations

from ekc_console.wire import messages
from ekc_console.wire.day import calls, story
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
ANSWERS: dict[type, messages.Result] = {story.GetCallStory: STORY}
"""By what is asked."""
