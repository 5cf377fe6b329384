from __future__ import annotations

from pathlib import Path

from ekc_console.tui.shared import prefs
from ekc_console.tui.shared.prefs import Prefs


def test_what_was_saved_is_loaded_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    prefs.save(folder, Prefs(login="ivanova", theme="ekc-light"))
    assert prefs.load(folder) == Prefs(login="ivanova", theme="ekc-light")
    assert (folder / prefs.FILE).stat().st_mode & 0o777 == 0o600


def test_no_file_and_a_damaged_one_give_the_defaults(tmp_path: Path) -> None:
    assert prefs.load(tmp_path) == Prefs()
    for content in (b"{nonsense", b"", b'{"login": "\xff"}', b"[" * 9999):
        (tmp_path / prefs.FILE).write_bytes(content)
        assert prefs.load(tmp_path) == Prefs()


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    prefs.save(tmp_path / "file", Prefs(login="ivanova"))
