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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.sync import SyncOptions
from mel_desktop.net.imap import ImapConnector
from mel_desktop.ports import (
    Answer,
    Ask,
    Hints,
    Meter,
    Open,
    Rows,
    Slice,
    Texts,
    Wholes,
)
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock
from tests.support.hostile_imap import BEFORE

Record = dict[str, Any]


def connector(job: Record) -> ImapConnector:
    """The real one, impatient as the job says."""
    seconds = job["silence"]
    return ImapConnector(connect_seconds=seconds * 3, silence_seconds=seconds, **job["connector"])


class Client:
    """One account of one profile."""

    def __init__(self, job: Record) -> None:
        clock = SystemClock()
        self.database = Database(Path(job["profile"]) / "store.db", bytes.fromhex(job["key"]))
        self.accounts = accounts = Accounts(self.database, clock)
        self.sessions = Sessions(accounts, connector(job), None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(self.database, clock)
        self.reading = ReadingService(self.database, self.sessions, clock)
        self.service = SyncService(self.database, accounts, self.sessions, clock)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.sessions.drop()
        self.database.close()

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


class Pumped:
    """The connection alone: signed in blindly by hints, everything asked for in one pump."""

    def __init__(self, job: Record) -> None:
        self._job = job
        with Client(job) as client:
            self._account = client.accounts.get(AccountId(1))
            self._password = client.accounts.password(AccountId(1))

    def run(self) -> Record:
        outcome: Record = {"error": "", "code": "", "answers": []}
        try:
            server = connector(self._job).connect(
                self._account,
                self._password,
                Meter(),
                hints=Hints(frozenset(BEFORE.split()), frozenset(self._job["after"].split())),
                folders=True,
            )
            server.list_folders()
            for answer in server.pump(iter(asks())):
                outcome["answers"].append(told(answer))
            server.close()
        except MelError as error:
            facts = {name: str(value) for name, value in error.facts.items()}
            outcome |= {"error": type(error).__name__, "code": error.code.text, "facts": facts}
        return outcome


def asks() -> Iterator[Ask]:
    """Of two folders everything that can be asked about the same few messages."""
    for path, last in (("INBOX", 31), ("Classe", 26)):
        uids = (last - 2, last - 1, last)
        yield Open(path, uidvalidity=7, modseq=1, rows_from=last)
        yield Open(path, every_flag=True, newest=3, exists=last)
        yield Rows(path, 7, uids)
        yield Texts(path, 7, tuple((uid, ("1",)) for uid in uids), 65536)
        yield Slice(path, 7, last, "1", 0, 65536)
        yield Wholes(path, 7, tuple((uid, 400) for uid in uids))
        yield Slice(path, 7, last, "", 100, 100)


def told(answer: Answer) -> Record:
    """What an answer brought, by UID."""
    return {
        "ask": type(answer.ask).__name__,
        "path": answer.ask.path,
        "rows": [one.uid for one in answer.rows],
        "texts": [[uid, *(one.decode("utf-8", "replace")[:99] for one in parts.values())]
                  for uid, parts in answer.texts],
        "wholes": [uid for uid, _ in answer.wholes],
        "data": len(answer.data or b""),
        "trouble": answer.trouble.code.text if answer.trouble else "",
    }  # fmt: skip


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
    if job["after"]:
        outcome = Pumped(job).run()
    else:
        with Client(job) as client:
            if job["forget"]:
                client.accounts.learn(AccountId(1), Hints())
            for wish in job["wishes"]:
                client.wish(wish)
            outcome = client.sync()
            outcome["contents"] = client.contents()
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
