"""A call's lines of the journal in words; what they hold is tested with the server and the core."""

from __future__ import annotations

from typing import get_args

from ekc_console.client.words.journal.facts import FACTS
from ekc_console.client.words.journal.story import ENDED_BY, OBSTACLES, RESULTS, below, text
from ekc_console.domain import facts
from ekc_console.domain.effects import WithdrawReason
from ekc_console.domain.facts.calls import EndedBy
from ekc_console.domain.insight.candidates import Obstacle
from ekc_console.wire.day.story import StoryCandidate, StoryDecision, StoryLine


def test_every_fact_obstacle_and_end_has_its_words() -> None:
    assert set(FACTS) == set(facts.FACTS)
    assert set(OBSTACLES) == set(get_args(Obstacle))
    assert set(get_args(WithdrawReason)) <= set(RESULTS)
    assert set(ENDED_BY) == set(get_args(EndedBy))


def test_an_order_names_who_gave_it_and_why() -> None:
    line = StoryLine(
        seq=1, at=0.0, fact="CallAssigned", person="Анна П.", by="Соня Н.", why="знает язык"
    )
    assert text(line) == "назначен руководителем: Анна П., распорядился Соня Н., «знает язык»"


def test_the_end_says_who_hung_up_and_what_came_of_it() -> None:
    line = StoryLine(
        seq=1, at=0.0, fact="CallEnded", ended_by="caller", outcome="abandoned_queue",
        callback="cb7",
    )  # fmt: skip
    assert text(line) == ("завершён: трубку положил абонент, потерян в очереди, обратный вызов cb7")


def test_a_caller_who_came_before_older_callbacks_is_told_why() -> None:
    decision = StoryDecision(
        chosen=("Анна П.",), strategy="longest-idle", by="key", candidates=(), place=3, waiting=4,
        by_turn=True,
    )  # fmt: skip
    line = StoryLine(seq=1, at=0.0, fact="AgentReady", decisions=(decision,))
    assert (1, "впереди обратные вызовы из списка, но была очередь звонящего") in below(line)


def test_a_decision_stands_below_with_those_who_could_not_be_asked() -> None:
    decision = StoryDecision(
        chosen=("Анна П.",),
        strategy="longest-idle",
        by="key",
        candidates=(
            StoryCandidate(person="Анна П.", chosen=True, tier=1, key=10.0),
            StoryCandidate(
                person="Вера В.", chosen=False, tier=1, key=9.0, obstacle="on_break", detail="Обед"
            ),
        ),
    )
    line = StoryLine(
        seq=1, at=0.0, fact="CallQueued", queue="Вакцинация", queued=True,
        withdrawn=(("Егор Л.", "timeout"),), decisions=(decision,),
    )  # fmt: skip
    assert text(line) == "в очереди: Вакцинация, приоритет 0"
    assert list(below(line)) == [
        (0, "Егор Л.: не ответил вовремя"),
        (0, "решение (кто дольше свободен): Анна П."),
        (1, "→ Анна П.          ярус 1  ключ 10.000  мог взять"),
        (1, "  Вера В.          ярус 1  ключ 9.000  перерыв: Обед"),
    ]
