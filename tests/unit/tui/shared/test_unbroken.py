"""No line of the script parts «не» from its word or begins with a dot."""

from __future__ import annotations

import pytest
from textual.content import Content

from ekc_console.tui.shared.widgets.unbroken import unbroken

SIGNS = "103  не дышит, задыхается · без сознания, не отвечает · не просыпается · НЕ ДЫШИТ\n\nДалее"


@pytest.mark.parametrize("width", range(16, 60))
def test_a_negation_stays_with_its_word_and_a_dot_with_the_one_before(width: int) -> None:
    content = unbroken(Content.styled(SIGNS, "bold"), width)
    lines = content.plain.split("\n")
    assert not [line for line in lines if line.startswith("·") or line.lower().endswith("не")]
    assert all(len(line) <= width for line in lines)
    assert " ".join(content.plain.split()) == " ".join(SIGNS.split())
    assert content.wrap(width)[-2].plain == ""  # a paragraph stays one


def test_without_a_width_the_text_is_as_it_was() -> None:
    assert unbroken(Content(SIGNS), 0).plain == SIGNS
