"""Changes of the data key that are killed: at every step, and at random moments. Run as a program.

``rekey_kills.py FOLDER KILLS SEED`` prints one JSON document. A child is forked for each kill, from
a process without threads; the parent opens what is left, looks at all of it, writes something, and
goes on with the change where it was broken off.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mel_desktop.model.accounts import Secret
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.rekeying import FRESH, OLD
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message

MESSAGES = 60
BALLAST = 2_000_000
STEPS = ("replace", "fsync", "unlink", "write")
LARGE = 8192  # octets of a write that counts: a page of the copy at least
AGAIN = 8  # kills of one profile, one after another


class Keyring:
    """ports.SecretStore in memory: forked children have it too."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def get(self, name: str) -> Secret | None:
        return self.kept.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self.kept[name] = secret

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)


def unlock(profile: Path, keyring: Keyring | None, code: Secret | None = None) -> Vault:
    return Vault.open(
        profile,
        recovery=code,
        secrets=keyring,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )


def plant(database: Database) -> None:
    folder = plant_folder(database, plant_account(database))

    def work(tx: Transaction) -> None:
        for number in range(MESSAGES):
            plant_message(tx, folder, number + 1, subject=f"Conseil {number}")
        for number in range(BALLAST // 100_000):
            tx.run("INSERT INTO meta VALUES (?, ?)", f"b{number}", os.urandom(50_000).hex())

    database.write(work)


def look(profile: Path, keyring: Keyring, code: Secret, old: bytearray) -> list[str]:
    """What is wrong with what a kill left; nothing."""
    wrong = []
    vault = unlock(profile, keyring)
    database = vault.open_database()
    with database.read() as reader:
        if reader.value("SELECT count(*) FROM message") != MESSAGES:
            wrong.append("messages")
        if reader.value("PRAGMA integrity_check(1)") != "ok":
            wrong.append("integrity")
    if database.missing:
        wrong.append(f"missing {database.missing}")
    # some pages are others from here on than those that the copy was made of
    database.write(lambda tx: tx.run("UPDATE meta SET value = upper(value) WHERE name = 'b3'"))
    database.write(lambda tx: tx.run("INSERT INTO meta VALUES (?, '')", f"look {time.time_ns()}"))
    database.close()
    if unlock(profile, None, code).key != vault.key:
        wrong.append("recovery code")
    pending = is_pending(profile)
    if pending and vault.key != old:
        wrong.append("pending under the new key")
    wrong += [OLD] if (profile / OLD).exists() else []
    wrong += [FRESH] if (profile / FRESH).exists() and not pending else []
    again = unlock(profile, keyring)
    again.open_database().close()
    wrong += [] if again.key == vault.key else ["another key"]
    return wrong


def is_pending(profile: Path) -> bool:
    return Vault.status(profile).rekey_pending


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def dying_at(step: int) -> None:
    """The step-th rename, flush or removal from here on is not made: the process is gone."""
    left = step

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def counted(*arguments: object, **named: object) -> object:
            nonlocal left
            if name == "write" and len(arguments[1]) < LARGE:  # type: ignore[arg-type]
                return real(*arguments, **named)
            left -= 1
            if left < 0:
                if name == "write":  # the half of it is on the disk
                    number, octets = arguments
                    real(number, octets[: len(octets) // 2])  # type: ignore[arg-type,index]
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(os, name, counted)

    for name in STEPS:
        wrap(name)


def torment(folder: Path, kills: int, seed: int, *, steps: bool = True) -> dict[str, object]:
    """Counts: steps, kills, how many left the old key in force or the new one, how many a copy to
    go on with, and of these those that were finished; what went wrong."""
    keyring, chance = Keyring(), random.Random(seed)
    template, profile = folder / "template", folder / "profile"
    vault = Vault.create(
        template,
        passphrase=None,
        secrets=keyring,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )
    code = vault.new_recovery_code()
    database = vault.open_database()
    plant(database)
    database.close()
    told = Counter[str]()
    wrong: list[str] = []
    before = bytearray(vault.key)  # the key that was in force before the change that is killed

    def rekey_once() -> None:
        opened = unlock(profile, keyring)
        database = opened.open_database()
        opened.rekey(database)
        database.close()

    def settle(what: str, *, finish: bool) -> None:
        wrong.extend(f"{what}: {one}" for one in look(profile, keyring, code, before))
        new = unlock(profile, keyring).key != before
        told["new" if new else "old"] += 1
        if not is_pending(profile):
            return
        told["unfinished"] += 1
        if finish:
            rekey_once()
            wrong.extend(f"{what}, then: {one}" for one in look(profile, keyring, code, before))
            told["gone on with"] += not is_pending(profile)

    def fresh() -> None:
        shutil.rmtree(profile, ignore_errors=True)
        shutil.copytree(template, profile)
        before[:] = vault.key

    status: int = signal.SIGKILL
    while steps and status == signal.SIGKILL:  # until one gets through
        fresh()

        def killed(step: int = told["steps"]) -> None:
            dying_at(step)
            rekey_once()

        status = os.waitpid(forked(killed), 0)[1]
        settle(f"step {told['steps']}", finish=told["steps"] % 3 == 0)
        told["steps"] += 1
    fresh()
    began = time.monotonic()
    rekey_once()
    usual = time.monotonic() - began
    for number in range(kills):
        if number % AGAIN == 0:
            fresh()
        child = forked(rekey_once)
        time.sleep(chance.uniform(0.0, 1.2 * usual))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        settle(f"kill {number}", finish=number % 4 == 3)
        told["kills"] += 1
        before[:] = unlock(profile, keyring).key
    return {**told, "seconds": round(usual, 3), "wrong": wrong}


def main(folder: Path, kills: int, seed: int) -> None:
    print(json.dumps(torment(folder, kills, seed)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
