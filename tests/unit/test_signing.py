"""packaging/trust/sign.py: Authenticode by osslsigncode with a throw-away authority."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
needs_osslsigncode = pytest.mark.skipif(
    shutil.which("osslsigncode") is None, reason="Debian package osslsigncode"
)


@pytest.fixture(autouse=True)
def _packaging_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))


@pytest.fixture
def sign() -> Any:
    import trust.sign

    return trust.sign


@pytest.fixture
def signer(tmp_path: Path) -> Any:
    from trust.rehearsal import throw_away

    return throw_away(tmp_path)


@pytest.fixture
def executable(tmp_path: Path) -> Path:
    from trust.rehearsal import small_executable

    path = tmp_path / "essai.exe"
    path.write_bytes(small_executable())
    path.chmod(0o755)
    return path


@needs_osslsigncode
def test_the_rehearsal() -> None:
    from trust.rehearsal import rehearse

    said = rehearse()
    assert "exe: signed, timestamped and verified" in said
    assert "exe: one octet flipped, refused" in said
    if shutil.which("wixl"):
        assert "msi: one octet flipped, refused" in said


@needs_osslsigncode
def test_a_signed_file_stays_what_it_was_and_a_changed_one_is_refused(
    sign: Any, signer: Any, executable: Path
) -> None:
    with pytest.raises(sign.SigningTrouble, match="not good"):
        sign.verify(executable, signer)
    sign.sign_files([executable], signer)
    assert os.access(executable, os.X_OK)
    good = executable.read_bytes()
    other = replace(signer, trust=signer.certificates)  # the root is in it: the chain still holds
    sign.verify(executable, other)
    for at in (600, len(good) - 200):  # in the code, in the signature
        executable.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(sign.SigningTrouble):
            sign.verify(executable, signer)
    assert {one.name for one in executable.parent.iterdir() if "signing" in one.name} == set()


@needs_osslsigncode
def test_a_signature_of_a_stranger_is_refused(
    sign: Any, signer: Any, executable: Path, tmp_path: Path
) -> None:
    from trust.rehearsal import throw_away

    (tmp_path / "other").mkdir()
    stranger = throw_away(tmp_path / "other")
    sign.sign_files([executable], stranger)
    with pytest.raises(sign.SigningTrouble):
        sign.verify(executable, signer)


@needs_osslsigncode
def test_a_failure_leaves_the_file_as_it_was(
    sign: Any, signer: Any, executable: Path, tmp_path: Path
) -> None:
    before = executable.read_bytes()
    wrong = tmp_path / "wrong"
    wrong.write_text("pas celui-ci")
    wrong.chmod(0o600)
    other_trust = replace(signer, timestamp_trust=None)  # the stamp's root is not the system's
    for spoilt in (replace(signer, password_file=wrong), other_trust):
        with pytest.raises(sign.SigningTrouble) as caught:
            sign.sign_files([executable], spoilt)
        assert "pas celui-ci" not in str(caught.value)
        assert executable.read_bytes() == before
    with pytest.raises(sign.SigningTrouble, match="no file there"):
        sign.sign_files([tmp_path / "none.exe"], signer)
    with pytest.raises(sign.SigningTrouble, match="only"):
        sign.sign_files([tmp_path / "password"], signer)


def test_nothing_secret_on_a_command_line(
    sign: Any, signer: Any, executable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign.shutil, "which", lambda name: name)
    commands: list[list[str]] = []

    def run(command: list[str]) -> Any:
        commands.append(command)
        out = Path(command[command.index("-out") + 1]) if "-out" in command else None
        if out is not None:
            out.write_bytes(b"signed")
        return type("Done", (), {"returncode": 0, "stdout": sign._STAMPED})()

    monkeypatch.setattr(sign, "_run", run)
    token = replace(
        signer, key="pkcs11:token=mel;object=key", pkcs11_module=Path("/usr/lib/module.so"),
        timestamps=("http://horodatage.exemple.fr",), authority=None,
    )  # fmt: skip
    sign.sign_files([executable], token)
    words = [word for command in commands for word in command]
    assert signer.password_file.read_text() not in " ".join(words)
    assert "-pass" not in words
    assert commands[0][commands[0].index("-readpass") + 1] == str(signer.password_file)
    assert commands[0][commands[0].index("-pkcs11module") + 1] == "/usr/lib/module.so"
    assert commands[0][commands[0].index("-ts") + 1] == "http://horodatage.exemple.fr"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_what_is_refused_before_anything_is_signed(sign: Any, signer: Any, tmp_path: Path) -> None:
    open_key = tmp_path / "open.key"
    open_key.write_text("-----BEGIN")
    open_key.chmod(0o644)
    for spoilt, words in (
        (replace(signer, certificates=tmp_path / "none"), "no certificate"),
        (replace(signer, key=str(tmp_path / "none")), "no key"),
        (replace(signer, key=str(open_key)), "chmod 600"),
        (replace(signer, password_file=open_key), "chmod 600"),
        (replace(signer, key="pkcs11:token=mel"), "--pkcs11-module"),
        (replace(signer, key="pkcs11:token=mel?pin-value=1234"), "--password-file"),
        (replace(signer, authority=None), "--timestamp"),
    ):
        with pytest.raises(sign.SigningTrouble, match=words):
            sign.sign_files([], spoilt)


def test_the_options(sign: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sign.main(["a.exe"])
    assert ended.value.code == 2
    capsys.readouterr()
    assert sign.main(["a.exe", "--key", "k.pem"]) == 1
    assert "belong together" in capsys.readouterr().err
    assert sign.main(["a.exe", "--key", "k.pem", "--certificates", "none.pem"]) == 1
    assert "no certificate there" in capsys.readouterr().err
