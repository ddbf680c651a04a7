"""Runs a client at its end of the line and says what it cost: wall, CPU, memory, wire."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.sync.line import Line
from tests.benchmarks.sync.meter import Totals

_LOOK_S = 0.02


@dataclass(slots=True)
class Ran:
    """One run. ``peak_bytes``: of the tree's greatest process; ``began``: a monotonic instant."""

    code: int
    began: float
    wall_s: float
    cpu_s: float
    peak_bytes: int
    out: str = field(repr=False)
    err: str = field(repr=False)
    line: Totals = field(repr=False)
    timed_out: bool = False
    reset_at: float = 0.0

    def at(self, instant: float) -> tuple[int, int, int]:
        """Down, up and turns at an instant of the machine's clock."""
        return self.line.at(instant - self.reset_at)


def run(
    line: Line,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    seed: int = 1,
    timeout: float = 600.0,
    stop_when: Callable[[], bool] | None = None,
) -> Ran:
    """Run to the end. ``stop_when`` is looked at often; True ends the client with SIGKILL."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        line.reset(seed)
        began = time.monotonic()
        process = subprocess.Popen(
            line.as_client(command), env=dict(environment), cwd=folder,
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
        )  # fmt: skip
        peak = _Peak(process.pid)
        timed_out = _wait(process.pid, began + timeout, stop_when)
        usage = peak.reap()
        wall = time.monotonic() - began
        process.returncode = peak.code  # reaped by us
        # what is under way towards the other end still counts
        time.sleep(0.02 if line.profile == "lan" else 1.0)
        totals = line.totals()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    return Ran(
        code=peak.code,
        began=began,
        wall_s=wall,
        cpu_s=usage,
        peak_bytes=peak.octets,
        out=texts[0],
        err=texts[1],
        line=totals,
        timed_out=timed_out,
        reset_at=began,
    )


def _wait(pid: int, deadline: float, stop_when: Callable[[], bool] | None) -> bool:
    """Until it has ended (it is left to be reaped); True when it had to be ended."""
    while True:
        found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None:
            return False
        late = time.monotonic() > deadline
        if late or (stop_when is not None and stop_when()):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            return late
        time.sleep(_LOOK_S)


class _Peak:
    """Watches VmHWM: ``ru_maxrss`` would begin with what our own fork was as large as."""

    def __init__(self, pid: int) -> None:
        self.octets = 0
        self.code = -1
        self._pid = pid
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="peak")
        self._watcher.start()

    def reap(self) -> float:
        """Take the ended process away; CPU seconds of it and of its children."""
        self._done.set()
        self._watcher.join()
        _, status, usage = os.wait4(self._pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_S):
            for pid in (self._pid, *_children(self._pid)):
                self.octets = max(self.octets, _high_water(pid))


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(word) for word in text.split()]
    return []


def _high_water(pid: int) -> int:
    with suppress(OSError):
        for row in Path(f"/proc/{pid}/status").read_text().splitlines():
            if row.startswith("VmHWM:"):
                return int(row.split()[1]) * 1024
    return 0
