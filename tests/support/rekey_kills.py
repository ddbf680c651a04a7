"""Changes of the data key that are killed: at every step, and at random moments. Run as a program.

``rekey_kills.py FOLDER KILLS SEED`` prints one JSON document. A child is forked for each kill, from
a process without threads; the parent opens what is left and looks at all of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mel_desktop.model.accounts import Secret
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.rekeying import FRESH, OLD
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message

MESSAGES = 300
BALLAST = 6_000_000
STEPS = ("replace", "fsync", "unlink")


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


def look(profile: Path, keyring: Keyring, code: Secret) -> list[str]:
    """What is wrong with what a kill left; nothing."""
    wrong = []
    vault = unlock(profile, keyring)
    database = vault.open_database()
    with database.read() as reader:
        if reader.value("SELECT count(*) FROM message") != MESSAGES:
            wrong.append("messages")
        if reader.value("PRAGMA integrity_check(1)") != "ok":
            wrong.append("integrity")
    database.close()
    if unlock(profile, None, code).key != vault.key:
        wrong.append("recovery code")
    wrong += [name for name in (FRESH, OLD) if (profile / name).exists()]
    again = unlock(profile, keyring)
    again.open_database().close()
    wrong += [] if again.key == vault.key else ["another key"]
    return wrong


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
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(os, name, counted)

    for name in STEPS:
        wrap(name)


def main(folder: Path, kills: int, seed: int) -> None:
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
    told: dict[str, object] = {"steps": 0, "kills": 0, "old": 0, "new": 0, "wrong": []}
    wrong: list[str] = []

    def rekey_once() -> None:
        opened = unlock(profile, keyring)
        opened.rekey(opened.open_database())

    def settle(what: str) -> None:
        wrong.extend(f"{what}: {one}" for one in look(profile, keyring, code))
        new = unlock(profile, keyring).key != vault.key
        told["new" if new else "old"] = int(str(told["new" if new else "old"])) + 1

    def fresh() -> None:
        shutil.rmtree(profile, ignore_errors=True)
        shutil.copytree(template, profile)

    step, status = 0, signal.SIGKILL
    while status == signal.SIGKILL:  # until one gets through
        fresh()

        def killed(step: int = step) -> None:
            dying_at(step)
            rekey_once()

        status = os.waitpid(forked(killed), 0)[1]  # type: ignore[assignment]
        settle(f"step {step}")
        step += 1
    began = time.monotonic()
    fresh()
    rekey_once()
    usual = time.monotonic() - began
    for number in range(kills):
        if number % 8 == 0:
            fresh()
        child = forked(rekey_once)
        time.sleep(chance.uniform(0.0, 1.2 * usual))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        settle(f"kill {number}")
    told |= {"steps": step, "kills": kills, "seconds": round(usual, 3), "wrong": wrong}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
