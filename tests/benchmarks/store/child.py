"""One measurement in a process of its own: ``python -m tests.benchmarks.store.child JSON``.

Prints one JSON document. ``plain``: the same code on the same SQLite, no cipher: the only change is
that no connection is given a key.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import apsw

from mel_desktop.app.search_words import load_words
from mel_desktop.app.wiring import SWITCH_S
from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import LdapSettings
from mel_desktop.services.directory import Directory
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.search import SearchService
from mel_desktop.store import compaction, connections, reading
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.benchmarks.store import corpus, people
from tests.benchmarks.store.filling import Parsed, fill, parse, store_some
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder

KEY: Final = bytes(range(32))
SHOWN: Final = 15  # rows in sight
PAGES: Final = 200
BODIES: Final = 500
PASSPHRASE: Final = Secret("quatre mots pour la mesure")
Asked = dict[str, Any]


def main(asked: Asked) -> Asked:
    """Do what is asked for."""
    if asked.get("plain"):
        connections.give_key = lambda connection, key: None  # type: ignore[assignment]
    sys.setswitchinterval(SWITCH_S)
    work: dict[str, Callable[[Asked], Asked]] = {
        "fill": filled,
        "query": queried,
        "open": opened,
        "rekey": rekeyed,
        "directory": completed,
    }
    told = work[asked["do"]](asked)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def filled(asked: Asked) -> Asked:
    """Parse and store the mailbox."""
    made = corpus.ensure(Path(asked["corpus"]), asked["count"], asked["seed"])
    database = Database(Path(asked["store"]), KEY)
    account = plant_account(database)
    folder = plant_folder(database, account)
    began = time.monotonic()
    meter = fill(database, account, folder, made.files(), made.count)
    with meter.step("store"):
        database.close()
    wall = time.monotonic() - began
    with meter.step("optimize"):
        database = Database(Path(asked["store"]), KEY)
        while database.write(compaction.merge_step):  # as the program does when it is idle
            pass
        with database.read() as reader:
            is_due = compaction.is_worth_it(reader)
        if is_due and not asked.get("plain"):  # a copy is always under a key
            compaction.compact(database)
        database.close()
    size = sum(one.stat().st_size for one in Path(asked["store"]).parent.glob("store.db*"))
    return {"cpu": meter.spent, "wall_s": wall, "size_mb": size / 1e6}


# -- questions -------------------------------------------------------------------------------------


def queried(asked: Asked) -> Asked:
    """Searches, pages and bodies; with ``syncing`` while another thread stores messages."""
    made = corpus.ensure(Path(asked["corpus"]), asked["count"], asked["seed"])
    database = Database(Path(asked["store"]), KEY)
    clock = SystemClock()
    search = SearchService(database, clock, load_words)
    search.search("rentree ", limit=1)  # the lexicon is read now
    stop = threading.Event()
    stored: list[int] = []
    feeder = None
    if asked.get("syncing"):
        some = _fresh(made)
        feeder = threading.Thread(target=_feed, args=(database, some, stop, stored))
        feeder.start()
    began = time.monotonic()
    try:
        told = _ask(database, search, made, limit=asked["queries"])
    finally:
        stop.set()
        if feeder is not None:
            feeder.join()
    told["stored_a_second"] = sum(stored) / (time.monotonic() - began)
    database.close()
    return told


def _ask(database: Database, search: SearchService, made: corpus.Corpus, limit: int) -> Asked:
    told: Asked = {"ids": {}, "rows": {}, "cpu": {}}
    for kind, queries in made.queries.items():
        some = queries[:limit]
        told["ids"][kind], told["cpu"][kind] = _timed(
            [
                lambda one=one: search.search(one, limit=50, shown=0, everywhere=False)
                for one in some
            ]
        )
        told["rows"][kind], _ = _timed(
            [lambda one=one: search.search(one, limit=50, shown=SHOWN, everywhere=False)
             for one in some]
        )  # fmt: skip
    mailbox = MailboxService(database, JumpingClock())
    folder = mailbox.folders()[0]
    dice = random.Random(3)
    ids = mailbox.message_ids(folder.id)  # as the window does, once for a folder
    places = [dice.randrange(max(1, len(ids) - 100)) for _ in range(PAGES)]
    told["page"], _ = _timed([lambda at=at: mailbox.rows(ids[at : at + 100]) for at in places])
    told["newest page"], told["newest page cpu"] = _timed([lambda: mailbox.rows(ids[:100])] * PAGES)
    chosen = dice.choices(ids, k=BODIES)

    def body(message: int) -> None:
        with database.read() as reader:
            assert reading.message(reader, message) is not None

    told["body"], _ = _timed([lambda one=one: body(one) for one in chosen])
    return told


def _timed(calls: Sequence[Callable[[], object]]) -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds by the wall, and of this thread's CPU."""
    walls, spent = [], []
    for call in calls:
        wall, cpu = time.perf_counter(), time.thread_time()
        call()
        walls.append(1e3 * (time.perf_counter() - wall))
        spent.append(1e3 * (time.thread_time() - cpu))
    return _spread(walls), _spread(spent)


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "max": ordered[-1],
    }


def _fresh(made: corpus.Corpus) -> list[Parsed]:
    """Messages to store, parsed before: a sync has a process of its own to measure that."""
    paths = [path for _, path in zip(range(4000), made.files(), strict=False)]
    return [
        parse(made.count + 1 + at, path.read_bytes(), made.count)
        for at, path in enumerate(reversed(paths))
    ]


def _feed(
    database: Database, some: Sequence[Parsed], stop: threading.Event, stored: list[int]
) -> None:
    """A thousand messages a second, in batches of a hundred, in a folder of their own."""
    account = plant_account(database, "autre@ac-exemple.fr")
    folder = plant_folder(database, account, "Autre", role=None)
    began = time.monotonic()
    at = 0
    while not stop.is_set() and at < len(some) * 50:
        batch = [some[(at + n) % len(some)] for n in range(100)]
        store_some(database, account, folder, _renumbered(batch, at), downwards=False)
        stored.append(len(batch))
        at += len(batch)
        stop.wait(max(0.0, began + at / 1000 - time.monotonic()))


def _renumbered(batch: Sequence[Parsed], at: int) -> list[Parsed]:
    from dataclasses import replace

    return [
        replace(
            one,
            incoming=replace(one.incoming, remote=replace(one.incoming.remote, uid=at + n + 1)),
        )
        for n, one in enumerate(batch)
    ]


# -- opening and changing the key ------------------------------------------------------------------


class Pocket:
    """ports.SecretStore in memory: what a keyring takes is not ours to measure."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def get(self, name: str) -> Secret | None:
        return self.kept.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self.kept[name] = secret

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)


def opened(asked: Asked) -> Asked:
    """With the key of a keyring, and with a passphrase, up to the first page of the database."""
    profile = Path(asked["profile"])
    pocket, clock, randomness = Pocket(), SystemClock(), SystemRandomness()
    Vault.create(
        profile, passphrase=PASSPHRASE, secrets=pocket, randomness=randomness, clock=clock
    ).open_database().close()

    def by(**way: Any) -> float:
        began = time.perf_counter()
        vault = Vault.open(profile, randomness=randomness, clock=clock, **way)
        database = vault.open_database()
        with database.read() as reader:
            reader.value("SELECT count(*) FROM folder")
        took = time.perf_counter() - began
        database.close()
        return took

    return {
        "key_ms": 1e3 * statistics.median(by(secrets=pocket) for _ in range(30)),
        "passphrase_s": statistics.median(by(passphrase=PASSPHRASE) for _ in range(5)),
        "sqlite": apsw.sqlite_lib_version(),
    }


def rekeyed(asked: Asked) -> Asked:
    """The data key of a filled vault changed; how fast, and what memory it took."""
    profile = Path(asked["profile"])
    pocket, clock, randomness = Pocket(), SystemClock(), SystemRandomness()
    vault = Vault.create(
        profile, passphrase=None, secrets=pocket, randomness=randomness, clock=clock
    )
    database = vault.open_database()
    made = corpus.ensure(Path(asked["corpus"]), asked["count"], asked["seed"])
    account = plant_account(database)
    folder = plant_folder(database, account)
    fill(database, account, folder, list(made.files())[: asked["messages"]], asked["messages"])
    database.close()
    vault = Vault.open(profile, secrets=pocket, randomness=randomness, clock=clock)
    database = vault.open_database()
    size = vault.database_path.stat().st_size
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    vault.rekey(database)
    took = time.perf_counter() - began
    spent = time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    database.close()
    return {"mb_a_second": size / 1e6 / took, "cpu_s": spent, "mb": size / 1e6, "grown_mb": grown}


# -- directory -------------------------------------------------------------------------------------


def completed(asked: Asked) -> Asked:
    """A directory read in, and typed in letter by letter."""
    database = Database(Path(asked["store"]), KEY)
    clock = SystemClock()
    directory = Directory(database, people.School(asked["people"]), clock, lambda: False)
    directory.add_ldap(LdapSettings("ldaps://x.invalid", "dc=x"), None)
    cpu = time.process_time()
    (report,) = directory.sync()
    spent = time.process_time() - cpu
    calls: list[Callable[[], object]] = []
    for number in range(7, asked["people"], max(1, asked["people"] // 150)):
        name = people.made_up(number * 3 % asked["people"]).name
        calls += [lambda typed=name[:end]: directory.complete(typed) for end in range(2, len(name))]
    told, _ = _timed(calls)
    database.close()
    return {"persons": report.persons, "cpu_s": spent, "keystroke": told}


if __name__ == "__main__":
    gc.freeze()  # as the program does once it is loaded
    print(json.dumps(main(json.loads(sys.argv[1]))))
