from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ekc_console.server.engine.asterisk.calls.notes import Notes
from ekc_console.server.engine.protocol import NotedCaller

HOUR = "2026112410"
CAME = "came,ekc-1.1,1790000000.125,122,%2B79001112233\n"
CALLER = NotedCaller("ekc-1.1", "+79001112233", "122", 1790000000.125)


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path)


def write(folder: Path, text: str, hour: str = HOUR) -> None:
    with (folder / hour).open("a") as file:
        file.write(text)


def test_nobody_came(notes: Notes, tmp_path: Path) -> None:
    assert notes.read() == ()
    with capture_logs() as lines:
        assert Notes(tmp_path / "none").read() == ()
    assert not lines


@pytest.mark.parametrize("harm", [Path.touch, lambda folder: folder.symlink_to(folder.name)])
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    harm(tmp_path / "callers")
    with capture_logs() as lines:
        assert Notes(tmp_path / "callers").read() == ()
    assert [line["event"] for line in lines] == ["callers' notes cannot be read"]


def test_a_caller_comes_and_leaves(notes: Notes, tmp_path: Path) -> None:
    write(tmp_path, CAME)
    assert notes.read() == (CALLER,)
    write(tmp_path, "left,ekc-1.1,1790000003.500\nleft,ekc-1.7,1790000003.500\n")
    (caller,) = notes.read()
    assert caller.left_at == 1790000003.5


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("", None),
        ("anonymous", None),
        ("8%20(900)%20111-22-33", "89001112233"),
        ("%0Acame%2Cekc-9.9%2C1790000000.000%2C122%2C7900", None),
    ],
)
def test_numbers_are_what_the_server_would_have_read(
    notes: Notes, tmp_path: Path, number: str, known: str | None
) -> None:
    write(tmp_path, f"came,ekc-1.1,1790000000.125,122,{number}\n")
    assert [caller.number for caller in notes.read()] == [known]


def test_half_a_line_waits_for_its_other_half(notes: Notes, tmp_path: Path) -> None:
    write(tmp_path, CAME[:30])
    assert notes.read() == ()
    write(tmp_path, CAME[30:])
    assert notes.read() == (CALLER,)


@pytest.mark.parametrize(
    "damage",
    ["came,ekc-1.0,1790", "came,ekc-1.0,1790000000.000,122", "\x00\x00\n", "left,\n", "came,,,,\n"],
)
def test_a_damaged_line_takes_nobody_else_with_it(
    notes: Notes, tmp_path: Path, damage: str
) -> None:
    write(tmp_path, damage + CAME)
    assert notes.read() == (CALLER,)


@given(st.binary(max_size=200))
def test_whatever_stands_there_the_start_goes_on(tmp_path_factory: object, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("notes")  # type: ignore[attr-defined]
    (folder / HOUR).write_bytes(data + b"\n" + CAME.encode())
    assert CALLER in Notes(folder).read()


def test_a_file_goes_when_its_hour_is_over_and_all_in_it_are_known(
    notes: Notes, tmp_path: Path
) -> None:
    hours = ["2026112408", "2026112409", "2026112410", "2026112411"]
    for number, hour in enumerate(hours):
        write(tmp_path, CAME.replace("1.1", f"1.{number}"), hour)
    notes.read()
    notes.forget(["ekc-1.1", "ekc-1.3"])
    assert [file.name for file in sorted(tmp_path.iterdir())] == [hours[0], *hours[2:]]
    notes.forget(["ekc-1.0", "ekc-1.2"])
    assert [file.name for file in sorted(tmp_path.iterdir())] == hours[2:]
    assert notes.read() == ()


def test_a_file_that_has_grown_since_it_was_read_stays(notes: Notes, tmp_path: Path) -> None:
    """A clock that was set back: the hour that is written is not the newest one."""
    for hour in ("2026112410", "2026112510", "2026112511"):
        write(tmp_path, "", hour)
    write(tmp_path, CAME, "2026112410")
    notes.read()
    write(tmp_path, CAME.replace("1.1", "1.2"), "2026112410")
    notes.forget(["ekc-1.1"])
    assert [caller.leg for caller in notes.read()] == ["ekc-1.2"]


def test_another_server_reads_from_the_beginning(notes: Notes, tmp_path: Path) -> None:
    write(tmp_path, CAME)
    notes.read()
    notes.forget([CALLER.leg])
    assert Notes(tmp_path).read() == (CALLER,)


def test_other_files_are_left_alone(notes: Notes, tmp_path: Path) -> None:
    (tmp_path / "README").write_text(CAME)
    (tmp_path / "1999123123").mkdir()
    assert notes.read() == ()


def test_ends_in_the_ordinary_way_are_told(notes: Notes, tmp_path: Path) -> None:
    write(
        tmp_path,
        CAME
        + "over,ekc-1.1,1790000009.125,16\n"
        + "over,ekc-1.2,1790000009.125,44\n"
        + "over,ekc-1.3,1790000009.125,\n"
        + "ov\x00over,ekc-1.4,1790000009.125,0\nover,ekc-1.5,17900000",
    )
    write(tmp_path, "over,ekc-1.6,1790000009.125,31\n", hour="2026112411")
    at = 1790000009.125
    assert notes.ended() == {"ekc-1.1": at, "ekc-1.3": at, "ekc-1.4": at, "ekc-1.6": at}
    assert notes.read() == (CALLER,)
    assert Notes(tmp_path / "none").ended() == {}
