"""Vaults on one PC, through the wiring and the facade: several, used once, locked, erased."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.app import vaults as folders
from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, StoreTrouble
from mel_desktop.model.policy import Policy, VaultPolicy
from mel_desktop.model.vault import LockSettings
from mel_desktop.store import keyslots
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support import quick
from tests.support.rekey_kills import Keyring
from tests.support.store import plant_account

RIGHT = Secret("une phrase de passe été")
NOTHING = Policy()


@pytest.fixture(autouse=True)
def no_runtime_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def create(profile: Path, label: str = "", policy: Policy = NOTHING, **more: bool) -> Facade:
    return wiring.create_profile(
        profile,
        passphrase=None if more.get("temporary") else RIGHT,
        use_keyring=False,
        offline=True,
        label=label,
        policy=policy,
        **more,
    )


def reopen(profile: Path, policy: Policy = NOTHING) -> Facade:
    return wiring.open_profile(
        profile, passphrase=RIGHT, use_keyring=False, offline=True, policy=policy
    )


def left(profile: Path) -> list[str]:
    return sorted(one.name for one in profile.iterdir()) if profile.exists() else []


def test_several_vaults_newest_opened_first(tmp_path: Path) -> None:
    create(tmp_path, "Claire Martin").close()
    second = wiring.new_vault_folder(tmp_path, "Élève : Noé / 6e B", NOTHING)
    assert second == tmp_path / "vaults" / "eleve-noe-6e-b"
    assert wiring.new_vault_folder(tmp_path, "élève noé 6e b", NOTHING).name == "eleve-noe-6e-b-2"
    create(second, "Noé").close()
    found = wiring.vaults(tmp_path, NOTHING)
    assert [(one.label, one.path) for one in found] == [
        ("Noé", str(second)),
        ("Claire Martin", str(tmp_path)),
    ]
    later = SystemClock().now() + timedelta(seconds=5)
    folders.note_opened(tmp_path, later)
    assert [one.label for one in wiring.vaults(tmp_path, NOTHING)] == ["Claire Martin", "Noé"]
    assert found[0].status.has_passphrase_slot
    if os.name == "posix":
        assert second.stat().st_mode & 0o777 == 0o700
    # each by itself: erasing one leaves the other
    wiring.erase_profile(second)
    assert [one.label for one in wiring.vaults(tmp_path, NOTHING)] == ["Claire Martin"]
    reopen(tmp_path).close()


@pytest.mark.parametrize("label", ["", "...", "CON", "漢字", "../../x", "a" * 300, "\0"])
def test_any_label_gives_a_folder(tmp_path: Path, label: str) -> None:
    folder = wiring.new_vault_folder(tmp_path, label, NOTHING)
    assert folder.parent == tmp_path / "vaults"
    assert folder.name.startswith(("vault-", "x", "a"))
    assert len(folder.name) < 50


def test_the_machines_folder_by_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine"
    monkeypatch.setattr(folders, "machine_folder", lambda: machine)
    policy = Policy(vault=VaultPolicy(place="machine"))
    with pytest.raises(StoreTrouble):  # whoever installs makes it
        wiring.new_vault_folder(tmp_path / "user", "a", policy)
    machine.mkdir(mode=0o1777)
    folder = wiring.new_vault_folder(tmp_path / "user", "a", policy)
    assert folder == machine / "a"
    create(folder, "A").close()
    assert [one.label for one in wiring.vaults(tmp_path / "user", policy)] == ["A"]
    assert wiring.vaults(tmp_path / "user", NOTHING) == ()


def test_locking_closes_all_and_clears_what_is_outside(tmp_path: Path) -> None:
    facade = create(tmp_path)
    door = facade.vault
    facade.start_engine()
    path = door.open_outside_file("../note.txt", [b"secret"])
    assert door.outside_files() == (path,)
    door.lock()
    assert not path.exists()
    assert facade._services.vault.key == bytes(32)
    with pytest.raises(MelError):
        facade.accounts()
    assert "outside" not in left(tmp_path)
    door.lock()  # twice does nothing
    reopen(tmp_path).close()


def test_a_vault_used_once_is_gone_at_exit(tmp_path: Path) -> None:
    profile = tmp_path / "once"
    facade = create(profile, "Une fois", temporary=True)
    plant_account(facade._services.database)
    assert facade.vault.facts().opens_with == ()
    assert facade.vault.facts().temporary
    assert wiring.vault_status(profile).temporary
    assert wiring.vaults(profile, NOTHING) == ()  # nobody chooses it, and it is not swept either
    assert (profile / "store.db").exists()
    if os.name == "posix":
        assert profile.stat().st_mode & 0o777 == 0o700
    with pytest.raises(StoreTrouble):
        wiring.open_profile(profile, use_keyring=False, policy=NOTHING)
    with pytest.raises(LocalRefusal):
        facade.vault.change_passphrase(RIGHT)
    with pytest.raises(LocalRefusal):
        facade.vault.new_recovery_code()
    facade.vault.rekey()
    facade.close()
    assert not profile.exists()


CHILD = """
import os, sys
from pathlib import Path
from mel_desktop.app import wiring
from mel_desktop.model.policy import Policy
facade = wiring.create_profile(Path(sys.argv[1]), use_keyring=False, offline=True, temporary=True,
                               policy=Policy())
facade.vault.open_outside_file("a.txt", [b"a"])
print("ready", flush=True)
sys.stdin.readline()
os._exit(9)  # as killed
"""


def test_what_a_crash_leaves_of_a_vault_used_once_is_removed_at_the_next_start(
    tmp_path: Path,
) -> None:
    profile = wiring.new_vault_folder(tmp_path, "once", NOTHING)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(profile)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        assert folders.sweep(tmp_path, NOTHING) == 0  # it is alive
        assert (profile / "store.db").exists()
        child.stdin.write("\n")
        child.stdin.flush()
    assert (profile / "store.db").exists()
    create(tmp_path).close()  # any start
    assert not profile.exists()


def test_erasing_takes_everything_of_the_vault_and_nothing_else(tmp_path: Path) -> None:
    facade = create(tmp_path)
    facade.vault.open_outside_file("a.txt", [b"a"])
    (tmp_path / "window.ini").write_text("[window]")
    (tmp_path / "photo.jpg").write_bytes(b"mine")
    facade.vault.erase()
    assert left(tmp_path) == ["photo.jpg"]
    with pytest.raises(StoreTrouble) as caught:
        reopen(tmp_path)
    assert caught.value.code is ErrorCode.NO_VAULT


@pytest.mark.parametrize("what", ["keys", "copy", "both", "database", "all"])
def test_a_damaged_vault_is_erased_all_the_same(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    monkeypatch.setattr(wiring, "_keyring", lambda wanted: keyring)
    profile = tmp_path / "profile"
    wiring.create_profile(profile, passphrase=RIGHT, offline=True, policy=NOTHING).close()
    assert keyring.kept
    spoilt = {
        "keys": ("store.keys",),
        "copy": ("store.keys.copy",),
        "both": ("store.keys", "store.keys.copy"),
        "database": ("store.db",),
        "all": ("store.keys", "store.keys.copy", "store.db"),
    }[what]
    for name in spoilt:
        path = profile / name
        path.write_bytes(b"#" + path.read_bytes()[1:])
    wiring.erase_profile(profile)
    assert keyring.kept == {}
    assert not profile.exists()


def test_keys_go_before_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between, nothing can be read any more; the next erase finishes."""
    create(tmp_path).close()

    def killed(profile: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folders, "remove_files", killed)
    with pytest.raises(KeyboardInterrupt):
        wiring.erase_profile(tmp_path)
    assert "store.db" in left(tmp_path)
    assert not {"store.keys", "store.keys.copy"} & set(left(tmp_path))
    monkeypatch.undo()
    wiring.erase_profile(tmp_path)
    assert not left(tmp_path)


def test_escrow_and_keyring_follow_the_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    monkeypatch.setattr(wiring, "_keyring", lambda wanted: keyring if wanted else None)
    monkeypatch.setattr(wiring, "KeyringStore", lambda: keyring)
    pem, text, fingerprint = wiring.escrow_pair()
    sealed = Policy(
        vault=VaultPolicy(
            escrow_key=wiring.escrow.public_from_text(text),
            escrow_owner="Collège Jean Moulin",
            keyring_allowed=False,
        )
    )
    wiring.create_profile(tmp_path, passphrase=RIGHT, offline=True, policy=NOTHING).close()
    assert wiring.vault_status(tmp_path).has_keyring_slot
    facade = reopen(tmp_path, sealed)
    facts = facade.vault.facts()
    assert facts.opens_with == ("passphrase", "escrow")
    assert (facts.escrow_owner, facts.escrow_fingerprint) == ("Collège Jean Moulin", fingerprint)
    assert keyring.kept == {}
    with pytest.raises(LocalRefusal) as caught:
        facade.vault.set_keyring(True)
    assert caught.value.code is ErrorCode.POLICY
    facade.close()
    with pytest.raises(StoreTrouble) as locked:
        wiring.open_profile(tmp_path, policy=sealed)
    assert locked.value.code is ErrorCode.VAULT_LOCKED
    school = wiring.open_profile(tmp_path, private_key=pem, offline=True, policy=sealed)
    school.vault.rekey()
    with pytest.raises(LocalRefusal):
        school.vault.remove_escrow()
    school.close()
    other = reopen(tmp_path)  # the policy is gone: the owner sees the school's way in, and decides
    assert other.vault.facts().opens_with == ("passphrase", "escrow")
    other.vault.remove_escrow()
    assert other.vault.facts().opens_with == ("passphrase",)
    other.vault.set_keyring(True)
    other.close()
    wiring.open_profile(tmp_path, offline=True, policy=NOTHING).close()
    with pytest.raises(StoreTrouble):
        wiring.open_profile(tmp_path, private_key=pem, policy=NOTHING)


def test_the_keyring_is_not_taken_away_as_the_only_way_in(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = Vault.create(
        tmp_path,
        passphrase=None,
        secrets=keyring,
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    with pytest.raises(LocalRefusal):
        vault.set_keyring(keyring, on=False)
    vault.new_recovery_code()
    vault.set_keyring(keyring, on=False)
    assert vault.facts().opens_with == ("recovery-code",)
    assert keyring.kept == {}


def test_lock_settings_are_kept_and_the_label_too(tmp_path: Path) -> None:
    facade = create(tmp_path, "Avant")
    assert facade.vault.lock_settings() == LockSettings()
    facade.vault.set_lock_settings(LockSettings(idle_minutes=5, on_sleep=False))
    facade.vault.set_label(" Après ")
    facade.close()
    strict = Policy(vault=VaultPolicy(max_idle_minutes=2))
    facade = reopen(tmp_path, strict)
    assert facade.vault.lock_settings() == LockSettings(idle_minutes=2, on_sleep=False)
    assert facade.vault.facts().label == wiring.vault_status(tmp_path).label == "Après"
    assert facade.vault.facts().created_at is not None
    assert facade.vault.policy() == strict
    facade.close()


def test_two_programs_do_not_undo_each_others_changes_of_keys(tmp_path: Path) -> None:
    """A passphrase changed on the command line stays changed when the window makes a code."""
    window, command = create(tmp_path), reopen(tmp_path)
    new = Secret("tout autre chose")
    command.vault.change_passphrase(new)
    command.close()
    window.vault.new_recovery_code()
    window.close()
    with pytest.raises(StoreTrouble) as caught:
        reopen(tmp_path)
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE
    wiring.open_profile(tmp_path, passphrase=new, offline=True, policy=NOTHING).close()


def test_parameters_grow_with_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(tmp_path).close()

    def passes() -> int:
        facade = reopen(tmp_path)
        found = facade.vault.facts().kdf_passes
        facade.close()
        return found

    monkeypatch.setattr(keyslots, "LEAST_ITERATIONS", 5)  # tomorrow's floor
    assert passes() == 5
    monkeypatch.setattr(keyslots, "LEAST_ITERATIONS", 3)
    monkeypatch.setattr(keyslots, "CALIBRATED_ITERATIONS", 10)
    monkeypatch.setattr(keyslots, "TARGET_S", 60.0)  # a machine that bears much more
    assert passes() == 10
    monkeypatch.setattr(keyslots, "CALIBRATED_ITERATIONS", 11)
    assert passes() == 10  # not for a little


def test_a_slot_is_made_anew_only_when_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyslots, "TARGET_S", quick.PRODUCT_TARGET_S)

    def outgrown(took_s: float, iterations: int, memory_kib: int = keyslots.MEMORY_KIB) -> bool:
        slot = keyslots.Slot(
            keyslots.PASS, {"iterations": iterations, "memory_kib": memory_kib}, b"", b""
        )
        return keyslots.is_outgrown(slot, took_s)

    assert outgrown(quick.PRODUCT_TARGET_S / 2.5, 10)
    assert not outgrown(quick.PRODUCT_TARGET_S / 1.5, 10)
    assert not outgrown(10.0, 10)
    assert not outgrown(0.0, 3)
    assert outgrown(10.0, 2)
    assert outgrown(10.0, 10, 19 * 1024)
