"""``mel-desktop demo --headless`` as a person runs it: what it prints, finds and leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return {
        **kept,
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }


def demo(
    folder: Path, *arguments: str, before: tuple[str, ...] = (), screen: bool = False
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mel_desktop", *before, "demo", *arguments]
    return subprocess.Popen(
        command if screen else [*command, "--headless"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder) | ({"DISPLAY": ":offscreen"} if screen else {}),
        cwd=folder,
    )


def test_the_visit_finds_its_mail_and_leaves_nothing(tmp_path: Path) -> None:
    picture = ROOT / "build" / "screenshots" / "main.png"  # what the README shows is made so
    process = demo(tmp_path, "--screenshot", str(picture), before=("--json",))
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    document = json.loads(out)
    steps = {step["step"]: step for step in document["steps"]}
    assert document["ok"] is True
    assert steps["school"]["messages"] == steps["sync"]["new"] == 300
    assert steps["attachments"]["bytes_received"] > 0
    assert steps["sync-again"]["new"] == steps["sync-again"]["bodies"] == 0
    assert steps["directory"]["persons"] > 600
    assert steps["directory"]["schools"] == 40
    assert steps["search-offline"]["hits"]["evacuation"] > 0
    assert steps["write-offline"]["revisions"] >= 2
    assert steps["write-offline"]["waiting"] >= 2
    assert steps["send"]["state"] == "filed"
    assert steps["sent"]["copies"] == steps["server"]["sent"] == 1
    assert steps["server"]["arrived"] == steps["server"]["recipients"] == 2
    assert steps["disk"]["leaks"] == 0
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.stat().st_size > 30_000
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_kept_visit_speaks_french_and_leaves_a_profile_and_a_picture(tmp_path: Path) -> None:
    kept = tmp_path / "garde"
    process = demo(tmp_path, "--keep", str(kept))
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert "300 messages" in out
    assert "Retrouvé une fois dans « Envoyés »" in out
    picture = kept / "mel-desktop.png"
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert sorted(path.name for path in kept.iterdir()) == ["mel-desktop.png", "profile"]
    again = demo(tmp_path, "--keep", str(kept))
    _, err = again.communicate(timeout=60)
    assert again.returncode == 2
    assert "[usage]" in err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_the_program(tmp_path: Path, how: signal.Signals) -> None:
    process = demo(tmp_path)
    deadline = time.monotonic() + 60
    children: list[psutil.Process] = []
    assert process.stdout is not None
    assert process.stdout.readline()  # the school is there: its servers run
    while not children and time.monotonic() < deadline:
        children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(how)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    if how is signal.SIGTERM:
        assert list(tmp_path.glob("mel-demo-*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_window_opens_on_the_school_and_cleans_up_when_told_to_end(tmp_path: Path) -> None:
    process = demo(tmp_path, screen=True)
    watched = psutil.Process(process.pid)
    deadline = time.monotonic() + 90
    connected = False
    while not connected and process.poll() is None and time.monotonic() < deadline:
        # the engine starts after the window is shown: it talks to the school's servers then
        connected = any(one.status == "ESTABLISHED" for one in watched.net_connections("tcp"))
    children = watched.children(recursive=True)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert connected, err
    assert process.returncode == 0, err
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
