"""Another data key for the whole store: every way in stays, and no kill spoils it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store import compaction, integrity, keyfiles, keyslots
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.rekeying import FRESH, OLD
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.rekey_kills import Keyring, unlock
from tests.support.store import plant_account

KILLS = int(os.environ.get("MEL_REKEY_KILLS", "4"))  # many of them: `dev.py faults store`
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


def pending(profile: Path) -> list[bool]:
    """Of each data key in the header, whether it is to come."""
    header = json.loads((profile / "store.keys").read_bytes())
    return [one["pending"] for one in header["keys"]]


def fill(database: Database, rows: int = 300) -> None:
    """Some three mebibytes."""

    def work(tx: Transaction) -> None:
        for number in range(rows):
            tx.run("INSERT INTO meta VALUES (?, ?)", f"b{number}", os.urandom(5_000).hex())

    database.write(work)


class After:
    """``cancelled``: true from the so manyth question on."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_change_that_was_stopped_goes_on_after_the_program_ended(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    fill(database)
    database.close()
    vault = unlock(tmp_path, keyring)
    database = vault.open_database()
    old = bytes(vault.key)
    with pytest.raises(Cancelled):
        vault.rekey(database, cancelled=After(4))
    assert vault.key == old
    assert pending(tmp_path) == [False, True]
    done = vault.facts().rekey_done
    assert done is not None
    assert 0.2 < done < 1
    assert Vault.status(tmp_path).rekey_pending
    header = keyfiles.read(tmp_path)
    coming = keyslots.data_key(header, vault._vault_key, header.keys[1])
    fill_again = "UPDATE meta SET value = 'anew' WHERE name IN ('b3', 'b290')"
    database.write(lambda tx: tx.run(fill_again))
    database.close()

    vault = unlock(tmp_path, keyring)
    database = vault.open_database()  # nothing is settled: it takes no lock of the profile
    other = unlock(tmp_path, keyring)
    assert other.key == old
    told: list[tuple[int, int]] = []
    vault.rekey(database, progress=lambda *figures: told.append(figures))
    assert vault.key == coming
    assert told[0][0] / told[0][1] >= done, "it begins with what is done"
    assert pending(tmp_path) == [False]
    assert vault.facts().rekey_done is None
    assert not (tmp_path / FRESH).exists()
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM meta WHERE value = 'anew'") == 2
        assert reader.value("PRAGMA integrity_check") == "ok"
    assert integrity.damages(database) == ()
    # a program that read the header before that opens it with the key of now
    database.close()
    other.open_database().close()
    assert other.key == coming


def test_a_change_that_was_stopped_can_be_abandoned(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    vault.abandon_rekey()  # there is none
    key = bytes(vault.key)
    with pytest.raises(Cancelled):
        vault.rekey(database, cancelled=After(1))
    assert (tmp_path / FRESH).exists()
    vault.abandon_rekey()
    assert pending(tmp_path) == [False]
    assert not (tmp_path / FRESH).exists()
    assert vault.key == key
    assert vault.facts().rekey_done is None
    database.close()
    unlock(tmp_path, keyring).open_database().close()


def test_another_program_that_has_it_open_costs_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.store.database.EXCHANGE_WAIT_MS", 50)
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    key = bytes(vault.key)
    other = unlock(tmp_path, keyring).open_database()
    with pytest.raises(StoreTrouble) as caught:
        vault.rekey(database)
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    plant_account(other)
    other.close()
    assert vault.key == key
    assert vault.facts().rekey_done == 1.0
    vault.rekey(database)
    assert vault.key != key
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM account") == 1
    database.close()


def test_without_room_or_with_damage_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    fill(database, 20)
    database.close()
    key, path = bytes(vault.key), vault.database_path
    database = vault.open_database()
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.disk_usage", lambda _: usage._replace(free=1_000_000))
        with pytest.raises(StoreTrouble) as caught:
            vault.rekey(database)
    assert caught.value.code is ErrorCode.DISK_FULL
    assert caught.value.facts["free"] == 1_000_000
    sound = path.read_bytes()
    octets = bytearray(sound)
    octets[-4000] ^= 1
    path.write_bytes(octets)
    with pytest.raises(StoreTrouble) as caught:
        vault.rekey(database)
    assert caught.value.code is ErrorCode.DAMAGED
    assert caught.value.facts["page"] == len(octets) // 8192
    assert vault.key == key
    assert pending(tmp_path) == [False]
    assert not (tmp_path / FRESH).exists()
    path.write_bytes(sound)
    vault.rekey(database)
    assert vault.key != key
    database.close()


@pytest.mark.parametrize("again", [False, True], ids=["at the next opening", "in this session"])
def test_a_header_that_cannot_be_written_at_last_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    old = bytes(vault.key)
    write, calls = keyfiles.write, 0

    def failing(profile: Path, header: keyslots.Header) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:  # the first announces the key
            raise StoreTrouble(ErrorCode.NOT_WRITABLE)
        write(profile, header)

    with monkeypatch.context() as patched:
        patched.setattr(keyfiles, "write", failing)
        with pytest.raises(StoreTrouble) as caught:
            vault.rekey(database)
    assert caught.value.code is ErrorCode.NOT_WRITABLE
    assert vault.key != old, "the file in place is under the new key"
    account = plant_account(database)
    assert pending(tmp_path) == [False, True]
    if again:
        vault.rekey(database)
    database.close()
    opened = unlock(tmp_path, keyring)
    database = opened.open_database()
    with database.read() as reader:
        assert reader.value("SELECT id FROM account") == account
    assert opened.key == vault.key != old
    database.close()
    assert pending(tmp_path) == [False]
    assert not (tmp_path / OLD).exists()
    assert not (tmp_path / FRESH).exists()


def test_writes_checkpoints_and_a_compaction_while_it_runs(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    database = vault.open_database()
    fill(database)
    database.close()
    database = vault.open_database()
    calls = 0

    def meanwhile(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        database.write(lambda tx: tx.run(f"UPDATE meta SET value = 'x{calls}' WHERE name = 'b1'"))
        database.write(lambda tx: tx.run("DELETE FROM meta WHERE name = ?", f"b{100 + calls}"))
        if calls == 1:
            compaction.compact(database)
        with database.apart() as connection:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    vault.rekey(database, progress=meanwhile)
    assert calls > 2
    with database.read() as reader:
        assert reader.value("SELECT value FROM meta WHERE name = 'b1'") == f"x{calls}"
        assert reader.value("SELECT count(*) FROM meta WHERE name LIKE 'b%'") == 300 - calls
    assert integrity.damages(database) == ()
    database.close()


def test_what_a_kill_left_is_settled_by_one_program_only(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = create(tmp_path, keyring)
    (tmp_path / FRESH).write_bytes(b"half a copy")

    def busy() -> None:
        raise StoreTrouble(ErrorCode.PROFILE_BUSY)

    unlock(tmp_path, keyring).open_database(alone=busy).close()  # type: ignore[arg-type]
    assert (tmp_path / FRESH).exists(), "another program may be at it"
    unlock(tmp_path, keyring).open_database().close()
    assert not (tmp_path / FRESH).exists()
    assert unlock(tmp_path, keyring).key == vault.key
    os.replace(vault.database_path, tmp_path / OLD)  # between the renames
    with pytest.raises(StoreTrouble) as caught:
        unlock(tmp_path, keyring).open_database(alone=busy)  # type: ignore[arg-type]
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    unlock(tmp_path, keyring).open_database().close()
    assert vault.database_path.exists()
    assert not (tmp_path / OLD).exists()


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
    assert told["unfinished"] > 0
    assert told["gone on with"] > 0
