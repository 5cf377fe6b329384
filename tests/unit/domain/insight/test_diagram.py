from pathlib import Path

from ekc_console.domain.insight.diagram import states_page

PAGE = Path(__file__).parents[4] / "docs" / "states.md"


def test_the_page_of_states_is_up_to_date():
    assert PAGE.read_text() == states_page(), (
        "run: python -m ekc_console.domain.insight.diagram > docs/states.md"
    )
