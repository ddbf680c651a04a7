"""The keyring adapter through the real library and a real bus, and the vault on top of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.keyring_store import KeyringStore
from tests.support.clock import JumpingClock
from tests.support.secret_service import secret_service

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(sys.platform != "linux", reason="Secret Service"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed"),
]


def test_secrets_and_the_vault_on_a_real_secret_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with secret_service() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        use = KeyringStore()
        assert use.available()
        assert use.get("vault 1") is None
        use.put("vault 1", Secret("une clé"))
        use.put("vault 1", Secret("une autre"))
        assert KeyringStore().get("vault 1") == Secret("une autre")
        use.remove("vault 1")
        assert use.get("vault 1") is None

        made = Vault.create(
            tmp_path / "profile",
            passphrase=None,
            secrets=use,
            randomness=SystemRandomness(),
            clock=JumpingClock(),
        )
        opened = Vault.open(
            tmp_path / "profile",
            secrets=KeyringStore(),
            randomness=SystemRandomness(),
            clock=JumpingClock(),
        )
        assert opened.key == made.key
        Vault.destroy_keys(tmp_path / "profile", secrets=use)


LOCKED = """
from mel_desktop.model.errors import StoreTrouble
from mel_desktop.system.keyring_store import KeyringStore

use = KeyringStore(deadline_s=1.0)
print(use.available())  # there is one; to know that does not unlock it
try:
    use.get("vault 1")
except StoreTrouble as error:
    print(error)
"""


def test_a_locked_keyring_is_given_up_after_the_deadline() -> None:
    """In a process of its own: the call that was given up keeps its socket till the end."""
    with secret_service(locked=True) as address:
        done = subprocess.run(
            [sys.executable, "-c", LOCKED],
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout == "True\nno-keyring (why=no-answer)\n"
