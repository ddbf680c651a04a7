"""``vault erase --everyone``: the vaults of all users of a Windows PC, as its administrator."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mel_desktop.app import everyone, vaults, wiring
from mel_desktop.cli.main import run
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.policy import Policy
from mel_desktop.store.vault import Vault
from mel_desktop.system import windows_users
from mel_desktop.system.locks import EngineLock
from tests.support.fake_registry import REG_EXPAND_SZ, Registry, under

DATA = Path("AppData/Local/Mel Desktop")
STATE = Path("AppData/Local/Mel Desktop State")


def make(profile: Path) -> Path:
    wiring.create_profile(
        profile, passphrase=Secret("une phrase"), use_keyring=False, offline=True, policy=Policy()
    ).close()
    assert Vault.status(profile).exists
    return profile


def test_every_vault_of_every_user_and_of_the_machine_goes(tmp_path: Path) -> None:
    claire, noe, nobody = (tmp_path / name for name in ("claire", "noé", "nobody"))
    nobody.mkdir()
    gone = [
        make(claire / DATA), make(claire / DATA / "vaults" / "poste-2"), make(noe / DATA),
        make(tmp_path / "machine" / "eleve"),
    ]  # fmt: skip
    (noe / DATA / "photo.jpg").write_bytes(b"not ours")
    done = everyone.erase_everyone([claire, noe, nobody, tmp_path / "moved"], tmp_path / "machine")
    assert (done.erased, done.left) == (4, ())
    assert not any(Vault.status(one).exists for one in gone)
    assert not (claire / DATA).exists()
    assert [one.name for one in (noe / DATA).iterdir()] == ["photo.jpg"]
    assert everyone.erase_everyone([claire, noe], tmp_path / "machine").erased == 0


def test_what_is_in_use_stays_and_is_told(tmp_path: Path) -> None:
    busy, free = make(tmp_path / "claire" / DATA), make(tmp_path / "noé" / DATA)
    with EngineLock(busy):
        done = everyone.erase_everyone([tmp_path / "claire", tmp_path / "noé"], tmp_path / "none")
    assert done.erased == 1
    assert done.left == ((str(busy), ErrorCode.PROFILE_BUSY),)
    assert Vault.status(busy).exists
    assert not free.exists()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_folder_that_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    other = make(tmp_path / "elsewhere")
    user = tmp_path / "claire"
    (user / DATA).parent.mkdir(parents=True)
    (user / DATA).symlink_to(other)
    done = everyone.erase_everyone([user], tmp_path / "none")
    assert (done.erased, done.left) == (0, ())
    assert Vault.status(other).exists


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_no_empty_folder_elsewhere_is_removed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / vaults.FOLDER).mkdir(parents=True)
    user = tmp_path / "claire"
    (user / DATA).parent.mkdir(parents=True)
    (user / DATA).symlink_to(tmp_path / "elsewhere")
    everyone.erase_everyone([user], tmp_path / "none")
    assert (tmp_path / "elsewhere" / vaults.FOLDER).is_dir()


def test_what_its_pc_remembers_of_a_vault_goes_with_it(tmp_path: Path) -> None:
    from mel_desktop.store import keyfiles, witness

    profile = make(tmp_path / "claire" / DATA)
    state = tmp_path / "claire" / STATE
    state.mkdir(parents=True)
    for one in keyfiles.store_ids(profile):
        (state / witness.name_of(one)).write_text("{}")
    assert any(state.iterdir())
    everyone.erase_everyone([tmp_path / "claire"], tmp_path / "none")
    assert not state.exists()


def test_users_come_from_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SystemDrive", "C:")
    listed = {
        "S-1-5-18": {"ProfileImagePath": ("%SystemDrive%/system", REG_EXPAND_SZ), "Flags": 12},
        "S-1-5-21-1-2-3-1001": {"ProfileImagePath": "C:/Users/claire"},
        "S-1-5-21-1-2-3-1002": {"State": 0},
    }
    hives = {"LM": under(windows_users.PROFILES, listed)}
    found = windows_users.user_folders(Registry(hives), "LM")
    assert found == [Path("C:/system"), Path("C:/Users/claire")]
    with pytest.raises(OSError, match="find"):
        windows_users.user_folders(Registry({"LM": {}}), "LM")


def test_the_command_tells_what_it_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--json", "--profile", str(tmp_path / "own"), "vault", "erase", "--everyone"]
    assert run(words) == 6
    assert '"needs-decision"' in capsys.readouterr().out
    if os.name == "posix":
        assert run([*words, "--yes"]) == 2
        capsys.readouterr()
    monkeypatch.setattr(vaults, "machine_folder", lambda: tmp_path / "none")
    monkeypatch.setattr(windows_users, "users_of_this_pc", lambda: [tmp_path / "claire"])
    busy = make(tmp_path / "claire" / DATA)
    with EngineLock(busy):
        assert run([*words, "--yes"]) == 10
    assert '"profile-busy"' in capsys.readouterr().out
    assert run([*words, "--yes"]) == 0
    assert '"erased": 1' in capsys.readouterr().out
    assert not busy.exists()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("name", ["store.keys", "engine.lock", "store.db-wal"])
@pytest.mark.parametrize("way", ["symbolic", "hard"])
def test_a_vault_in_which_a_file_is_another_one_is_left_and_told(
    tmp_path: Path, name: str, way: str
) -> None:
    """Who may write the folder would else choose what the administrator overwrites."""
    user = tmp_path / "claire"
    profile, victim = make(user / DATA), tmp_path / "system.dll"
    victim.write_bytes(b"not of a vault")
    (profile / name).unlink(missing_ok=True)
    if way == "hard":
        (profile / name).hardlink_to(victim)
    else:
        (profile / name).symlink_to(victim)
    done = everyone.erase_everyone([user], tmp_path / "none")
    assert (done.erased, done.left) == (0, ((str(profile), ErrorCode.NOT_WRITABLE),))
    assert victim.read_bytes() == b"not of a vault"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("place", ["outside", "outside/session", "outside/session/deep"])
def test_a_folder_in_a_vault_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    user = tmp_path / "claire"
    profile, victim = make(user / DATA), tmp_path / "Documents" / "notes.odt"
    victim.parent.mkdir()
    victim.write_bytes(b"of somebody else")
    for folder in (profile / "outside", profile / "outside" / "session"):
        if (profile / place).is_relative_to(folder) and folder != profile / place:
            folder.mkdir(mode=0o700)
    (profile / place).symlink_to(victim.parent)
    done = everyone.erase_everyone([user], tmp_path / "none")
    assert done.left == ((str(profile), ErrorCode.NOT_WRITABLE),)
    assert victim.read_bytes() == b"of somebody else"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_restore_that_was_broken_off_is_not_finished_by_a_link(tmp_path: Path) -> None:
    user, other = tmp_path / "claire", make(tmp_path / "elsewhere")
    profile = make(user / DATA)
    staging = f".{profile.name}.restoring"
    (profile / "store.restoring").write_text(
        f'{{"staging": "{staging}", "aside": "{profile.name} aside", "old": [], '
        '"new": ["store.keys", "store.keys.copy"]}'
    )
    profile.with_name(staging).symlink_to(other)
    done = everyone.erase_everyone([user], tmp_path / "none")
    assert done.left == ((str(profile), ErrorCode.NOT_WRITABLE),)
    assert Vault.status(other).exists
