"""What IT decides: files, the registry, and values that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mel_desktop.logic.policy_reading import Source, merge
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Policy, RetentionPolicy, SendingPolicy, VaultPolicy
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.vault import LockSettings
from mel_desktop.services.locking import Locking, narrowed
from mel_desktop.store import escrow
from mel_desktop.system.policies import read_policy
from mel_desktop.system.policy_registry import camel
from tests.support.store import store

KEY = escrow.public_text(bytes(range(32)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_without_any_file_nothing_is_decided(file: Path) -> None:
    assert read_policy(system_file=file) == Policy()


def test_every_value(file: Path) -> None:
    file.write_text(
        f"""[vault]
place = "machine"
escrow_key = "{KEY}"
escrow_owner = "Collège Jean Moulin"
max_idle_minutes = 10
keyring_allowed = false
use_once_default = true
[retention]
text_days = 365
attachment_days = 90
""",
        encoding="utf-8-sig",  # as Windows' editor writes it
    )
    assert read_policy(system_file=file) == Policy(
        vault=VaultPolicy("machine", bytes(range(32)), "Collège Jean Moulin", 10, False, True),
        retention=RetentionPolicy(365, 90),
    )


@pytest.mark.parametrize(
    "line",
    [
        'place = "everywhere"', "place = 1", 'escrow_key = "AAAA"', "escrow_key = 3",
        'escrow_key = "é"', "escrow_owner = 5", 'escrow_owner = "a\\nb"',
        'unknown = "x"', "use_once_default = []",
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_ignored_alone(file: Path, line: str) -> None:
    file.write_text(f"[vault]\n{line}\n[retention]\ntext_days = 30\n", encoding="utf-8")
    found = read_policy(system_file=file)
    assert found.vault == VaultPolicy()
    assert found.retention == RetentionPolicy(30)
    assert [one.key for one in found.ignored] == [f"vault.{line.split(' ')[0]}"]
    assert found.ignored[0].source == "policy.toml"


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        *(
            (f"max_idle_minutes = {value}", VaultPolicy(max_idle_minutes=15))
            for value in ("-1", "1.5", "true", '"10"', "100000")
        ),
        ("keyring_allowed = 2", VaultPolicy(keyring_allowed=False)),
        ('keyring_allowed = "no"', VaultPolicy(keyring_allowed=False)),
        ("lock_on_sleep = 0.0", VaultPolicy(lock_on_sleep=True)),
    ],
)
def test_what_protects_falls_to_the_safe_side(file: Path, line: str, safe: VaultPolicy) -> None:
    file.write_text(f"[vault]\n{line}\n", encoding="utf-8")
    found = read_policy(system_file=file)
    assert found.vault == safe
    key = f"vault.{line.split(' ')[0]}"
    assert [one.key for one in found.ignored] == [key]
    assert found.fell(key)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[vault", b"= 1", b"[vault]\na=1\na=2"])
def test_a_file_that_is_none_is_ignored_and_told(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    found = read_policy(system_file=file)
    assert (found.vault, found.retention) == (VaultPolicy(), RetentionPolicy())
    assert len(found.ignored) == 1


def test_sections_that_are_none(file: Path) -> None:
    file.write_text("vault = 3\n[surprise]\nx = 1\n[retention]\ntext_days = 9\n")
    found = read_policy(system_file=file)
    assert found.retention.text_days == 9
    assert {one.key for one in found.ignored} == {"vault", "surprise"}


def test_the_checks_before_sending(file: Path) -> None:
    file.write_text(
        """[sending]
open_recipients = "forbid"
first_mail = "Warn"
no_subject = "off"
namesake = "sometimes"
most_outside = 3
undo_s = 61
""",
        encoding="utf-8",
    )
    found = read_policy(system_file=file)
    assert found.sending == SendingPolicy(
        open_recipients=CheckLevel.FORBID,
        first_mail=CheckLevel.WARN,
        no_subject=CheckLevel.OFF,
        most_outside=3,
    )
    assert {one.key for one in found.ignored} == {"sending.namesake", "sending.undo_s"}


def test_each_check_has_its_name_in_the_policy() -> None:
    names = {key.name for key in SCHEMA.of("sending")}
    assert {code.value.replace("-", "_") for code in WarningCode} <= names
    assert all(hasattr(SendingPolicy(), name) for name in names)


def test_an_option_adds_and_never_weakens(tmp_path: Path, file: Path) -> None:
    file.write_text("[vault]\nmax_idle_minutes = 5\n")
    extra = tmp_path / "extra.toml"
    extra.write_text("[vault]\nmax_idle_minutes = 500\nkeyring_allowed = false\n")
    found = read_policy(extra, system_file=file)
    assert found.vault == VaultPolicy(max_idle_minutes=5, keyring_allowed=False)
    with pytest.raises(LocalRefusal) as caught:
        read_policy(tmp_path / "none.toml", system_file=file)
    assert caught.value.code is ErrorCode.BAD_FILE


def test_sources_as_the_registry_gives_them() -> None:
    machine = Source("HKLM", {"vault": {"keyring_allowed": 0, "max_idle_minutes": 7}})
    user = Source("HKCU", {"vault": {"keyring_allowed": 1, "place": "machine", "escrow_key": b"x"}})
    found = merge([machine, user], escrow.public_from_text)
    assert found.vault == VaultPolicy(place="machine", max_idle_minutes=7, keyring_allowed=False)
    assert [(one.source, one.key) for one in found.ignored] == [("HKCU", "vault.escrow_key")]
    assert camel("max_idle_minutes") == "MaxIdleMinutes"


def test_the_lock_is_narrowed_by_the_policy(tmp_path: Path) -> None:
    strict = Policy(vault=VaultPolicy(max_idle_minutes=10))
    assert narrowed(LockSettings(idle_minutes=0), strict).idle_minutes == 10
    assert narrowed(LockSettings(idle_minutes=15), strict).idle_minutes == 10
    assert narrowed(LockSettings(idle_minutes=3), strict).idle_minutes == 3
    assert narrowed(LockSettings(idle_minutes=0), Policy()).idle_minutes == 0
    with store(tmp_path) as database:
        locking = Locking(database, strict)
        assert locking.in_force() == LockSettings(idle_minutes=10)
        chosen = LockSettings(3, on_screen_lock=False, on_sleep=False, hide_notifications=False)
        locking.save(chosen)
        assert Locking(database, strict).in_force() == chosen
        locking.save(LockSettings(idle_minutes=0))
        assert Locking(database, strict).in_force().idle_minutes == 10
        assert Locking(database, Policy()).in_force().idle_minutes == 0
        for minutes in (-1, 1441):
            with pytest.raises(LocalRefusal):
                locking.save(LockSettings(idle_minutes=minutes))
