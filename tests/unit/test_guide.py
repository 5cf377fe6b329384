"""The pictures of the guides can be made, and are those that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import guide, shift_guide

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_the_walk_makes_the_pictures_of_the_guide(tmp_path: Path) -> None:
    """Their ids are made of their content: the same pictures are the same files."""
    guide.run(lambda: guide.walk(tmp_path, (120, 36)))
    made = kept_in(tmp_path)
    assert named("operator.md") <= set(made)
    assert others(made, ROOT / "docs/img") == set()


@pytest.mark.long
def test_the_pictures_of_the_shift_and_of_the_accounts() -> None:
    made = guide.run(shift_guide.pictures)
    assert named("supervisor.md", "administrator.md") == set(made)
    assert others(made, ROOT / "docs/img/shift") == set()


def named(*guides: str) -> set[str]:
    texts = [(ROOT / "docs" / guide).read_text("utf-8") for guide in guides]
    return {name for text in texts for name in re.findall(r"img/(?:shift/)?([a-z-]+)\.svg", text)}


def kept_in(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in folder.glob("*.svg")}


def others(made: dict[str, str], folder: Path) -> set[str]:
    """What is not the same in the folder."""
    kept = kept_in(folder)
    return {name for name in made | kept if made.get(name) != kept.get(name)}
