"""``vault rekey`` goes on with a change of the data key that was broken off, or forgets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import wiring
from mel_desktop.cli import main
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled
from mel_desktop.store import keyslots

PASSPHRASE = "une phrase de passe assez longue"


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault in which a change was stopped."""
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret(PASSPHRASE), use_keyring=False, offline=True
    )
    with pytest.raises(Cancelled):
        facade.vault.rekey(cancelled=iter([False, True]).__next__)
    facade.close()
    return tmp_path / "profile"


@pytest.mark.parametrize("choice", ["go on", "abandon"])
def test_it_is_told_and_goes_on_or_is_abandoned(
    profile: Path, capsys: pytest.CaptureFixture[str], choice: str
) -> None:
    secret = profile.parent / "phrase"
    secret.write_text(PASSPHRASE + "\n")

    def program(*words: str, as_json: bool = True) -> tuple[Any, str]:
        options = ["--profile", str(profile), "--offline", "--passphrase-file", str(secret)]
        assert main.run([*options, *(["--json"] if as_json else []), *words]) == 0
        told = capsys.readouterr()
        return (json.loads(told.out) if as_json else told.out), told.err

    assert program("vault", "status")[0]["rekey_pending"] is True
    assert "--abandon" in program("vault", "status", as_json=False)[0]
    assert program("account", "list")[0] == [], "everything works under the old key"
    if choice == "abandon":
        told, _ = program("vault", "rekey", "--abandon")
        assert told == {"rekeyed": False, "abandoned": True}
    else:
        told, remark = program("vault", "rekey")
        assert (told["rekeyed"], told["resumed"]) == (True, True)
        assert "interrompu" in remark or "interrupted" in remark
    assert program("vault", "status")[0]["rekey_pending"] is False
    assert not (profile / "store.db.rekey").exists()
    assert program("vault", "check")[0]["sound"] is True


def test_a_backup_of_that_moment_and_an_erasure(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = profile.parent / "phrase"
    secret.write_text(PASSPHRASE + "\n")

    def program(where: Path, *words: str) -> Any:
        options = ["--profile", str(where), "--offline", "--passphrase-file", str(secret)]
        assert main.run([*options, "--json", *words]) == 0
        return json.loads(capsys.readouterr().out)

    backup, other = str(profile.parent / "s.mel"), profile.parent / "other"
    program(profile, "vault", "backup", backup)
    program(profile, "vault", "erase", "--yes")
    assert not list(profile.parent.glob("profile/store.*"))
    program(other, "vault", "restore", backup)
    assert program(other, "account", "list") == []
    assert program(other, "vault", "rekey")["rekeyed"] is True
    assert program(other, "vault", "status")["rekey_pending"] is False
    assert program(other, "vault", "check")["sound"] is True
