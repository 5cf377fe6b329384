"""What ``ekc explain`` says in words; what it finds is tested with the journal and the core."""

from ekc_console.commands.figures.explain import _OBSTACLES
from ekc_console.commands.figures.fact_words import FACTS
from ekc_console.domain import facts
from ekc_console.domain.insight.candidates import Obstacle


def test_every_fact_and_every_obstacle_has_its_words():
    assert set(FACTS) == set(facts.FACTS)
    assert set(_OBSTACLES) == set(Obstacle.__args__)
