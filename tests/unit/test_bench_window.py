"""Parts of the window's bench: a screen that is read, Thunderbird's note, what is not there."""

from __future__ import annotations

import struct
from argparse import Namespace
from pathlib import Path

import pytest

from tests.benchmarks.window import thunderbird
from tests.benchmarks.window.__main__ import Beside
from tests.benchmarks.window.screen import Area, Screen
from tests.benchmarks.window.thunderbird import Started

WIDTH, HEIGHT, COLOURS = 40, 30, 2
WHITE, BLACK = b"\xff\xff\xff\x00", b"\x00\x00\x00\x00"


def screen_with(folder: Path, lines: dict[int, int]) -> Screen:
    """White, with a black point at (column) in each of these rows."""
    head = [0] * 25
    head[0], head[4], head[5], head[12], head[19] = 104, WIDTH, HEIGHT, 4 * WIDTH, COLOURS
    rows = []
    for row in range(HEIGHT):
        points = [WHITE] * WIDTH
        if row in lines:
            points[lines[row]] = BLACK
        rows.append(b"".join(points))
    file = folder / "Xvfb_screen0"
    file.write_bytes(struct.pack(">25I", *head) + b"name" + bytes(12 * COLOURS) + b"".join(rows))
    return Screen(":0", file)


def test_lines_of_writing_are_counted(tmp_path: Path) -> None:
    shown = screen_with(tmp_path, {3: 10, 4: 11, 9: 10, 20: 10, 25: 35})
    try:
        assert (shown.width, shown.height) == (WIDTH, HEIGHT)
        assert shown.lines(Area(5, 0, 20, 30)) == 3  # rows 3 and 4 touch each other
        assert shown.lines(Area(5, 0, 20, 8)) == 1
        assert shown.lines(Area(0, 0, 5, 30)) == 0
        head, _, points = shown.picture().partition(b"255\n")
        assert head == b"P6 40 30 "
        assert points[3 * (3 * WIDTH + 10) :][:6] == b"\x00\x00\x00\xff\xff\xff"
    finally:
        shown.close()


def options(folder: Path, *, no_peer: bool = False) -> Namespace:
    return Namespace(
        no_peer=no_peer, out=folder / "bench.json", cache=folder, letters=folder, messages=3
    )


def test_without_thunderbird_it_is_said_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Beside(options(tmp_path, no_peer=True)).note(1, 1) == "Thunderbird: not asked for"
    monkeypatch.setattr(thunderbird, "available", lambda: False)
    beside = Beside(options(tmp_path))
    beside.start()
    assert beside.note(1, 1) == "Thunderbird: not installed (or no Xvfb)"


def test_rows_that_never_come_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise TimeoutError("Thunderbird showed no rows")

    monkeypatch.setattr(thunderbird, "available", lambda: True)
    monkeypatch.setattr(thunderbird, "PROGRAM", "true")
    monkeypatch.setattr(thunderbird.Thunderbird, "prepare", never)
    beside = Beside(options(tmp_path))
    beside.start()
    assert beside.note(1, 1) == "Thunderbird: Thunderbird showed no rows"


def test_the_medians_are_set_beside_ours(tmp_path: Path) -> None:
    beside = Beside(options(tmp_path, no_peer=True))
    beside.started = [Started(4000, 500, 700), Started(2000, 400, 600), Started(9000, 900, 990)]
    told = beside.note(1000, 100)
    assert "process to rows 4000 ms, ours 0.25 of it" in told
    assert "500 MB PSS (700 MB RSS), ours 0.20 of it" in told
