"""Passphrases that are quick to open, and the program with them.

Argon2id is made as slow as the PC bears: half a second each time a vault is opened, and the tests
open thousands. Here it is as slow as it must be at least (the same memory, the least iterations).
What calibration chooses, and the half second, are tested where they are meant.

``python -m tests.support.quick WORDS``: the program itself, ``python -m mel_desktop WORDS``.
"""

from __future__ import annotations

import sys

from mel_desktop.store import keyslots

PRODUCT_TARGET_S = keyslots.TARGET_S


def unlock_quickly() -> None:
    """From here on, in this process."""
    keyslots.TARGET_S = 0.01  # type: ignore[misc]


if __name__ == "__main__":
    from mel_desktop.__main__ import main

    unlock_quickly()
    sys.exit(main())
