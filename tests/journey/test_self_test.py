"""``mel-desktop --self-test`` from source, as a package runs it: exit code, report, what stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = {
    "program", "files", "libraries", "qt", "keyring", "document-process", "page-process",
    "script-process", "spelling", "servers", "tls", "vault", "account", "sync", "search-offline",
    "write-offline", "send", "sent", "server", "window", "disk",
}  # fmt: skip


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    home, temp = folder / "home", folder / "temp"
    for made in (home, temp):
        made.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    own = {"HOME": str(home), "TMPDIR": str(temp), "PYTHONPATH": str(ROOT), "LANG": "fr_FR.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "mel_desktop", "--self-test", *words],
        capture_output=True, text=True, timeout=180, env={**kept, **own, **more}, cwd=folder,
    )  # fmt: skip


def test_from_source_all_is_well_and_nothing_stays(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    report = tmp_path / "report.json"
    done = run(tmp_path, "--json", "--out", str(report), MEL_DESKTOP_PROFILE=str(profile))
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(report.read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == rows
    assert set(STEPS) <= {row["step"] for row in rows}
    assert all(row["ok"] and set(row) == {"step", "ok", "seconds", "detail"} for row in rows)
    told = {row["step"]: row["detail"] for row in rows}
    assert "platform offscreen" in told["qt"]
    assert "TLSv1" in told["tls"]
    assert "stranger refused" in told["tls"]
    assert done.stderr == ""
    assert not profile.exists()
    kept = [one for one in tmp_path.rglob("*") if one.is_file() and one != report]
    assert kept == []


def test_qt_that_cannot_start_is_in_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run(tmp_path, "--out", str(report), QT_QPA_PLATFORM="no-such-platform")
    assert done.returncode != 0  # Qt ends the process itself
    last = json.loads(report.read_text(encoding="utf-8"))[-1]
    assert (last["step"], last["ok"], last["detail"]) == ("qt", False, "not ended")
