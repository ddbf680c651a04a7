"""The keyring adapter: allow-list, refusals, deadlines."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import ClassVar

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.system import keyring_store
from mel_desktop.system.keyring_store import ALLOWED, KeyringStore


class MemoryBackend(KeyringBackend):
    """A keyring as the desktop's would be; allowed in these tests only."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805
        return 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")


class ForgetfulBackend(MemoryBackend):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedBackend(MemoryBackend):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the teacher's secret name")


class WaitingBackend(MemoryBackend):
    """A collection whose prompt nobody answers."""

    answered: ClassVar[threading.Event] = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return None


class PlaintextKeyring(MemoryBackend):
    """Named like the one of keyrings.alt, which writes secrets into a clear file."""


ALLOWED_HERE = frozenset(
    f"{__name__}.{name}"
    for name in ("MemoryBackend", "ForgetfulBackend", "LockedBackend", "WaitingBackend")
)


def store(backend: KeyringBackend, deadline_s: float = 20.0) -> KeyringStore:
    return KeyringStore(backend, allowed=ALLOWED_HERE, deadline_s=deadline_s)


def refused(use: KeyringStore) -> StoreTrouble:
    with pytest.raises(StoreTrouble) as caught:
        use.get("vault 1")
    assert caught.value.code is ErrorCode.NO_KEYRING
    return caught.value


def test_stores_finds_replaces_and_forgets() -> None:
    use = store(MemoryBackend())
    assert use.available()
    assert use.get("vault 1") is None
    use.put("vault 1", Secret("a" * 44))
    use.put("vault 2", Secret("b" * 44))
    use.put("vault 1", Secret("c" * 44))
    assert use.get("vault 1") == Secret("c" * 44)
    use.remove("vault 1")
    use.remove("vault 1")
    assert use.get("vault 1") is None
    assert use.get("vault 2") == Secret("b" * 44)


@pytest.mark.parametrize(
    "backend",
    [PlaintextKeyring, keyring.backends.fail.Keyring, keyring.backends.null.Keyring],
)
def test_backends_that_are_not_on_the_list_are_refused(backend: type[KeyringBackend]) -> None:
    use = KeyringStore(backend())
    assert not use.available()
    assert refused(use).facts["why"] == "backend-refused"
    with pytest.raises(StoreTrouble):
        use.put("vault 1", Secret("x"))


def test_the_list_holds_only_keyrings_of_operating_systems() -> None:
    assert {name.rsplit(".", 2)[1] for name in ALLOWED} == {
        "Windows", "macOS", "SecretService", "kwallet",
    }  # fmt: skip


def test_a_subclass_does_not_pass_for_its_parent() -> None:
    class MemoryBackend2(MemoryBackend):
        pass

    refused(store(MemoryBackend2()))


def test_the_librarys_own_choice_is_never_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With keyrings.alt installed ``keyring.get_keyring()`` would be a clear file."""
    chosen = MemoryBackend()
    monkeypatch.setattr(keyring.core, "_keyring_backend", chosen)
    assert keyring.get_keyring() is chosen
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.PlaintextKeyring")
    monkeypatch.setattr(keyring_store, "PLATFORMS", {})
    monkeypatch.setattr(keyring_store, "ELSEWHERE", ())
    use = KeyringStore()
    refused(use)
    with pytest.raises(StoreTrouble):
        use.put("vault 1", Secret("x"))
    assert chosen.kept == {}


def test_without_a_session_bus_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    monkeypatch.setattr(keyring_store, "PLATFORMS", {})
    assert not KeyringStore().available()


def test_what_the_backend_says_reaches_neither_error_nor_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        error = refused(store(LockedBackend()))
    assert "secret" not in str(error)
    assert error.__cause__ is None
    assert "secret" not in caplog.text


def test_a_prompt_that_nobody_answers_does_not_block_for_ever() -> None:
    try:
        assert refused(store(WaitingBackend(), deadline_s=0.05)).facts["why"] == "no-answer"
    finally:
        WaitingBackend.answered.set()


def test_a_keyring_that_does_not_keep_is_noticed_at_once() -> None:
    with pytest.raises(StoreTrouble) as caught:
        store(ForgetfulBackend()).put("vault 1", Secret("x"))
    assert caught.value.facts["why"] == "not-kept"


def test_what_windows_could_not_hold_is_refused_everywhere() -> None:
    with pytest.raises(ValueError, match="too long"):
        store(MemoryBackend()).put("tokens", Secret("x" * 1281))
