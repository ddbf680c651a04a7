"""A program that moves an account to another host and is killed by the test.

``python -m tests.support.move_child FOLDER N`` reads the new host as JSON from stdin, goes through
the whole move, and hangs at the N-th event (a command that changes a server, or a transaction,
before or after it), saying so on stdout; ``over EVENTS`` when it came to the end.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mel_desktop.model.account_move import MoveStage
from mel_desktop.model.accounts import AccountId, Endpoint, NewHosts, Secret, Security
from mel_desktop.store.database import Database
from tests.support.move_world import MoveWorld
from tests.support.store import store

KEY = bytes(range(32))


class Events:
    """Counts, and hangs at one."""

    def __init__(self, last: int) -> None:
        self.number = 0
        self._last = last

    def __call__(self) -> None:
        self.number += 1
        if self.number == self._last:
            say("there")
            threading.Event().wait(60)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def watch(database: Database, events: Events) -> None:
    write: Callable[..., Any] = database.write

    def watched(*args: Any, **kwargs: Any) -> Any:
        events()
        answer = write(*args, **kwargs)
        events()
        return answer

    database.write = watched  # type: ignore[method-assign]


def go_through(world: MoveWorld, hosts: NewHosts, password: Secret) -> None:
    """All steps, from wherever an earlier try stopped."""
    door, account = world.assistant, world.account
    known = door.status(account)
    if known is None or known.stage is MoveStage.PLANNED:
        plan = door.compare(account, hosts, password)
        door.save_plan(plan)
        door.move(plan, password=password)
        world.sessions.drop()
        known = door.status(account)
    if known is None or known.stage is MoveStage.DONE:
        return
    assert known.old_account is not None
    for _ in range(2):
        world.sync(known.old_account)
        world.sync()
        door.carry(account)
        world.sync()
    door.finish(account, accept=True)


def main(folder: Path, last: int) -> None:
    told = json.loads(sys.stdin.readline())
    hosts = NewHosts(
        Endpoint(*told["imap"], Security.TLS),
        Endpoint(*told["smtp"], Security.TLS),
        email=told["email"],
        login=told["login"],
    )
    events = Events(last)
    with store(folder, KEY) as database:
        world = MoveWorld(database)
        world.account = AccountId(told["account"])
        world.connector.at_change = events
        watch(database, events)
        go_through(world, hosts, Secret(told["password"]))
        say(f"over {events.number}")
        world.sessions.drop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
