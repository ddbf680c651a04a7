"""Another data key for the whole store: every way in stays, and no kill spoils it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store.rekeying import FRESH, OLD
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.rekey_kills import Keyring, unlock
from tests.support.store import plant_account

KILLS = int(os.environ.get("MEL_REKEY_KILLS", "8"))  # `dev.py faults` and patient people: 40
PROGRAM = Path(__file__).parent.parent / "support" / "rekey_kills.py"
RIGHT = Secret("une phrase de passe été")


def create(profile: Path, keyring: Keyring, passphrase: Secret | None = None) -> Vault:
    return Vault.create(
        profile,
        passphrase=passphrase,
        secrets=keyring,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )


def test_every_way_in_opens_the_new_key(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring, RIGHT)
    code = vault.new_recovery_code()
    database = vault.open_database()
    account = plant_account(database)
    old = bytes(vault.key)
    old_file = vault.database_path.read_bytes()
    told: list[tuple[int, int]] = []
    vault.rekey(database, progress=lambda *figures: told.append(figures))
    assert told
    assert vault.key != old
    with database.read() as reader:
        assert reader.value("SELECT id FROM account") == account
    database.write(lambda tx: tx.run("INSERT INTO meta VALUES ('afterwards', '')"))
    database.close()
    assert not (tmp_path / FRESH).exists()
    assert not (tmp_path / OLD).exists()
    for ways in ({"keyring": keyring}, {"keyring": None, "code": code}):
        again = unlock(tmp_path, **ways)  # type: ignore[arg-type]
        assert again.key == vault.key
        opened = again.open_database()
        with opened.read() as reader:
            assert reader.value("SELECT count(*) FROM meta WHERE name = 'afterwards'") == 1
        opened.close()
    by_passphrase = Vault.open(
        tmp_path, passphrase=RIGHT, randomness=SystemRandomness(), clock=JumpingClock()
    )
    assert by_passphrase.key == vault.key
    # the old key opens nothing of the new file, and the new key nothing of a copy that was kept
    (tmp_path / "store.db").write_bytes(old_file)
    with pytest.raises(StoreTrouble) as caught:
        unlock(tmp_path, keyring).open_database()
    assert caught.value.code is ErrorCode.DAMAGED


def test_a_rekey_that_is_refused_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.store.database.EXCHANGE_WAIT_MS", 50)
    monkeypatch.setattr("mel_desktop.store.copying.STEPS", 10)
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    key = bytes(vault.key)
    with pytest.raises(Cancelled):
        vault.rekey(database, cancelled=lambda: True)
    other = unlock(tmp_path, keyring).open_database()
    with pytest.raises(StoreTrouble) as caught:
        vault.rekey(database)
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    plant_account(other)
    other.close()
    assert vault.key == key
    assert not (tmp_path / FRESH).exists()
    header = json.loads((tmp_path / "store.keys").read_bytes())
    assert [one["pending"] for one in header["keys"]] == [False]
    vault.rekey(database)
    assert vault.key != key
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM account") == 1
    database.close()


def test_what_a_kill_left_is_settled_by_one_program_only(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    (tmp_path / FRESH).write_bytes(b"half a copy")

    def busy() -> None:
        raise StoreTrouble(ErrorCode.PROFILE_BUSY)

    with pytest.raises(StoreTrouble) as caught:
        unlock(tmp_path, keyring).open_database(alone=busy)  # type: ignore[arg-type]
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    assert (tmp_path / FRESH).exists()
    unlock(tmp_path, keyring).open_database().close()
    assert not (tmp_path / FRESH).exists()
    assert unlock(tmp_path, keyring).key == vault.key


def test_a_damaged_database_loses_nothing_by_being_settled(tmp_path: Path) -> None:
    """When no key opens store.db, what lies beside it may be all that is left."""
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    kept = vault.database_path.read_bytes()
    (tmp_path / OLD).write_bytes(kept)
    vault.database_path.write_bytes(os.urandom(8192 * 2))
    with pytest.raises(StoreTrouble) as caught:
        unlock(tmp_path, keyring).open_database()
    assert caught.value.code is ErrorCode.DAMAGED
    assert (tmp_path / OLD).read_bytes() == kept


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")
def test_no_kill_spoils_it(tmp_path: Path) -> None:
    """Every rename, flush and removal is once the last; then kill -9 at random moments."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), str(KILLS), "4"],
        capture_output=True,
        text=True,
        timeout=60 + 5 * KILLS,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    told = json.loads(done.stdout)
    print(told)
    assert told["wrong"] == []
    assert told["steps"] > 15
    assert told["old"] > 0
    assert told["new"] > 0
