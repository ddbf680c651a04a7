"""Damage in the very moment of a change of key: a repair takes the key that the file is under."""

from __future__ import annotations

from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled
from mel_desktop.store import keyslots
from mel_desktop.store.rekeying import FRESH
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.store import plant_account

RIGHT = Secret("une phrase de passe été")


@pytest.mark.parametrize("renamed", [False, True], ids=["before the rename", "after it"])
def test_what_is_under_the_coming_key_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed: bool
) -> None:
    profile = tmp_path / "profile"
    clock = JumpingClock()
    vault = Vault.create(
        profile, passphrase=RIGHT, secrets=None, randomness=SystemRandomness(), clock=clock
    )
    database = vault.open_database()
    plant_account(database)
    if renamed:
        announced = vault._header
        vault.rekey(database)
        database.close()
        # as a kill between the renames and the last header leaves it: the new key is pending still
        coming = keyslots.wrap_data_key(
            announced, vault._vault_key, vault.key, SystemRandomness(), pending=True
        )
        vault._edit(lambda header: header.with_keys(announced.keys[0], coming))
    else:
        with pytest.raises(Cancelled):
            vault.rekey(database, cancelled=iter([False, True]).__next__)
        database.close()
        assert (profile / FRESH).exists()
    path = profile / "store.db"
    octets = bytearray(path.read_bytes())
    octets[4000] ^= 1  # page 1: no key opens it
    path.write_bytes(octets)
    report = wiring.repair_profile(profile, passphrase=RIGHT, use_keyring=False)
    assert report.rows_kept > 0
    facade = wiring.open_profile(profile, passphrase=RIGHT, use_keyring=False, offline=True)
    try:
        assert [one.email for one in facade.accounts()] == ["claire.martin@ac-exemple.fr"]
        assert (facade.vault.facts().rekey_done is None) is renamed
        facade.vault.rekey()  # goes on, with pages that are others now
        assert [one.email for one in facade.accounts()] == ["claire.martin@ac-exemple.fr"]
        assert not (profile / FRESH).exists()
        assert facade.soundness.check().sound
    finally:
        facade.close()
