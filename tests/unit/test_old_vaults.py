"""A vault from before the vault key (version 1 of the key header, commit 65989ab) opens by every
way it had, and its header is written anew. Its secrets are known to everybody: it holds inventions.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import keyfiles, keyslots
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.rekey_kills import Keyring

FOLDER = Path(__file__).resolve().parents[1] / "data" / "vault-1"
PASSPHRASE = Secret("une phrase de passe d'avant")
CODE = Secret("NJ74-L3DJ-TRE2-6WJN-UAHH-ARFQ-HFUH-BM36")
STORE_ID = "7dc32c04aa53c90d1c93b12166273b87"
IN_KEYRING = Secret("DfV72XUYR68aoKdsdIY5tL5kO/i2vncaA1xlKguB1q8=")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "profile"))


@pytest.fixture
def keyring() -> Keyring:
    made = Keyring()
    made.put(f"vault {STORE_ID}", IN_KEYRING)
    return made


def opened(profile: Path, **way: Secret | Keyring) -> Vault:
    return Vault.open(profile, randomness=SystemRandomness(), clock=SystemClock(), **way)  # type: ignore[arg-type]


def subjects(database: Database) -> list[tuple[object, ...]]:
    with database.read() as reader:
        return [tuple(row) for row in reader.all("SELECT subject FROM message")]


def version(path: Path) -> int:
    return int(json.loads(path.read_bytes())["version"])


@pytest.mark.parametrize("way", ["passphrase", "recovery", "keyring"])
def test_it_opens_and_its_header_is_written_anew(profile: Path, keyring: Keyring, way: str) -> None:
    ways: dict[str, dict[str, Secret | Keyring]] = {
        "passphrase": {"passphrase": PASSPHRASE},
        "recovery": {"recovery": CODE},
        "keyring": {"secrets": keyring},
    }
    names = ("store.keys", "store.keys.copy")
    assert [version(FOLDER / one) for one in names] == [1, 1]
    vault = opened(profile, **ways[way])
    assert [version(profile / one) for one in names] == [2, 2]
    header = keyfiles.read(profile)
    keyslots.verify(header, vault._vault_key)  # somebody with the vault key wrote all of it
    assert len(header.keys) == 1
    assert vault.damaged_files() == ()
    assert sorted(vault.facts().opens_with) == ["keyring", "passphrase", "recovery-code"]
    key = bytes(vault.key)
    database = vault.open_database()
    assert subjects(database) == [("Conseil de classe",)]
    vault.rekey(database)  # parts the data key from what is in the slots
    assert vault.key != key
    database.close()
    for other in ways.values():
        if other is not ways["passphrase"] or way == "passphrase":  # half a second
            again = opened(profile, **other)
            assert again.key == vault.key
    database = again.open_database()
    assert subjects(database) == [("Conseil de classe",)]
    database.close()


def test_a_wrong_passphrase_leaves_it_as_it_was(profile: Path) -> None:
    before = (profile / "store.keys").read_bytes()
    with pytest.raises(StoreTrouble) as caught:
        opened(profile, passphrase=Secret("pas elle"))
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE
    assert (profile / "store.keys").read_bytes() == before
