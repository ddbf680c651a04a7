"""What makes the suite quick changes nothing that a test looks at."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.exceptions import TimeoutError as GivenUp
from pytestqt.qtbot import QtBot

from mel_desktop.model.accounts import Secret
from mel_desktop.store import keyslots
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.journey.program import Program
from tests.support import patience, quick

needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="passes descriptors on")


@needs_fork
def test_a_forked_program_is_a_program_as_any_other(tmp_path: Path) -> None:
    program = Program(tmp_path, "une phrase de passe")
    for words, code in (
        (("vault", "status"), 0),
        (("vault", "create", "--label", "Élève"), 0),
        (("vault", "create"), 2),
        (("account", "list"), 0),
        (("account", "show", "7"), 2),
        (("account", "list", "--no-such-option"), 2),
    ):
        if words[:2] != ("vault", "create") or code:
            started = subprocess.run(
                program.command(words, offline=True),
                env=program.environment,
                cwd=program.temp,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            assert started.returncode == code, started.stderr
            assert program(*words, offline=True, expect=code) == json.loads(started.stdout)
        else:
            assert Path(program(*words, offline=True)["profile"]) == program.profile
    assert list(program.temp.iterdir()) == []


@needs_fork
def test_each_is_by_itself_and_ends_when_it_must(tmp_path: Path) -> None:
    from tests.journey.program import _loaded

    program = Program(tmp_path, "x")
    here = program.environment | {"XDG_DATA_HOME": str(tmp_path / "there")}
    first = _loaded().run(["--json", "vault", "list"], here, tmp_path, 60)
    second = _loaded().run(["--json", "vault", "list"], program.environment, tmp_path, 60)
    assert (first.returncode, second.returncode) == (0, 0)
    waiting = tmp_path / "phrase"
    os.mkfifo(waiting)  # nobody writes
    words = ["--profile", str(tmp_path / "p"), "--passphrase-file", str(waiting), "vault", "create"]
    with pytest.raises(subprocess.TimeoutExpired):
        _loaded().run(words, program.environment, tmp_path, 0.5)
    assert _loaded().run(["--version"], program.environment, tmp_path, 60).returncode == 0


def test_what_is_remembered_is_what_is_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[bytes] = []

    def derive(passphrase: Secret, salt: bytes, iterations: int, memory_kib: int) -> bytes:
        derived.append(salt)
        return b"|".join((passphrase.reveal().encode(), salt, b"%d" % iterations))

    monkeypatch.setattr(quick, "_derive", derive)
    monkeypatch.setattr(quick, "_derived", {})
    one, other = Secret("une phrase"), Secret("une autre")
    asked = [(one, b"a", 3), (one, b"a", 3), (other, b"a", 3), (one, b"b", 3), (one, b"a", 4)]
    for passphrase, salt, iterations in asked:
        found = keyslots._argon2id(passphrase, salt, iterations, 65536)
        assert found == derive(passphrase, salt, iterations, 65536)
        derived.pop()
    assert derived == [b"a", b"a", b"b", b"a"]
    monkeypatch.setattr(keyslots, "TARGET_S", quick.PRODUCT_TARGET_S)
    keyslots._argon2id(one, b"a", 3, 65536)
    assert len(derived) == 5, "where time is measured nothing is remembered"


def test_a_new_slot_has_a_known_salt_and_opens_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, phrase = b"k" * keyslots.KEY_BYTES, Secret("une phrase")
    header = keyslots.Header("a store")

    def slots() -> list[keyslots.Slot]:
        return [
            keyslots.passphrase_slot(header, key, phrase, SystemRandomness(), SystemClock())
            for _ in range(2 * quick._SALTS)
        ]

    def salts(some: list[keyslots.Slot]) -> list[object]:
        return [one.parameters["salt"] for one in some]

    made = slots()
    assert len(set(salts(made))) == quick._SALTS
    assert all(one != other for one, other in itertools.pairwise(salts(made)))
    assert len({one.nonce for one in made}) == len(made)
    monkeypatch.setattr(keyslots, "_argon2id", quick._derive)
    assert keyslots.open_with_passphrase(header, made[0], phrase) == key
    monkeypatch.setattr(keyslots, "_argon2id", lambda *_: b"q" * 32)
    monkeypatch.setattr(keyslots, "TARGET_S", quick.PRODUCT_TARGET_S)
    assert len(set(salts(slots()))) == 2 * quick._SALTS


def test_a_short_deadline_fails_no_test_and_a_long_one_ends(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def in_a_while() -> bool:
        looks.append(0)
        return len(looks) > 20

    qtbot.waitUntil(in_a_while, timeout=1)
    qtbot.wait_until(lambda: True)
    monkeypatch.setattr(patience, "LEAST_MS", 50)
    with pytest.raises(GivenUp):
        qtbot.waitUntil(lambda: False, timeout=1)
