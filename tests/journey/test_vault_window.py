"""A day on a shared PC, in a process of its own, on a screen of its own where Xvfb is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.program import ROOT


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    """What the child needs to be seen: an X server without a window manager."""
    server = shutil.which("Xvfb")
    if server is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(theirs), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=(theirs,),
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as number:
            yield {"DISPLAY": f":{number.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        process.terminate()
        process.wait(60)


def test_locked_with_a_letter_half_written(tmp_path: Path, display: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", str(ROOT / "tests/journey/locked_day.py")],
        cwd=ROOT,
        env={**os.environ, **display, "MEL_JOURNEY_PROFILE": str(tmp_path / "profile")},
        capture_output=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
