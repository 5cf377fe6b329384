from __future__ import annotations

from ekc_console.domain.insight.tally import FIGURES
from ekc_console.reports.figure_words import WORDS


def test_every_figure_has_its_name_and_its_formula() -> None:
    assert list(WORDS) == [figure.id for figure in FIGURES]
    assert all(words.title and words.short and words.formula for words in WORDS.values())
    assert len({words.short for words in WORDS.values()}) == len(WORDS)
