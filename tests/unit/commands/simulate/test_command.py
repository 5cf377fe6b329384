"""``ekc simulate``: what it prints and exports, and how it refuses bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekc_console.cli import main

QUICK = ["simulate", "--seeds", "2", "--hours", "1", "--calls-per-hour", "60", "--agents", "4"]


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*QUICK, *options])
    return result.exit_code, result.output


def test_figures_stand_beside_both_formulas() -> None:
    code, out = run()
    assert code == 0, out
    for word in ("Erlang C", "Erlang A", "ASA", "Занятость", "принято за T / поступило"):
        assert word in out


def test_the_same_seeds_give_the_same_figures() -> None:
    assert run("--seed", "7") == run("--seed", "7")
    assert run("--seed", "7") != run("--seed", "8")


@pytest.mark.long
def test_variants_are_compared_plotted_and_exported(tmp_path: Path) -> None:
    table, tree = tmp_path / "o.csv", tmp_path / "o.json"
    code, out = run(
        "--vary", "agents=3..5", "--strategy", "longest-idle,leastrecent,fewest-calls",
        "--csv", str(table), "--json", str(tree),
    )  # fmt: skip
    assert code == 0, out
    study = json.loads(tree.read_text())
    names = [f"{s} agents={n}" for s in ("longest-idle", "fewest-calls") for n in (3, 4, 5)]
    assert list(study) == names  # an alias is the same strategy
    waits = [study[name]["summary"]["wait_s"]["mean"] for name in names[:3]]
    assert waits == sorted(waits, reverse=True)
    assert len(table.read_text().splitlines()) == 1 + 6 * 9
    assert "┤" in out


@pytest.mark.parametrize("suffix", ["csv", "yaml"])
def test_a_profile_gives_arrivals_and_staff(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"day.{suffix}"
    file.write_text(
        "time,calls,agents\n08:00,30,3\n08:30,60,6\n"
        if suffix == "csv"
        else '- {time: "08:00", calls: 30, agents: 3}\n- {time: "08:30", calls: 60, agents: 6}\n'
    )
    result = CliRunner().invoke(main, ["simulate", "--seeds", "2", "--profile", str(file)])
    assert result.exit_code == 0, result.output
    assert "Erlang A" in result.output


def test_a_profile_that_is_no_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "day.yaml"
    file.write_text("- {time: 08:00, calls: 30\n")
    code, out = run("--profile", str(file))
    assert code == 1
    assert f"{file}:1: это не YAML: знак 3: скобка «{{» открыта и не закрыта." in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--vary", "agents=9..2"], "--vary agents"),
        (["--vary", "foo=1"], "foo=1"),
        (["--talk", "x"], "--talk: «x»"),
        (["--agents", "1.5"], "--agents"),
        (["--seeds", "0"], "--seeds"),
        (["--strategy", "zzz"], "«zzz»"),
        (["--queue", "q9"], "«q9»"),
        (["--profile", "/nowhere.csv"], "/nowhere.csv"),
        (["--journal", "/nowhere.db"], "/nowhere.db"),
        (["--journal", "/nowhere.db", "--day", "yesterday"], "--day"),
        (["--csv", "/nowhere/o.csv"], "/nowhere/o.csv"),
    ],
)
def test_bad_input_is_named(options: list[str], said: str) -> None:
    code, out = run(*options)
    assert code == 1
    assert said in out
    assert "Traceback" not in out
