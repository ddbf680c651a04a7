"""A program that opens a vault, works, locks it and stays: its memory is looked at from outside.

``locking_child.py PROFILE`` reads the passphrase from its first line of input, says ``open`` and
``locked``, and waits for a line after each.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from tests.support.quick import unlock_quickly

PR_SET_DUMPABLE = 4


def say(word: str) -> None:
    """Let the test look at this process, as an attacker with more rights could."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    print(word, flush=True)
    sys.stdin.readline()


def main(profile: Path) -> None:
    passphrase = Secret(sys.stdin.readline().strip())
    unlock_quickly()
    facade = wiring.open_profile(profile, passphrase=passphrase, use_keyring=False, offline=True)
    facade.start_engine()
    threads = [threading.Thread(target=facade.drafts) for _ in range(3)]  # connections of their own
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    facade.search("conseil")
    if len(sys.argv) > 2:
        facade.vault.rekey()
    say("open")
    facade.vault.lock()
    gc.collect()
    say("locked")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
