"""The client of the hostile suite: the real store, services and connector, one fork for each sync.

``python -m tests.support.hostile_child`` reads one JSON job a line and forks; the fork syncs the
profile once and writes what came of it (outcome, contents, memory, files and hosts touched) as JSON
to the job's ``result``. Stdout: ``pid N``, then ``dead STATUS``.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.sync import SyncOptions
from mel_desktop.net.imap import ImapConnector
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock

Record = dict[str, Any]


class Client:
    """One account of one profile."""

    def __init__(self, job: Record) -> None:
        clock = SystemClock()
        self.database = Database(Path(job["profile"]) / "store.db", bytes.fromhex(job["key"]))
        accounts = Accounts(self.database, clock)
        connector = ImapConnector(
            connect_seconds=job["silence"] * 3, silence_seconds=job["silence"], **job["connector"]
        )
        self.sessions = Sessions(accounts, connector, None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(self.database, clock)
        self.reading = ReadingService(self.database, self.sessions, clock)
        self.service = SyncService(self.database, accounts, self.sessions, clock)

    def sync(self) -> Record:
        try:
            report = self.service.sync(AccountId(1), SyncOptions())
        except MelError as error:
            facts = {name: str(value) for name, value in error.facts.items()}
            return {"error": type(error).__name__, "code": error.code.text, "facts": facts}
        return {
            "error": "",
            "code": "",
            "complete": report.complete,
            "failures": [[one.code, one.scope, one.folder] for one in report.failures],
            "refusals": [str(one) for one in report.refusals],
        }

    def contents(self) -> dict[str, list[list[Any]]]:
        """By folder: subject, text and marks of each message."""
        found: dict[str, list[list[Any]]] = {}
        for folder in self.mailbox.folders():
            for row in self.mailbox.page(folder.id, limit=10_000):
                text = self.reading.show(row.id).text
                found.setdefault(folder.path, []).append([row.subject, text, row.flags.marks.value])
        return found

    def wish(self, wish: str) -> None:
        """What the teacher did before this sync."""
        verb, _, subject = wish.partition(" ")
        inbox = self.mailbox.find_folder("INBOX").id
        (one,) = [row.id for row in self.mailbox.page(inbox, limit=999) if row.subject == subject]
        if verb == "flag":
            self.mailbox.flag([one], Flags(Marks.FLAGGED), Flags())
        else:
            self.mailbox.move([one], self.mailbox.find_folder("Classe").id)


def watch(events: list[list[str]]) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook: files written and hosts asked for."""
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            if flags & writing:
                events.append(["write", os.path.abspath(os.fsdecode(arguments[0]))])
        elif event in ("os.mkdir", "os.rename", "os.remove", "os.symlink", "os.link"):
            events.append([event, os.path.abspath(os.fsdecode(arguments[0]))])
        elif event == "socket.connect":
            events.append(["connect", ":".join(map(str, arguments[1][:2]))])
        elif event == "socket.getaddrinfo":
            events.append(["resolve", str(arguments[0])])
        elif event in ("subprocess.Popen", "os.system", "os.exec", "webbrowser.open"):
            events.append([event, str(arguments[0])])

    return hook


def run(job: Record) -> Record:
    """One sync, and what is there afterwards."""
    events: list[list[str]] = []
    sys.addaudithook(watch(events))
    client = Client(job)
    try:
        for wish in job["wishes"]:
            client.wish(wish)
        outcome = client.sync()
        outcome["contents"] = client.contents()
    finally:
        client.sessions.drop()
        client.database.close()
    status = Path("/proc/self/status").read_text()
    outcome["peak_kib"] = int(status.partition("VmHWM:")[2].split()[0])
    outcome["events"] = [list(one) for one in sorted({tuple(one) for one in events})]
    return outcome


def main() -> None:
    """Fork for each job."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        child = os.fork()  # no thread has been started
        if not child:
            job = json.loads(line)
            os.chdir(job["folder"])
            Path("/proc/self/clear_refs").write_text("5")  # the peak of this fork, not the parent's
            try:
                outcome = run(job)
            except BaseException as error:
                outcome = {"error": f"crash: {type(error).__name__}: {error}"}
                if job.get("debug"):
                    raise
            Path(job["result"]).write_text(json.dumps(outcome))
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"dead {status}\n".encode())


if __name__ == "__main__":
    main()
