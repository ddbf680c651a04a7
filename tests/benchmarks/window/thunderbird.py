"""Thunderbird on the same inbox: from the start of its process to painted rows, and its memory.

Local Folders with one mbox of all messages, the list as a table, offline and without a network. Its
first start writes the summary of the folder (.msf) and counts for nothing; its own index for
searching is off, which is to its advantage.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from tests.benchmarks.store import corpus
from tests.benchmarks.window.screen import Area, Screen, screen

PROGRAM: Final = "thunderbird"
# In the rows of the list, where its column of dates is: blank until the rows are there.
DATES: Final = Area(960, 118, 1200, 258)
ROWS: Final = 3
SUMMARY_S: Final = 900.0  # a busy machine takes minutes for 100,000 messages
START_S: Final = 120.0
REST_S: Final = 1.5  # as long as ours rests before its memory is looked at
POLL_S: Final = 0.005
_INBOX: Final = "mailbox://nobody@Local%20Folders/Inbox"

_PREFERENCES: Final[Mapping[str, str | int | bool]] = {
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.server.server1.type": "none",
    "mail.server.server1.hostname": "Local Folders",
    "mail.server.server1.name": "Local Folders",
    "mail.server.server1.userName": "nobody",
    "mail.server.server1.directory-rel": "[ProfD]Mail/Local Folders",
    "mail.server.server1.storeContractID": "@mozilla.org/msgstore/berkeleystore;1",
    "mail.provider.suppress_dialog_on_startup": True,
    "mailnews.start_page.enabled": False,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.pane_config.dynamic": 0,
    "mail.threadpane.listview": 1,
    "mailnews.database.global.indexer.enabled": False,
    "offline.startup_state": 3,
    "offline.autodetect": False,
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
}


@dataclass(frozen=True, slots=True)
class Started:
    """One start. Megabytes of all its processes: shared pages by halves, and private and shared."""

    rows_ms: float
    pss_mb: float
    rss_mb: float


class Thunderbird:
    """A profile of its own in ``cache``."""

    def __init__(self, cache: Path, letters: Path, messages: int) -> None:
        self._home = cache / f"thunderbird-{messages}"
        self._letters = letters
        self._messages = messages
        found = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
        self.version = found.stdout.strip().rpartition(" ")[2]

    def prepare(self) -> None:
        """The profile, made once. TimeoutError when its rows never came."""
        ready = self._home / "ready"
        if ready.is_file():
            return
        shutil.rmtree(self._home, ignore_errors=True)
        folders = self._home / "profile" / "Mail" / "Local Folders"
        folders.mkdir(parents=True)
        self._write_inbox(folders / "Inbox")
        (self._home / "run").mkdir(mode=0o700)
        (self._home / "profile" / "user.js").write_text(
            "".join(
                f'user_pref("{name}", {json.dumps(value)});\n'
                for name, value in _PREFERENCES.items()
            )
        )
        (self._home / "profile" / "session.json").write_text(json.dumps(_session()))
        print("  Thunderbird writes its summary", file=sys.stderr, flush=True)
        with self._running() as (shown, process, _):
            self._wait(shown, process, SUMMARY_S)
            self._settle(folders / "Inbox.msf")
        ready.touch()

    def start(self, picture: Path | None = None) -> Started:
        """Once from process to rows. TimeoutError when they never came."""
        with self._running() as (shown, process, began):
            rows_ms = 1e3 * (self._wait(shown, process, START_S) - began)
            time.sleep(REST_S)
            pss, rss = _memory(process.pid)
            if picture is not None:
                picture.write_bytes(shown.picture())
        return Started(rows_ms, pss, rss)

    def _write_inbox(self, path: Path) -> None:
        made = corpus.ensure(self._letters, self._messages, 1)
        with path.open("wb") as box:
            for number in range(self._messages):
                raw = corpus.path_of(made.folder, number).read_bytes()
                box.write(b"From - Mon Nov 02 10:00:00 2026\n")
                box.write(b"X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\n")
                box.write(raw.replace(b"\nFrom ", b"\n>From ").rstrip(b"\n") + b"\n\n")

    @contextmanager
    def _running(self) -> Iterator[tuple[Screen, subprocess.Popen[bytes], float]]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home / "run"),
            "LANG": "C.UTF-8",
            "NO_AT_BRIDGE": "1",  # no bus is there to ask
        }
        command = [*_without_network(), PROGRAM, "--no-remote", "--profile"]
        command += [str(self._home / "profile")]
        with screen() as shown, (self._home / "said.log").open("ab") as log:
            environment["DISPLAY"] = shown.display
            began = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                yield shown, process, began
            finally:
                _end(process)

    def _wait(self, shown: Screen, process: subprocess.Popen[bytes], seconds: float) -> float:
        """The instant of the rows."""
        until = time.perf_counter() + seconds
        while (now := time.perf_counter()) < until and process.poll() is None:
            if shown.lines(DATES) >= ROWS:
                return now
            time.sleep(POLL_S)
        raise TimeoutError("Thunderbird showed no rows")

    def _settle(self, summary: Path) -> None:
        """Until the summary is written and is not touched any more."""
        until = time.monotonic() + SUMMARY_S
        size, since = -1, time.monotonic()
        while time.monotonic() < until and (time.monotonic() - since < 5 or size < 100_000):
            now = summary.stat().st_size if summary.is_file() else 0
            if now != size:
                size, since = now, time.monotonic()
            time.sleep(0.5)


def available() -> bool:
    """Whether it and a screen are installed."""
    return all(shutil.which(one) for one in (PROGRAM, "Xvfb"))


def _session() -> dict[str, Any]:
    state = {
        "firstTab": True,
        "folderPaneVisible": True,
        "messagePaneVisible": True,
        "folderURI": _INBOX,
    }
    tab = {"mode": "mail3PaneTab", "state": state, "ext": {}}
    tabs = {"rev": 0, "selectedIndex": 0, "tabs": [tab]}
    return {"rev": 0, "windows": [{"type": "3pane", "tabs": tabs}]}


def _without_network() -> list[str]:
    """A network namespace where that is allowed; else it is only told to be offline."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which(words[0]):
            found = subprocess.run([*words, "true"], capture_output=True, check=False)
            if found.returncode == 0:
                return words
    return []


def _memory(pid: int) -> tuple[float, float]:
    """Megabytes of the process and all below it: proportional, resident."""
    parent = psutil.Process(pid)
    pss = rss = 0
    for one in (parent, *parent.children(recursive=True)):
        try:
            found = one.memory_full_info()
        except psutil.Error:  # it has ended meanwhile
            continue
        pss += found.pss
        rss += found.rss
    return pss / 2**20, rss / 2**20


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
