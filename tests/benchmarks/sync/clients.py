"""The clients under test, each with a home of its own and each told to do the same things."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.sync.line import HOST, Line
from tests.benchmarks.sync.process import Ran, run
from tests.benchmarks.sync.server import EMAIL, LOGIN, PASSWORD, PORT

REPOSITORY: Final = Path(__file__).resolve().parents[3]

_MBSYNC: Final = """\
IMAPAccount banc
Host {host}
Port {port}
User {login}
Pass {password}
SSLType IMAPS
CertificateFile {ca}

IMAPStore far
Account banc

MaildirStore near
Path {home}/mail/
Inbox {home}/mail/INBOX
SubFolders Verbatim

Channel banc
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
"""
_OFFLINEIMAP: Final = """\
[general]
accounts = banc
ui = quiet
metadata = {home}/metadata
socktimeout = 60
fsync = False

[Account banc]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = {home}/mail

[Repository far]
type = IMAP
readonly = True
remotehost = {host}
remoteport = {port}
remoteuser = {login}
remotepass = {password}
ssl = yes
sslcacertfile = {ca}
maxconnections = 1
"""


class Client:
    """What they have in common."""

    name = ""

    def __init__(self, line: Line, ca: Path, home: Path) -> None:
        self.line = line
        self.ca = ca
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def run(self, command: Sequence[str], **options: Any) -> Ran:
        """Measured, at the client's end."""
        return run(self.line, command, environment=self.environment(), folder=REPOSITORY, **options)

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's but what Python and the dynamic linker need."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "LANG": "C.UTF-8",
        }

    def fork(self, home: Path) -> Client:
        """A copy of this client as it is now, state and all, in another home."""
        shutil.copytree(self.home, home, symlinks=True, copy_function=_copy)
        return type(self)(self.line, self.ca, home)


def _copy(source: str, target: str) -> None:
    """Mail files are never written to again: a link is enough for them."""
    if Path(source).parent.name in ("cur", "new"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


class FloorClient(Client):
    """``floor.py``."""

    name = "floor"

    @property
    def state(self) -> Path:
        """What ``mirror`` remembers for ``delta``."""
        return self.home / "state.json"

    def task(
        self, task: str, *words: str, may_fail: bool = False, **options: Any
    ) -> tuple[Ran, dict[str, Any]]:
        """One task; its report, {} when it failed and may."""
        command = [
            sys.executable, "-m", "tests.benchmarks.sync.floor", task,
            "--host", HOST, "--port", str(PORT), "--ca", str(self.ca),
            "--login", LOGIN, "--password", PASSWORD, *words,
        ]  # fmt: skip
        ran = self.run(command, **options)
        if ran.code != 0:
            if may_fail:
                return ran, {}
            raise RuntimeError(f"floor {task}: {ran.err[-2000:]}")
        return ran, json.loads(ran.out)


class Mbsync(Client):
    """isync's mbsync, pulling only."""

    name = "mbsync"

    def __init__(self, line: Line, ca: Path, home: Path) -> None:
        super().__init__(line, ca, home)
        (home / "mail").mkdir(exist_ok=True)
        self._config = home / "mbsyncrc"
        self._config.write_text(
            _MBSYNC.format(host=HOST, port=PORT, login=LOGIN, password=PASSWORD, ca=ca, home=home)
        )

    def sync(self, **options: Any) -> Ran:
        """Everything."""
        return self.run(["mbsync", "-q", "-c", str(self._config), "banc"], **options)


class OfflineImap(Client):
    """OfflineIMAP3, reading only."""

    name = "offlineimap"

    def __init__(self, line: Line, ca: Path, home: Path) -> None:
        super().__init__(line, ca, home)
        self._config = home / "offlineimaprc"
        self._config.write_text(
            _OFFLINEIMAP.format(
                host=HOST, port=PORT, login=LOGIN, password=PASSWORD, ca=ca, home=home
            )
        )

    def sync(self, **options: Any) -> Ran:
        """Everything."""
        return self.run(["offlineimap", "-c", str(self._config), "-o"], **options)


class Thunderbird(Client):
    """Thunderbird without a window, fetching all for offline use."""

    name = "thunderbird"

    def sync(self, **options: Any) -> Ran:
        """Everything."""
        module = "tests.benchmarks.sync.thunderbird"
        command = [sys.executable, "-m", module, "--home", str(self.home), "--ca", str(self.ca)]
        return self.run(command, **({"timeout": 1200.0} | options))


class Mel(Client):
    """Mel Desktop by its command line, with an encrypted profile opened by a passphrase."""

    name = "mel"

    def __init__(self, line: Line, ca: Path, home: Path) -> None:
        super().__init__(line, ca, home)
        self.profile = home / "profile"
        self.passphrase = home / "passphrase"
        self._password = home / "password"
        if not self.passphrase.exists():
            self.passphrase.write_text("une phrase de passe pour le banc\n")
            self._password.write_text(PASSWORD + "\n")

    def create(self) -> None:
        """The vault and the account; nothing goes over the line."""
        self.expect("vault", "create")
        self.expect(
            "account", "add", "--email", EMAIL, "--login", LOGIN, "--imap", f"{HOST}:{PORT}",
            "--smtp", f"{HOST}:465", "--password-file", str(self._password),
            "--ca-file", str(self.ca), "--no-probe",
        )  # fmt: skip

    def command(self, *words: str) -> list[str]:
        """The whole command."""
        return [
            *self.python(), "-m", "mel_desktop", "--profile", str(self.profile),
            "--passphrase-file", str(self.passphrase), "--json", "--quiet", *words,
        ]  # fmt: skip

    def python(self) -> list[str]:
        """The interpreter, or a profiler before it."""
        return [sys.executable]

    def expect(self, *words: str, codes: tuple[int, ...] = (0,)) -> Any:
        """Run a command that must go well; its JSON document."""
        ran = self.run(self.command(*words))
        if ran.code not in codes:
            raise RuntimeError(f"mel {words[:2]}: exit {ran.code} {ran.out[-800:]}{ran.err[-800:]}")
        return json.loads(ran.out)

    def sync(self, *words: str, **options: Any) -> tuple[Ran, dict[str, Any]]:
        """``sync``; its report, {} when it was ended or failed."""
        ran = self.run(self.command("sync", "--account", EMAIL, *words), **options)
        try:
            report = json.loads(ran.out)
        except ValueError:
            report = {}
        return ran, report
