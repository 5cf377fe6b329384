"""A report as it is shown: headings, rows and what has to be said beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ekc_console.domain.insight.tally import Unit

Cell = str | float | None
"""A text, a number in the unit of its column, or nothing to count."""


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    title: str
    short: str
    unit: Unit | None
    """None: a text."""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    whole: Sequence[Cell]
    """The row of all of them together."""
    notes: Sequence[str] = field(default=())
    """What must not be overlooked: a period that is not over, a filter that nothing matched."""
    begins: Sequence[str] = field(default=())
    """ISO 8601 of each row, in their order; none: they are not parts of the time."""
    warnings: Sequence[str] = field(default=())
    """Those of the notes that stand with the rows wherever they go."""
    cut: bool = False
    """Rows are missing."""

    @property
    def all_rows(self) -> list[Sequence[Cell]]:
        """Those of the parts, and that of the whole where it says anything new."""
        return [*self.rows, self.whole] if len(self.rows) != 1 else list(self.rows)
