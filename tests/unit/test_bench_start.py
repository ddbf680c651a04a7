"""Parts of the bench of starts: medians, targets, what is refused, a process's memory, a screen."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.start import __main__ as bench
from tests.benchmarks.start.__main__ import FROZEN, MODULE, Report
from tests.benchmarks.start.started import Start, filled, memory
from tests.benchmarks.window.screen import Screen


def starts(*painted: float, rss: float, pss: float | None = 90.0) -> list[Start]:
    return [Start(one, one / 2, rss, pss, pss) for one in painted]


def test_medians_ratio_and_targets() -> None:
    report = Report(
        {MODULE: starts(400, 390, 900, rss=121), FROZEN: starts(500, 501, 600, rss=119, pss=None)}
    )
    kept = {one.what: (one.got, one.kept) for one in report.targets()}
    assert kept == {
        "idle window, module": (121, False),
        "idle window, frozen": (119, True),
        "frozen, process to window": (501, False),
        "frozen, of the module's": (501 / 400, True),
    }
    first, second, *targets = report.lines()
    assert "400 ms to the painted window (390 to 900, 3 starts; CPU 200 ms)" in first
    assert "RSS 119.0 MB, PSS - MB" in second
    assert targets[0] == "idle window, module: 121 (at most 120 MB) MISSED"
    assert report.document()["ratio"] == 501 / 400


def test_figures_stand_beside_the_module() -> None:
    report = Report({MODULE: starts(400, rss=121), FROZEN: starts(500, rss=110, pss=None)})
    found = {one.name: one for one in report.figures()}
    frozen = found["frozen, process to window"]
    assert (frozen.value, frozen.kept, frozen.goal) == (500, True, "<= 500 ms")
    assert frozen.ratio(MODULE) == 1.25
    assert found["module, process to window"].value == 400
    assert found["idle window, module"].kept is False
    assert found["proportional (PSS), frozen"].value is None


def test_without_a_frozen_program_there_is_no_ratio() -> None:
    report = Report({MODULE: starts(400, rss=100)})
    assert report.ratio() is None
    assert [one.what for one in report.targets()] == ["idle window, module"]


@pytest.mark.parametrize(
    ("given", "said"),
    [(["--runs", "0"], "at least 1"), (["--program", "no/such"], "is no file")],
)
def test_what_makes_no_sense_is_refused(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        bench.main(given)
    assert said in capsys.readouterr().err


def test_what_cannot_be_had_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert bench.main([]) == 2
    assert "bench start: dbus-daemon" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5)")
def test_the_memory_of_a_process_with_its_children() -> None:
    words = "import sys; big = b'x' * 2**25; print('ready', flush=True); sys.stdin.read()"
    around = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {words!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", around], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        rss, pss, private = memory(process.pid)
        process.stdin.close()
    assert 32 + 8 < rss < 32 + 100  # two interpreters and what one holds
    assert pss is not None
    assert private is not None
    assert 32 < private <= pss <= rss


def test_a_screen_is_filled_by_the_share_of_its_points(tmp_path: Path) -> None:
    head = [0] * 25
    head[0], head[4], head[5], head[12] = 100, 8, 8, 32
    black, grey = bytes(4), b"\x10\x10\x10\x00"
    rows = [(grey if row < 4 else black) * 6 + black * 2 for row in range(8)]
    file = tmp_path / "Xvfb_screen0"
    file.write_bytes(struct.pack(">25I", *head) + b"".join(rows))
    shown = Screen(":0", file)
    assert filled(shown, 1) == 24 / 64
    assert shown.pixels(0, 4) == [b"\x10\x10\x10", b"\x10\x10\x10"]
    shown.close()
