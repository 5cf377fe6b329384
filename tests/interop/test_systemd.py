"""The unit of ``ekc server systemd``, read by systemd itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ekc_console.commands.service.systemd import unit
from tests.interop.processes import program
from tests.unit.commands.service.test_systemd import ekc, report, settings


def test_a_path_with_blanks_and_signs_of_systemd_is_read_as_it_is(tmp_path: Path) -> None:
    program("systemd-analyze")
    ours = tmp_path / "my; ekc $HOME 100%n" / "ekc"
    ours.parent.mkdir()
    ours.write_text("#!/bin/sh\n")
    ours.chmod(0o755)
    config = settings(tmp_path, **report("/etc/a b $HOME 100%n"))
    text = unit([str(ours)], config, Path("/etc/e $k.yaml"), "root")
    assert '--config "/etc/e $$k.yaml"' in text
    assert _verified(tmp_path, text) == (0, "")


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program("systemd-analyze")
    assert ekc(str(tmp_path), "--user", "root").exit_code == 0
    assert _verified(tmp_path, (tmp_path / "ekc.service").read_text("utf-8")) == (0, "")


def _verified(folder: Path, text: str) -> tuple[int, str]:
    file = folder / "ekc.service"
    file.write_text(text, "utf-8")
    analyze = ["systemd-analyze", "verify", str(file)]
    done = subprocess.run(analyze, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr
