"""A vault's life on the command line: made, sealed to the school, re-keyed, mistyped, erased."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.journey.program import Canaries, Program

PASSPHRASE = "CanariCoffreZ7Q ouvre-toi"
PASSWORD = "CanariMotDePasseZ7Q"
NEW = "CanariNouvelleZ7Q phrase"
OWNER = "Collège Jean Moulin"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, PASSPHRASE)


def words_seen(program: Program, *words: str) -> bytes:
    """Command line and environment of the program, looked at from outside while it runs."""
    started = program.start(*words, offline=True)
    seen = b""
    try:
        while started.poll() is None:
            for name in ("cmdline", "environ"):
                try:
                    seen += Path(f"/proc/{started.pid}/{name}").read_bytes()
                except OSError:  # the program has closed itself to eyes like ours, or is gone
                    continue
            time.sleep(0.01)
    finally:
        started.communicate()
    assert started.returncode == 0
    return seen


def test_a_vaults_life(program: Program) -> None:
    private = program.secrets / "school.pem"
    public = program("vault", "escrow-key", "--private-key-file", str(private))
    assert private.stat().st_mode & 0o077 == 0 or os.name != "posix"
    policy = program.file(
        "policy.toml",
        f'[vault]\nescrow_key = "{public["public_key"]}"\nescrow_owner = "{OWNER}"\n'
        'max_idle_minutes = "soon"\n'.encode(),
    )
    sealed = ("--policy", str(policy))
    made = program(*sealed, "vault", "create", "--label", "Claire Martin")
    assert made["escrow"] == {"fingerprint": public["fingerprint"], "owner": OWNER}
    assert "vault.max_idle_minutes" in program.stderr
    program(
        *sealed, "account", "add", "--email", "claire@ac-exemple.invalid", "--login", "cmartin",
        "--imap", "imap.ac-exemple.invalid:993", "--imap-security", "tls",
        "--smtp", "smtp.ac-exemple.invalid:465", "--smtp-security", "tls", "--no-probe",
        "--password-file", str(program.secret("password", PASSWORD)), offline=True,
    )  # fmt: skip
    status = program("vault", "status")
    assert (status["label"], status["escrow"], status["temporary"]) == (
        "Claire Martin",
        True,
        False,
    )
    assert status["opens_with"] == ["passphrase"]
    before = (program.profile / "store.db").read_bytes()
    rekeyed = program(*sealed, "vault", "rekey")
    assert rekeyed["rekeyed"] is True
    assert rekeyed["resumed"] is False
    assert program(*sealed, "vault", "rekey", "--abandon") == {"rekeyed": False, "abandoned": False}
    assert (program.profile / "store.db").read_bytes()[:4096] != before[:4096]
    assert program(*sealed, "vault", "check")["sound"] is True
    if os.path.exists("/proc"):
        seen = words_seen(program, "account", "list")
        assert b"account" in seen
        for word in (PASSPHRASE, PASSWORD):
            assert word.encode() not in seen

    right = program.passphrase
    program.passphrase = program.secret("wrong", "autre chose")
    assert program("account", "list", expect=5)["error"]["code"] == "wrong-passphrase"
    tries = program.profile / "store.tries"
    assert json.loads(tries.read_bytes())["wrong"] == 1
    tries.write_text(json.dumps({"wrong": 9, "since": time.time()}))  # and some more by hand
    program.passphrase = right
    assert program("account", "list", expect=5)["error"]["code"] == "vault-locked"
    assert 1 < program("vault", "status")["wait_s"] <= 64
    tries.unlink()

    new = program.secret("new", NEW)
    opened = program(
        *sealed, "vault", "open-escrow", "--private-key-file", str(private),
        "--new-passphrase-file", str(new),
    )  # fmt: skip
    assert opened == {"changed": True, "label": "Claire Martin"}
    program.passphrase = new
    assert program(*sealed, "account", "list", offline=True)[0]["login"] == "cmartin"

    code = program("vault", "recovery-code")["recovery_code"]
    forgot = ("vault", "open-recovery", "--new-passphrase-file", str(program.secret("n3", NEW)))
    wrong = program.secret("code", "-".join(["ABCD"] * 8))
    assert "error" in program(*forgot, "--recovery-code-file", str(wrong), expect=5)
    told = program(*forgot, "--recovery-code-file", str(program.secret("code", code)))
    assert told["changed"] is True
    assert program(*sealed, "account", "list", offline=True)[0]["login"] == "cmartin"

    second = program("vault", "create", "--beside", "--label", "Élève")
    assert Path(second["profile"]) == program.profile / "vaults" / "eleve"
    listed = program("vault", "list")
    assert [one["label"] for one in listed] == ["Élève", "Claire Martin"]

    canaries = Canaries([PASSPHRASE.split()[0], PASSWORD, NEW.split()[0]])
    assert canaries.found([program.profile, program.home, program.temp]) == []
    assert not any(word in program.stderr for word in (PASSPHRASE, PASSWORD, NEW))
    program("vault", "erase", "--yes")
    assert sorted(one.name for one in program.profile.iterdir()) == ["vaults"]
