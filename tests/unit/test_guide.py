"""The pictures of the operator's guide can be made, and are those that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import guide

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_the_walk_makes_the_pictures_of_the_guide(tmp_path: Path) -> None:
    """Their ids are made of their content: the same pictures are the same files."""
    guide.run(lambda: guide.walk(tmp_path, (120, 36)))
    named = set(re.findall(r"img/([a-z-]+\.svg)", (ROOT / "docs/operator.md").read_text("utf-8")))
    made = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.svg")}
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "docs/img").glob("*.svg")}
    assert set(made) == set(kept)
    assert named <= set(made)
    assert [name for name in sorted(made) if made[name] != kept[name]] == []
