"""The servers of the school in a process of their own, so that they never slow the window down.

``python -m mel_desktop.demo.host`` reads its orders as one JSON line on standard input, answers
with one JSON line (where it listens, whom to trust), and ends when standard input does: it cannot
outlive the program that started it, not even that program's kill -9.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mel_desktop.demo.mailboxes import Mailbox
from mel_desktop.demo.messages import DRAFTS, FOLDERS, JUNK, SENT, TRASH, build_mailbox
from mel_desktop.demo.school import Person, School, build_school
from mel_desktop.demo.servers import SchoolServers, ServerAddresses, listen
from mel_desktop.model.values import dataclass

_START_SECONDS = 60
_PLAIN_FOLDERS = ("INBOX", SENT, DRAFTS, TRASH, JUNK)


@dataclass(frozen=True, slots=True)
class RunningSchool:
    """The school with its servers: what a client needs to sign in."""

    school: School
    servers: ServerAddresses
    password: str = field(repr=False)

    def login(self, person: Person) -> str:
        """The login name, which is not the address."""
        return login_of(person)


class _Servers(Protocol):
    def stop(self) -> None: ...


class SchoolHost:
    """Starts the servers, in a child process where there is a Python to run one."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._password = secrets.token_urlsafe(12)
        self._servers: _Servers | None = None

    def __enter__(self) -> RunningSchool:
        """Listen; the school is ready when this returns."""
        school = build_school()
        if getattr(sys, "frozen", False):  # an installed program has no interpreter to start
            inside = SchoolServers(mailboxes(school, self._password, self._now))
            self._servers = inside
            return RunningSchool(school, inside.start(), self._password)
        child = _Child()
        self._servers = child
        try:
            return RunningSchool(school, child.start(self._password, self._now), self._password)
        except BaseException:
            child.stop()
            raise

    def __exit__(self, *exception: object) -> None:
        if self._servers is not None:
            self._servers.stop()


class _Child:
    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, password: str, now: datetime) -> ServerAddresses:
        root = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(
            [sys.executable, "-m", "mel_desktop.demo.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
        )
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        orders = {"password": password, "now": now.isoformat()}
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise OSError("the servers of the demonstration did not start")
        return ServerAddresses(**json.loads(answer))

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def mailboxes(school: School, password: str, now: datetime) -> tuple[Mailbox, ...]:
    """A mailbox for each member of staff, functional box and parent; 300 messages in one."""
    made = [
        Mailbox(
            school.me.address, login_of(school.me), password, FOLDERS, build_mailbox(school, now)
        )
    ]
    others: Sequence[Person] = (*school.staff, *school.boxes, *school.parents)
    made += [
        Mailbox(person.address, login_of(person), password, _PLAIN_FOLDERS)
        for person in others
        if person is not school.me
    ]
    return tuple(made)


def login_of(person: Person) -> str:
    """``claire.delaunay@…`` signs in as ``cdelaunay``; boxes and parents with their local part."""
    local = person.address.rpartition("@")[0]
    first, dot, last = local.partition(".")
    return first[0] + last.replace("-", "") if dot and person.function else local


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    orders = json.loads(await loop.run_in_executor(None, sys.stdin.buffer.readline))
    filled = mailboxes(build_school(), orders["password"], datetime.fromisoformat(orders["now"]))
    async with AsyncExitStack() as stack:
        addresses = await listen(filled, stack)
        sys.stdout.write(json.dumps(asdict(addresses)) + "\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.buffer.read)  # until the parent is gone


def main() -> None:
    """Serve until standard input ends; Ctrl+C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # a client that hangs up while pymap speaks is no news
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
