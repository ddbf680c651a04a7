"""Runs the client of the hostile suite in forks with a limit of memory and time."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mel_desktop.model.accounts import AccountState, Endpoint, NewAccount, Secret, Security
from mel_desktop.store import accounts as account_rows
from mel_desktop.store.database import Transaction
from tests.support.hostile_imap import LOGIN, PASSWORD
from tests.support.store import START, store

REPOSITORY = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
KILL_KIB = 600 << 10  # far over what any case may use


@dataclass(frozen=True)
class Outcome:
    """What a sync came to. ``error``: the class of model.errors that was raised, or ""."""

    error: str
    code: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    failures: list[list[str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    complete: bool = False
    contents: dict[str, list[list[Any]]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)  # of a pump
    peak_kib: int = 0
    events: list[list[str]] = field(default_factory=list)
    seconds: float = 0.0

    def subjects(self, folder: str = "INBOX") -> list[str]:
        return sorted(subject for subject, _, _ in self.contents.get(folder, []))


class HostileClient:
    """A process that forks at each ``sync``."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.hostile_child"],
            cwd=REPOSITORY,
            # The system's authorities take 90 ms to read, and none of them is meant here.
            env={**os.environ, "SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def sync(
        self,
        profile: Path,
        *,
        seconds: float,
        silence: float = 2.0,
        wishes: tuple[str, ...] = (),
        pump: str = "",
        forget: bool = False,
        **connector: object,
    ) -> Outcome:
        """One sync of the profile; killed beyond ``seconds`` or a wild amount of memory.

        ``pump``: no sync but one pump, by a sign-in that goes by these capabilities. ``forget``:
        what the last sign-in learnt of the server is not used.
        """
        result = profile.parent / "result.json"
        result.unlink(missing_ok=True)
        job = {
            "profile": str(profile),
            "folder": str(profile.parent),
            "key": KEY.hex(),
            "silence": silence,
            "wishes": list(wishes),
            "after": pump,
            "forget": forget,
            "connector": connector,
            "result": str(result),
        }
        assert self._process.stdin is not None
        begin = time.monotonic()
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        child = int(self._word("pid", 60))
        ended = ""
        peak = 0
        while not ended:
            if select.select([self._process.stdout], [], [], 0.02)[0]:
                ended = self._word("dead", 60)
                break
            peak = max(peak, _resident_kib(child))
            why = "too-slow" if time.monotonic() - begin > seconds else ""
            why = "too-much-memory" if peak > KILL_KIB else why
            if why:
                os.kill(child, signal.SIGKILL)
                self._word("dead", 60)
                return Outcome(why, peak_kib=peak, seconds=time.monotonic() - begin)
        if not result.exists():
            return Outcome(f"crash: status {ended}", peak_kib=peak)
        told = json.loads(result.read_text())
        return Outcome(**{**told, "seconds": time.monotonic() - begin})

    def _word(self, word: str, seconds: float) -> str:
        """The next line, which must begin with this."""
        assert self._process.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            assert select.select([self._process.stdout], [], [], seconds)[0], "the client is gone"
            line += self._process.stdout.read(1)
        found, _, rest = line.decode().strip().partition(" ")
        assert found == word, line
        return rest


def _resident_kib(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4
    return 0


def plant(profile: Path, port: int, security: Security, ca_pem: str) -> None:
    """A profile with one account on the hostile server, never synced."""
    profile.mkdir(parents=True)
    new = NewAccount(
        email="claire.martin@ac-demo.fr",
        login=LOGIN,
        name="Claire Martin",
        imap=Endpoint("127.0.0.1", port, security),
        smtp=Endpoint("127.0.0.1", 9, Security.TLS),
        ca_pem=ca_pem,
    )

    def work(tx: Transaction) -> None:
        account = account_rows.insert_account(tx, new, AccountState.READY, START)
        account_rows.put_secret(tx, f"account:{account}", "password", Secret(PASSWORD))

    with store(profile, KEY) as database:
        database.write(work)


def copy(seed: Path, folder: Path) -> Path:
    """A profile of one's own in a folder of its own, where nothing else may appear."""
    folder.mkdir(parents=True)
    return Path(shutil.copytree(seed, folder / "profile"))
