"""One start of the program: until its window is painted on a screen of its own, then its memory.

The vault of the profile opens by the keyring (a Secret Service on a private D-Bus), so that nobody
types and no key is derived on purpose slowly. The window is painted when it fills most of the
screen: the question for a passphrase, which is smaller, is no start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from mel_desktop.app import wiring
from tests.benchmarks.window.screen import Screen

WAIT_S: Final = 60.0
POLL_S: Final = 0.004
REST_S: Final = 3.0  # the engine has begun, what was needed to start is let go
MOST: Final = 0.8  # of the screen


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds, and megabytes (2**20 octets) of all processes of the program."""

    painted_ms: float
    cpu_ms: float  # of the process until then, all threads: what a busy machine changes less
    rss_mb: float
    pss_mb: float | None  # None: the system does not tell
    private_mb: float | None


def make_profile(folder: Path, bus: str) -> Path:
    """An empty profile that the keyring on ``bus`` opens."""
    before = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus
    try:
        wiring.create_profile(folder, use_keyring=True, offline=True).close()
    finally:
        if before is None:
            del os.environ["DBUS_SESSION_BUS_ADDRESS"]
        else:
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = before
    return folder


def start(program: Sequence[str], profile: Path, shown: Screen, bus: str) -> Start:
    """Run ``program`` on a copy of ``profile``. TimeoutError | ChildProcessError."""
    with tempfile.TemporaryDirectory(prefix="mel-start-") as folder:
        home = Path(folder)
        copy = shutil.copytree(profile, home / "profile")
        began = time.perf_counter()
        process = subprocess.Popen(
            [*program, "--profile", str(copy), "--offline"],
            env=_environment(home, shown.display, bus),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            painted = _wait(process, shown, began)
            cpu = psutil.Process(process.pid).cpu_times()
            time.sleep(REST_S)
            return Start(
                1e3 * (painted - began), 1e3 * (cpu.user + cpu.system), *memory(process.pid)
            )
        finally:
            _end(process)
            _wait_black(shown)


def memory(pid: int) -> tuple[float, float | None, float | None]:
    """RSS, PSS and private memory of a process and those it started."""
    parent = psutil.Process(pid)
    pids = [pid, *(one.pid for one in parent.children(recursive=True))]
    told = [_of_one(one) for one in pids]
    rss = sum(one["Rss"] for one in told)
    if not all("Pss" in one for one in told):
        return rss, None, None
    private = sum(one["Private_Clean"] + one["Private_Dirty"] for one in told)
    return rss, sum(one["Pss"] for one in told), private


def _of_one(pid: int) -> dict[str, float]:
    """Megabytes by the names of /proc/PID/smaps_rollup; Rss alone where that is refused."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except PermissionError:  # the program is not dumpable (system.hardening): only root may look
        return {"Rss": psutil.Process(pid).memory_info().rss / 2**20}
    pairs = (line.split() for line in text.splitlines()[1:])
    return {words[0].rstrip(":"): int(words[1]) / 1024 for words in pairs}


def filled(shown: Screen, step: int = 64) -> float:
    """The share of the screen that is not black, looked at every ``step`` pixels."""
    rows = range(step // 2, shown.height, step)
    seen = [pixel for row in rows for pixel in shown.pixels(row, step)]
    return sum(any(one) for one in seen) / len(seen)


def _wait(process: subprocess.Popen[bytes], shown: Screen, began: float) -> float:
    while filled(shown) < MOST:
        if process.poll() is not None:
            raise ChildProcessError(f"{process.args!r} ended with {process.returncode}")
        if time.perf_counter() - began > WAIT_S:
            raise TimeoutError(f"{process.args!r}: no window of the profile in {WAIT_S:g} s")
        time.sleep(POLL_S)
    return time.perf_counter()


def _wait_black(shown: Screen) -> None:
    until = time.monotonic() + WAIT_S
    while filled(shown) > 0:
        if time.monotonic() > until:
            raise TimeoutError("the window stays on the screen")
        time.sleep(POLL_S)


def _end(process: subprocess.Popen[bytes]) -> None:
    for one in psutil.Process(process.pid).children(recursive=True):
        one.kill()
    process.kill()
    process.wait()


def _environment(home: Path, display: str, bus: str) -> Mapping[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "LANG": "C.UTF-8",
    }
