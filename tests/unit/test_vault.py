"""Keys, slots, and the files that hold them."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path
from typing import cast

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, StoreTrouble
from mel_desktop.model.vault import VaultStatus
from mel_desktop.store import keyslots
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support import quick
from tests.support.clock import JumpingClock
from tests.support.store import plant_account

RIGHT = Secret("une phrase de passe été")
WRONG = Secret("une phrase de passe ete")


class Keyring:
    """ports.SecretStore in memory, with a switch."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}
        self.works = True

    def get(self, name: str) -> Secret | None:
        self._check()
        return self.kept.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self._check()
        self.kept[name] = secret

    def remove(self, name: str) -> None:
        self._check()
        self.kept.pop(name, None)

    def _check(self) -> None:
        if not self.works:
            raise StoreTrouble(ErrorCode.NO_KEYRING, why="test")


class TickingClock(JumpingClock):
    """Each look at it takes a while: what a slow PC does to calibration."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._each = seconds

    def monotonic(self) -> float:
        self.jump(seconds=self._each)
        return super().monotonic()


def create(
    profile: Path, passphrase: Secret | None = RIGHT, secrets: Keyring | None = None
) -> Vault:
    """A clock that stands still gives the least parameters that are accepted: 64 MiB, t=3."""
    return Vault.create(
        profile,
        passphrase=passphrase,
        secrets=secrets,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )


def unlock(
    profile: Path,
    passphrase: Secret | None = None,
    recovery: Secret | None = None,
    secrets: Keyring | None = None,
) -> Vault:
    return Vault.open(
        profile,
        passphrase=passphrase,
        recovery=recovery,
        secrets=secrets,
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )


def refusal(profile: Path, **ways: object) -> MelError:
    with pytest.raises(MelError) as caught:
        unlock(profile, **ways)  # type: ignore[arg-type]
    return caught.value


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profil élève"


def test_passphrase_opens_and_a_wrong_one_does_not(profile: Path) -> None:
    made = create(profile)
    assert len(made.key) == 32
    assert unlock(profile, RIGHT).key == made.key
    assert refusal(profile, passphrase=WRONG).code is ErrorCode.WRONG_PASSPHRASE
    assert "phrase" not in repr(refusal(profile, passphrase=WRONG).facts)


def test_the_store_holds_what_was_put_there(profile: Path) -> None:
    database = create(profile).open_database()
    account = plant_account(database)
    database.close()
    database = unlock(profile, RIGHT).open_database()
    with database.read() as reader:
        assert reader.value("SELECT id FROM account") == account
    database.close()


def test_line_ends_and_composition_of_a_passphrase_file_do_not_matter(profile: Path) -> None:
    create(profile, Secret("clé d'été\r\n"))
    assert unlock(profile, Secret("\ufeffclé d'été\n"))
    assert unlock(profile, Secret("cle\u0301 d'e\u0301te\u0301"))
    assert refusal(profile, passphrase=Secret(" clé d'été")).code is ErrorCode.WRONG_PASSPHRASE


@pytest.mark.parametrize("empty", ["", "\r\n", "   ", "\ufeff"])
def test_an_empty_passphrase_is_refused(profile: Path, empty: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        create(profile, Secret(empty))
    assert caught.value.code is ErrorCode.USAGE
    assert not Vault.status(profile).exists
    vault = create(profile)
    with pytest.raises(LocalRefusal):
        vault.set_passphrase(Secret(empty))
    assert unlock(profile, RIGHT).key == vault.key


def test_no_vault_and_vault_exists(profile: Path) -> None:
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.NO_VAULT
    assert Vault.status(profile) == VaultStatus(exists=False)
    first = create(profile)
    with pytest.raises(StoreTrouble) as caught:
        create(profile, WRONG)
    assert caught.value.code is ErrorCode.VAULT_EXISTS
    assert unlock(profile, RIGHT).key == first.key


def test_keyring_opens_in_silence(profile: Path) -> None:
    keyring = Keyring()
    made = create(profile, None, keyring)
    assert unlock(profile, secrets=keyring).key == made.key
    (kept,) = keyring.kept.values()
    assert len(kept.reveal()) == 44
    assert base64.b64decode(kept.reveal()) != made.key
    status = Vault.status(profile)
    assert (status.has_keyring_slot, status.has_passphrase_slot) == (True, False)


def test_ways_in_that_are_missing(profile: Path) -> None:
    keyring = Keyring()
    create(profile, RIGHT, keyring)
    keyring.works = False
    assert (
        refusal(profile, secrets=keyring).code is ErrorCode.VAULT_LOCKED
    )  # ask for the passphrase
    assert refusal(profile).code is ErrorCode.VAULT_LOCKED
    keyring.works = True
    keyring.kept.clear()
    forgot = refusal(profile, secrets=keyring)
    assert (forgot.code, forgot.facts["why"]) == (ErrorCode.VAULT_LOCKED, "keyring-forgot")
    assert refusal(profile, recovery=Secret("AAAA")).code is ErrorCode.VAULT_LOCKED
    assert unlock(profile, RIGHT)


def test_only_the_keyring_and_it_is_gone(profile: Path) -> None:
    keyring = Keyring()
    create(profile, None, keyring)
    name = next(iter(keyring.kept))
    assert refusal(profile).code is ErrorCode.NO_KEYRING
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.VAULT_LOCKED
    for other in (base64.b64encode(os.urandom(32)).decode(), "not base64 é", "AAAA"):
        keyring.kept[name] = Secret(other)
        refused = refusal(profile, secrets=keyring)
        assert (refused.code, refused.facts["why"]) == (
            ErrorCode.VAULT_LOCKED,
            "keyring-key-refused",
        )


def test_a_keyring_that_fails_at_creation(profile: Path) -> None:
    keyring = Keyring()
    keyring.works = False
    with pytest.raises(StoreTrouble) as caught:
        create(profile, None, keyring)
    assert caught.value.code is ErrorCode.NO_KEYRING
    with pytest.raises(StoreTrouble) as caught:
        create(profile, None, None)
    assert caught.value.code is ErrorCode.NO_KEYRING
    assert not Vault.status(profile).exists
    create(profile, RIGHT, keyring)
    assert not Vault.status(profile).has_keyring_slot


def test_recovery_code(profile: Path) -> None:
    vault = create(profile)
    code = vault.new_recovery_code()
    groups = code.reveal().split("-")
    assert [len(group) for group in groups] == [4] * 8
    assert Vault.status(profile).has_recovery_slot
    assert unlock(profile, recovery=code).key == vault.key
    typed = Secret(f" {code.reveal().lower().replace('-', ' ').replace('o', '0')} \n")
    assert unlock(profile, recovery=typed).key == vault.key
    flipped = Secret(("B" if code.reveal()[0] == "A" else "A") + code.reveal()[1:])
    for wrong in (flipped, Secret(""), Secret("AAAA"), Secret("é" * 32)):
        assert refusal(profile, recovery=wrong).code is ErrorCode.WRONG_PASSPHRASE
        (profile / "store.tries").unlink()  # the delays have tests of their own
    newer = vault.new_recovery_code()
    assert unlock(profile, recovery=newer).key == vault.key
    assert refusal(profile, recovery=code).code is ErrorCode.WRONG_PASSPHRASE


def test_changing_the_passphrase_rewraps_only(profile: Path) -> None:
    vault = create(profile)
    vault.open_database().close()
    before = vault.database_path.read_bytes()
    code = vault.new_recovery_code()
    new = Secret("tout autre chose")
    vault.set_passphrase(new)
    assert vault.database_path.read_bytes() == before
    assert unlock(profile, new).key == vault.key
    assert unlock(profile, recovery=code).key == vault.key
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.WRONG_PASSPHRASE
    # nor does a second file keep the old passphrase valid
    (profile / "store.keys").unlink()
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.WRONG_PASSPHRASE
    assert unlock(profile, new).key == vault.key


def test_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyslots, "TARGET_S", quick.PRODUCT_TARGET_S)

    def iterations(seconds: float) -> int:
        header = keyslots.new_header(SystemRandomness())
        slot = keyslots.passphrase_slot(
            header, bytes(32), RIGHT, SystemRandomness(), TickingClock(seconds)
        )
        return cast("int", slot.parameters["iterations"])

    assert iterations(30.0) == 3  # however slow the PC
    assert iterations(0.3) == 5  # 0.1 s an iteration: 0.5 s


@pytest.mark.parametrize(
    "weaker",
    [
        {"iterations": 2},
        {"memory_kib": 65535},
        {"memory_kib": 8},
        {"lanes": 2},
        {"iterations": 10_000_000},
        {"memory_kib": 1 << 30},
        {"iterations": "3"},
        {"kdf": "pbkdf2"},
        {"salt": "AAAA"},
        {"salt": "?"},
    ],
)
def test_parameters_outside_the_limits_are_not_even_tried(weaker: dict[str, str | int]) -> None:
    least: dict[str, str | int] = {
        "kdf": "argon2id",
        "memory_kib": 65536,
        "iterations": 3,
        "lanes": 1,
        "salt": base64.b64encode(bytes(16)).decode(),
    }
    header = keyslots.new_header(SystemRandomness())
    slot = keyslots.Slot(keyslots.PASS, least | weaker, bytes(12), bytes(48))
    with pytest.raises(StoreTrouble) as caught:
        keyslots.open_with_passphrase(header, slot, RIGHT)
    assert caught.value.code is ErrorCode.DAMAGED


def test_parameters_and_slots_are_authenticated(profile: Path) -> None:
    create(profile)
    edit_header(profile, {"iterations": 4})
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.WRONG_PASSPHRASE


def edit_header(profile: Path, changed: dict[str, object]) -> None:
    """What somebody with the files may do: edit parameters and put the checksum right."""
    for name in ("store.keys", "store.keys.copy"):
        body = json.loads((profile / name).read_bytes())
        body["slots"][0]["parameters"] |= changed
        body.pop("checksum")
        body["checksum"] = keyslots._checksum(body)
        (profile / name).write_text(json.dumps(body))


def test_slots_of_another_vault_do_not_fit(tmp_path: Path) -> None:
    keyring = Keyring()
    create(tmp_path / "a", None, keyring)
    create(tmp_path / "b", None, keyring)
    body_a = json.loads((tmp_path / "a/store.keys").read_bytes())
    body_b = json.loads((tmp_path / "b/store.keys").read_bytes())
    assert body_a["store_id"] != body_b["store_id"]
    body_a["slots"] = body_b["slots"]
    body_a.pop("checksum")
    body_a["checksum"] = keyslots._checksum(body_a)
    (tmp_path / "a/store.keys").write_text(json.dumps(body_a))
    assert refusal(tmp_path / "a", secrets=keyring).code is ErrorCode.VAULT_LOCKED


def test_every_damaged_octet_of_the_header_is_noticed_and_healed(profile: Path) -> None:
    keyring = Keyring()
    key = create(profile, None, keyring).key
    keys, copy = profile / "store.keys", profile / "store.keys.copy"
    sound = keys.read_bytes()
    assert copy.read_bytes() == sound
    for place in range(0, len(sound), 7):
        keys.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert unlock(profile, secrets=keyring).key == key
        assert keys.read_bytes() == sound


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b"{}"])
def test_a_header_that_is_not_one(profile: Path, content: bytes) -> None:
    keyring = Keyring()
    made = create(profile, None, keyring)
    (profile / "store.keys").write_bytes(content)
    assert unlock(profile, secrets=keyring).key == made.key  # the copy
    for name in ("store.keys", "store.keys.copy"):
        (profile / name).write_bytes(content)
    assert refusal(profile, secrets=keyring).code is ErrorCode.DAMAGED
    assert Vault.status(profile).exists


def test_a_lost_header_is_restored_from_its_copy_and_without_both_it_is_damage(
    profile: Path,
) -> None:
    made = create(profile)
    (profile / "store.keys").unlink()
    assert unlock(profile, RIGHT).key == made.key
    assert (profile / "store.keys").exists()
    for name in ("store.keys", "store.keys.copy"):
        (profile / name).unlink()
    refused = refusal(profile, passphrase=RIGHT)
    assert (refused.code, refused.facts["file"]) == (ErrorCode.DAMAGED, "store.keys")
    with pytest.raises(StoreTrouble) as caught:
        create(profile)  # never over a store that somebody may still get back
    assert caught.value.code is ErrorCode.VAULT_EXISTS


def test_a_header_from_the_future(profile: Path) -> None:
    create(profile)
    body = json.loads((profile / "store.keys").read_bytes())
    body["version"] = 3
    body.pop("checksum")
    body["checksum"] = keyslots._checksum(body)
    (profile / "store.keys").write_text(json.dumps(body))
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.STORE_TOO_NEW


@pytest.mark.parametrize("content", [None, b"", b"x" * 100, b"x" * 100_000])
def test_a_database_that_is_gone_or_rubbish_is_damage_not_a_wrong_passphrase(
    profile: Path, content: bytes | None
) -> None:
    keyring = Keyring()
    vault = create(profile, None, keyring)
    vault.database_path.unlink()
    if content is not None:
        vault.database_path.write_bytes(content)
    with pytest.raises(StoreTrouble) as caught:
        unlock(profile, secrets=keyring).open_database()
    assert caught.value.code is ErrorCode.DAMAGED
    if content:
        assert vault.database_path.read_bytes() == content  # evidence is not overwritten


def test_creation_killed_before_and_after_the_header(profile: Path) -> None:
    """The database waits under another name until the header is there."""
    vault = create(profile)
    os.rename(vault.database_path, profile / "store.db.new")
    again = unlock(profile, RIGHT)
    again.open_database().close()
    assert not (profile / "store.db.new").exists()
    # before the header: nothing but a left-over, which the next creation replaces
    for name in ("store.keys", "store.keys.copy"):
        (profile / name).unlink()
    os.rename(vault.database_path, profile / "store.db.new")
    assert not Vault.status(profile).exists
    create(profile, WRONG).open_database().close()
    assert unlock(profile, WRONG)


def test_erasing_leaves_no_way_in(profile: Path) -> None:
    keyring = Keyring()
    create(profile, RIGHT, keyring)
    Vault.destroy_keys(profile, secrets=keyring)
    assert keyring.kept == {}
    assert not (profile / "store.keys").exists()
    assert not (profile / "store.keys.copy").exists()
    assert refusal(profile, passphrase=RIGHT).code is ErrorCode.DAMAGED


def test_check_names_a_damaged_header(profile: Path) -> None:
    vault = create(profile, None, Keyring())
    database = vault.open_database()
    assert vault.check(database) == ()
    (profile / "store.keys.copy").write_bytes(b"rubbish")
    assert vault.check(database) == ("store.keys.copy",)
    database.close()


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_files_are_for_this_user_only(profile: Path) -> None:
    before = os.umask(0)
    try:
        vault = create(profile, None, Keyring())
        database = vault.open_database()
        plant_account(database)
    finally:
        os.umask(before)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in profile.iterdir()}
    database.close()
    assert {"store.db", "store.db-wal", "store.db-shm", "store.keys", "store.reserve"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(profile.stat().st_mode) == 0o700


def test_a_folder_with_other_things_in_it_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (shared / "photo.jpg").write_bytes(b"")
    mode = shared.stat().st_mode
    create(shared)
    assert shared.stat().st_mode == mode


def test_status_counts_the_size(profile: Path) -> None:
    vault = create(profile)
    status = Vault.status(profile)
    assert status.exists
    assert status.cipher == "chacha20"
    assert status.size == vault.database_path.stat().st_size > 0
