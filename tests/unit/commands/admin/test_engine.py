from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ekc_console.commands.admin.engine import command
from ekc_console.errors import EkcError


def printed(folder: Path) -> str:
    config = folder / "ekc.yaml"
    config.write_text(f"server: {{data_dir: '{folder}/data'}}\n")
    result = CliRunner().invoke(command, ["dialplan", "--config", str(config)])
    if result.exception:
        raise result.exception
    return result.stdout


def test_the_dialplan_for_a_node_notes_callers_beside_the_servers_data(tmp_path: Path) -> None:
    text = printed(tmp_path)
    contexts = [line for line in text.splitlines() if line.startswith("[")]
    assert contexts == ["[ekc-trunk]", "[ekc-in]", "[ekc-operator]", "[ekc-operator-tls]"]
    assert text.count(f"Set(FILE({tmp_path}/data/engine/callers/") == 3
    assert "channelvars = EKC_DIALLED" in text


def test_a_folder_that_asterisk_would_misread_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a,b"
    folder.mkdir()
    with pytest.raises(EkcError, match=r"server\.data_dir"):
        printed(folder)
