"""The documents keep up with the program: keys, key names, links and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ekc_console.tui.shared.keys.registry import ACTIONS, Action, key_name, shown_key
from ekc_console.wire.messages import PROTOCOL

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operator.md"
SUPERVISORS_GUIDE = ROOT / "docs" / "supervisor.md"
ADMINISTRATORS_GUIDE = ROOT / "docs" / "administrator.md"
GUIDES = {
    "watch": SUPERVISORS_GUIDE,
    "report": SUPERVISORS_GUIDE,
    "admin": ADMINISTRATORS_GUIDE,
    "audit": ADMINISTRATORS_GUIDE,
    "settings": ADMINISTRATORS_GUIDE,
    "clinic": ROOT / "docs" / "clinic.md",
}
"""Of a section of the keys; all others stand in the operator's."""
PAGES = [
    *(ROOT / name for name in ("README.md", "README.en.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
PICTURES = sorted((ROOT / "docs" / "img").glob("*.svg"))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = ("ekc_console", "sip", "tests", "bench")
_OUTSIDE = ("http://", "https://", "mailto:")


def _row(action: Action) -> str:
    keys = " или ".join(key_name(key) for key in action.keys) or action.shown_key
    return f"| {keys} | {action.label} | {action.help} |"


@pytest.mark.parametrize("action", [a for a in ACTIONS if shown_key(a)], ids=lambda a: a.id)
def test_the_guide_lists_every_action_with_its_keys(action: Action) -> None:
    guide = GUIDES.get(action.section, GUIDE)
    assert _row(action) in guide.read_text(encoding="utf-8")


def test_the_guide_names_actions_without_a_key() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [a.id for a in ACTIONS if not shown_key(a) and f"«{a.label}»" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_to_files(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    targets = [link.partition("#")[0] for link in links if not link.startswith(_OUTSIDE)]
    assert [name for name in targets if name and not (page.parent / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", page.read_text(encoding="utf-8")))
    there = [str(p.relative_to(ROOT)) for top in _CODE for p in (ROOT / top).rglob("*.py")]
    assert sorted(n for n in named if not any(f"/{t}".endswith(f"/{n}") for t in there)) == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures_load_nothing_from_elsewhere_and_show_no_real_number(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8").replace("&#160;", " ")
    assert "@font-face" not in text
    assert "url(http" not in text
    shown = set(re.findall(r"\+7 \d{3} \d{3}-\d\d-\d\d", text))
    assert {number for number in shown if not number.startswith("+7 900 000-00-")} == set()


def test_the_guide_shows_every_picture_there_is_and_no_other() -> None:
    shown = set(re.findall(r"\(img/([\w-]+)\.svg\)", GUIDE.read_text(encoding="utf-8")))
    assert shown == {path.stem for path in (GUIDE.parent / "img").glob("*.svg")}


def test_the_version_of_the_protocol_is_told_as_it_is() -> None:
    api = (ROOT / "docs/api.md").read_text("utf-8")
    assert re.findall(r'"protocol\\":(\d+)', api) == [str(PROTOCOL)]
    coming = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("\n## Не выпущено")[2]
    told = re.findall(r"Версия протокола — (\d+)", coming)
    assert told[0] == str(PROTOCOL)
