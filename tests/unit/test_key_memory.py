"""The keys in memory: there while the vault is open, gone when it is locked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.store import keybytes
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.memory import occurrences

CHILD = Path(__file__).parent.parent / "support" / "locking_child.py"
RIGHT = Secret("une phrase de passe été")


def forms(keys: dict[str, bytes]) -> dict[str, bytes]:
    found = {}
    for name, key in keys.items():
        found[name] = key
        found[f"{name}, hexadecimal"] = key.hex().encode()
        found[f"{name}, first half"] = key[:16]
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/<pid>/mem")
@pytest.mark.parametrize("rekeyed", [False, True])
def test_locking_takes_the_keys_out_of_memory(tmp_path: Path, rekeyed: bool) -> None:
    profile = tmp_path / "profile"
    vault = Vault.create(
        profile,
        passphrase=RIGHT,
        secrets=None,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )
    keys = {"data key": bytes(vault.key), "vault key": bytes(vault._vault_key)}
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(profile), *(["rekey"] if rekeyed else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        child.stdin.write(RIGHT.reveal() + "\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == "open"
        if rekeyed:  # the old data key is nobody's any more; the new one is in the header
            again = Vault.open(
                profile, passphrase=RIGHT, randomness=SystemRandomness(), clock=JumpingClock()
            )
            keys = {"new key": bytes(again.key), "vault key": keys["vault key"]} | {
                "old key": keys["data key"]
            }
        opened = occurrences(child.pid, forms(keys))
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == "locked"
        locked = occurrences(child.pid, forms(keys))
        child.stdin.write("\n")
        child.stdin.flush()
    print(f"in memory while open: {opened}\nafter the lock: {locked}")
    in_force = "new key" if rekeyed else "data key"
    assert opened[in_force] > 0  # else the scan could not find anything
    assert opened["vault key"] > 0
    assert not any(locked.values()), locked


def test_texts_and_octets_of_keys_are_overwritten() -> None:
    key = bytearray(range(32))
    with keybytes.text("PRAGMA key='raw:", key, "'") as made:
        assert made == f"PRAGMA key='raw:{bytes(range(32)).hex()}'"
        kept = made  # a reference that somebody forgot
    assert kept.strip("\0") == ""
    keybytes.wipe(key)
    assert key == bytes(32)
    octets = os.urandom(32)
    keybytes.wipe_octets(octets)
    assert octets == bytes(32)
