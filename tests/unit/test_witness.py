"""A profile that comes back whole, its seal too: this PC remembers what it had since."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli.main import run as main
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.soundness import AlarmKind
from mel_desktop.services import soundness
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.soundness import SoundnessService
from mel_desktop.store import alarms
from mel_desktop.store.keyfiles import store_ids
from mel_desktop.store.vault import Vault
from mel_desktop.store.witness import MAGIC, Witness, name_of
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.state_folder import state_folder
from tests.support import full_profile
from tests.support.clock import JumpingClock

codes: dict[Path, Secret] = {}  # what opens a profile, without a slow key derivation
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> full_profile.Profile:
    return full_profile.make(tmp_path_factory.mktemp("witness") / "profile", messages=5)


@pytest.fixture
def profile(made: full_profile.Profile, tmp_path: Path) -> Path:
    """Used here, and closed."""
    folder = Path(shutil.copytree(made.folder, tmp_path / "profile"))
    codes[folder] = made.recovery
    use(folder, 3)
    return folder


def opened(profile: Path) -> Facade:
    return wiring.open_profile(profile, recovery=codes[profile], use_keyring=False, offline=True)


def work(facade: Facade, times: int) -> None:
    for _ in range(times):
        assert facade.soundness.try_writing()


def use(profile: Path, times: int) -> None:
    facade = opened(profile)
    work(facade, times)
    facade.close()


def told(profile: Path) -> list[tuple[AlarmKind, int]]:
    facade = opened(profile)
    try:
        return [(one.kind, one.missing) for one in facade.soundness.alarms()]
    finally:
        facade.close()


def put_back(copy: Path, profile: Path) -> None:
    shutil.rmtree(profile)
    shutil.copytree(copy, profile)


# -- the file -------------------------------------------------------------------------------------


def test_it_remembers_the_most_and_forgets_when_told(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "state", "ab" * 16, KEY)
    assert witness.count() == 0
    witness.keep(7)
    witness.keep(5)
    assert witness.count() == 7
    assert Witness(tmp_path / "state", "ab" * 16, KEY).count() == 7
    assert Witness(tmp_path / "state", "ab" * 16, bytes(32)).count() == 0
    witness.put(2)
    assert witness.count() == 2
    assert [one.name for one in (tmp_path / "state").iterdir()] == [name_of("ab" * 16)]


def test_any_flipped_octet_makes_it_know_nothing(tmp_path: Path) -> None:
    witness = Witness(tmp_path, "ab" * 16, KEY)
    witness.keep(7)
    path = tmp_path / name_of("ab" * 16)
    sound = path.read_bytes()
    for place in range(len(sound)):
        octets = bytearray(sound)
        octets[place] ^= 1
        path.write_bytes(octets)
        assert witness.count() == 0
    for cut in range(len(sound)):
        path.write_bytes(sound[:cut])
        assert witness.count() == 0


def test_one_of_another_vault_under_its_name_says_nothing(tmp_path: Path) -> None:
    Witness(tmp_path, "cd" * 16, KEY).keep(9)
    (tmp_path / name_of("cd" * 16)).rename(tmp_path / name_of("ab" * 16))
    assert Witness(tmp_path, "ab" * 16, KEY).count() == 0


def test_it_says_nothing_of_the_vault(profile: Path) -> None:
    (path,) = state_folder().iterdir()
    (store_id,) = store_ids(profile)
    octets = path.read_bytes()
    assert path.name == name_of(store_id)
    assert store_id.encode() not in octets
    assert bytes.fromhex(store_id) not in octets
    assert octets.startswith(MAGIC)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    witness = Witness(tmp_path / "state", "ab" * 16, KEY)
    witness.keep(7)
    assert witness.count() == 0


# -- an older copy --------------------------------------------------------------------------------


def test_an_older_copy_of_everything_is_told_until_somebody_wants_it(
    profile: Path, tmp_path: Path
) -> None:
    shutil.copytree(profile, tmp_path / "older")
    use(profile, 5)
    put_back(tmp_path / "older", profile)
    assert told(profile) == [(AlarmKind.OLDER, 5)]
    use(profile, 20)  # whatever is done meanwhile
    assert told(profile) == [(AlarmKind.OLDER, 5)]
    facade = opened(profile)
    facade.soundness.acknowledge()
    facade.close()
    assert told(profile) == []
    put_back(tmp_path / "older", profile)  # once more is told once more
    assert [kind for kind, _ in told(profile)] == [AlarmKind.OLDER]


def test_the_newest_state_alarms_nobody(profile: Path, tmp_path: Path) -> None:
    use(profile, 5)
    shutil.copytree(profile, tmp_path / "newest")
    put_back(tmp_path / "newest", profile)
    use(profile, 1)
    assert told(profile) == []


def test_an_older_database_alone_is_told_once(profile: Path, tmp_path: Path) -> None:
    shutil.copytree(profile, tmp_path / "older")
    use(profile, 5)
    shutil.copy(tmp_path / "older" / "store.db", profile / "store.db")
    assert told(profile) == [(AlarmKind.ROLLBACK, 5)]


def test_a_copy_from_before_another_data_key_is_told(profile: Path, tmp_path: Path) -> None:
    shutil.copytree(profile, tmp_path / "older")
    facade = opened(profile)
    facade.vault.rekey()
    work(facade, 2)
    facade.close()
    assert told(profile) == []
    put_back(tmp_path / "older", profile)
    assert told(profile) == [(AlarmKind.OLDER, 2)]


def test_another_pc_or_user_knows_nothing_of_it(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(profile, tmp_path / "older")
    use(profile, 5)
    put_back(tmp_path / "older", profile)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    assert told(profile) == []


def test_a_restore_by_mel_is_wanted(profile: Path, tmp_path: Path) -> None:
    facade = opened(profile)
    facade.transfer.back_up(tmp_path / "save.mel")
    facade.close()
    use(profile, 5)
    wiring.restore_profile(
        tmp_path / "save.mel", profile, recovery=codes[profile], use_keyring=False, replace=True
    )
    assert told(profile) == []
    use(profile, 2)
    assert told(profile) == []


def test_erase_forgets_and_a_vault_used_once_leaves_nothing(profile: Path, tmp_path: Path) -> None:
    assert list(state_folder().iterdir())
    wiring.erase_profile(profile)
    assert not state_folder().exists()
    once = wiring.create_profile(tmp_path / "once", use_keyring=False, temporary=True)
    work(once, 3)
    once.close()
    assert not state_folder().exists()


def test_it_hears_every_few_minutes_and_a_kill_then_loses_little(tmp_path: Path) -> None:
    clock = JumpingClock()
    vault = Vault.create(
        tmp_path,
        passphrase=full_profile.PASSPHRASE,
        secrets=None,
        randomness=SystemRandomness(),
        clock=clock,
    )
    database = vault.open_database()
    try:
        witness = vault.witness(tmp_path / "state")
        assert witness is not None
        service = SoundnessService(database, vault, IndexService(database), clock, witness)
        database.write(lambda tx: None, durable=True)
        service.tend(lambda: False)
        assert witness.count() == 0
        clock.jump(seconds=soundness.WITNESS_S)
        service.tend(lambda: False)
        assert witness.count() == 1
        database.write(lambda tx: None, durable=True)
        clock.jump(seconds=soundness.WITNESS_S / 2)
        service.tend(lambda: False)
        assert witness.count() == 1
        service.tell_witness()
        with database.read() as reader:
            assert witness.count() == alarms.counted(reader) == 2
    finally:
        database.close()


# -- by the command line --------------------------------------------------------------------------


def test_the_check_says_so_and_ends_with_seven(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words").write_text(full_profile.PASSPHRASE.reveal() + "\n")
    command = ["--profile", str(profile), "--passphrase-file", str(tmp_path / "words"),
               "--json", "--offline", "vault", "check"]  # fmt: skip
    shutil.copytree(profile, tmp_path / "older")
    use(profile, 4)
    put_back(tmp_path / "older", profile)
    assert main(command) == 7
    document = json.loads(capsys.readouterr().out)
    assert document["sound"] is False
    assert [(one["kind"], one["missing"]) for one in document["noticed"]] == [("older-copy", 4)]
    assert document["last_check"] is None
    assert main([*command, "--acknowledge"]) == 0
    capsys.readouterr()
    assert main(command) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sound"] is True
    assert document["last_check"]["damaged"] == []
    assert datetime.fromisoformat(document["last_check"]["at"]).tzinfo == UTC


def test_a_repair_of_what_cannot_be_opened_is_no_older_copy(profile: Path) -> None:
    use(profile, 5)
    store = profile / "store.db"
    octets = bytearray(store.read_bytes())
    octets[3000] ^= 1
    store.write_bytes(octets)
    with pytest.raises(StoreTrouble) as caught:
        opened(profile)
    assert caught.value.code is ErrorCode.DAMAGED
    wiring.repair_profile(profile, recovery=codes[profile], use_keyring=False)
    assert told(profile) == []
