"""The cache of drafts on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.errors import EkcError


def draft(card: str = "card-c1", revision: int = 1, note: str = "") -> Draft:
    return Draft(
        card=card, revision=revision, scenario="general", version="1", session={}, note=note
    )


def test_a_draft_comes_back_whole(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "deep" / "drafts", Draft)
    assert drafts.all() == []
    assert drafts.get("card-c1") is None
    kept = msgspec.structs.replace(draft(note="Просила перезвонить"), session={"path": [1, "два"]})
    drafts.put(kept)
    assert Drafts(tmp_path / "deep" / "drafts", Draft).get("card-c1") == kept
    drafts.put(draft(revision=2))
    assert drafts.get("card-c1") == draft(revision=2)
    drafts.remove("card-c1")
    drafts.remove("card-c1")
    assert drafts.all() == []


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        Drafts(tmp_path / "drafts", Draft).put(draft())
    finally:
        os.umask(old)
    (path,) = (tmp_path / "drafts").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("card", ["../../etc/passwd", "a/b", "карточка", "..", "x" * 80])
def test_any_card_id_is_a_file_in_the_directory(tmp_path: Path, card: str) -> None:
    drafts = Drafts(tmp_path / "drafts", Draft)
    drafts.put(draft(card))
    assert [found.card for found in drafts.all()] == [card]
    assert len(list((tmp_path / "drafts").iterdir())) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "drafts"]


def test_all_gives_the_oldest_first(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, Draft)
    for age, card in enumerate(["new", "old", "older"]):
        drafts.put(draft(card))
        os.utime(tmp_path / f"{card}.json", (1000 - age, 1000 - age))
    assert [found.card for found in drafts.all()] == ["older", "old", "new"]


DEEP = pytest.param(b"[" * 9999, id="deep")


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"card": 1}', b"\xff\xfe", b'{"card": "\xff"}', DEEP]
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    drafts = Drafts(tmp_path, Draft)
    drafts.put(draft("good"))
    (tmp_path / "card-c1.json").write_bytes(content)
    assert drafts.get("card-c1") is None
    assert (tmp_path / "card-c1.damaged").read_bytes() == content
    assert [found.card for found in drafts.all()] == ["good"]


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EkcError, match="недоступен") as caught:
        Drafts(tmp_path / "file" / "drafts", Draft).put(draft())
    assert caught.value.remedy


@pytest.mark.parametrize("harm", [Path.touch, lambda path: path.symlink_to(path.name)])
def test_a_directory_that_cannot_be_read_is_told(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """It is not empty: what was typed is there."""
    harm(tmp_path / "drafts")
    with pytest.raises(EkcError, match="недоступен"):
        Drafts(tmp_path / "drafts", Draft).all()
