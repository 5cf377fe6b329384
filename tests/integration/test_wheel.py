"""The wheel by itself: built, installed by pip into an empty environment, and calls go through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def done(*command: str, cwd: Path) -> str:
    found = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-3000:]
    return found.stdout


@pytest.mark.long
def test_the_wheel_serves_calls_and_writes_its_unit(tmp_path: Path) -> None:
    source, wheels = tmp_path / "source", tmp_path / "wheels"
    source.mkdir()
    packed = subprocess.run(
        ["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=packed, check=True)
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    done(
        *pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(source),
        cwd=tmp_path,
    )  # fmt: skip
    (wheel,) = wheels.glob("*.whl")
    done(sys.executable, "-m", "venv", "fresh", cwd=tmp_path)
    bin_ = tmp_path / "fresh" / "bin"
    own = (str(bin_ / "pip"), "install", "--quiet", "--disable-pip-version-check")
    done(*own, "--require-hashes", "-r", str(ROOT / "requirements/run.lock"), cwd=tmp_path)
    done(*own, "--no-deps", str(wheel), cwd=tmp_path)
    ekc = str(bin_ / "ekc")
    done(ekc, "server", "systemd", "units", cwd=tmp_path)
    unit = (tmp_path / "units" / "ekc.service").read_text("utf-8")
    assert f"ExecStart={ekc} server --keep-calls\n" in unit
    done(ekc, "server", "dashboards", "monitoring", cwd=tmp_path)
    assert '"/api/v1/calls"' in done(ekc, "server", "openapi", cwd=tmp_path)
    assert "2 / 2" in done(
        ekc, "demo", "--headless", "--calls", "2", "--operators", "1", cwd=tmp_path
    )
