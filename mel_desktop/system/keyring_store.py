"""The operating system's keyring (ports.SecretStore), by allow-list.

Rule 1: the backend is one of ALLOWED, picked here by its full name. The ``keyring`` library's own
choice (configuration file, environment, entry points) is never asked: with ``keyrings.alt``
installed it would silently write the key into a clear file (shared/measured store.md section 10).
Rule 2: nothing waits for ever. A locked collection makes Secret Service ask the person; the answer
is waited for ``deadline_s`` at most, on a thread of its own, since the library's calls cannot be
interrupted. A call given up ends when the person answers, and its result is thrown away. Never
call this on the window's thread.
Rule 3: whatever the backend raises becomes StoreTrouble(NO_KEYRING): the vault has other slots.

Windows: stored for this computer only (keyring's default would roam with the profile). One item
holds at most 1,280 characters there; ours has 44.
"""

from __future__ import annotations

import importlib
import queue
import sys
import threading
from collections.abc import Callable
from logging import getLogger
from typing import TYPE_CHECKING, Final, TypeVar, cast

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.system.unasked import not_yet

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = getLogger("mel.keyring")
T = TypeVar("T")

ALLOWED: Final = frozenset(
    {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }
)
PLATFORMS: Final = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
}
ELSEWHERE: Final = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
)
SERVICE: Final = "Mel Desktop"
USER: Final = "mel-desktop"
MAX_CHARACTERS: Final = 1280  # Windows Credential Manager: 2,560 octets of UTF-16
DEADLINE_S: Final = 90.0  # long enough to type a keyring's password
# What the library imports to fetch archives from the web, to read its settings and to ask for its
# plugins: HTTP, TLS and e-mail, a hundred modules at each start that our calls never touch.
NOT_NEEDED: Final = (
    "configparser",
    "importlib.metadata",
    "importlib_metadata",
    "more_itertools",
    "subprocess",
    "urllib.request",
)


class KeyringStore:
    """Secrets in the keyring of the session. Without one every call raises NO_KEYRING."""

    def __init__(
        self,
        backend: KeyringBackend | None = None,
        *,
        allowed: frozenset[str] = ALLOWED,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        """``backend``: instead of the platform's own; it must be on the allow-list as well."""
        self._given = backend
        self._allowed = allowed
        self._deadline_s = deadline_s
        self._chosen: KeyringBackend | None = None

    def available(self) -> bool:
        """Whether this session has a keyring of the allow-list. Does not unlock it."""
        try:
            self._call(lambda _: None)
        except StoreTrouble:
            return False
        return True

    def name(self) -> str:
        """The backend's full name, "" where ``available`` says no."""
        try:
            return self._call(lambda backend: _name(type(backend)))
        except StoreTrouble:
            return ""

    def get(self, name: str) -> Secret | None:
        """The stored secret, or None. NO_KEYRING."""
        value = self._call(lambda backend: backend.get_password(_service(name), USER))
        return None if value is None else Secret(value)

    def put(self, name: str, secret: Secret) -> None:
        """Store or replace; read back, since a keyring that forgets would lock the vault."""
        value = secret.reveal()
        if len(value) > MAX_CHARACTERS:
            raise ValueError("too long for Windows Credential Manager")

        def store(backend: KeyringBackend) -> bool:
            backend.set_password(_service(name), USER, value)
            return backend.get_password(_service(name), USER) == value

        if not self._call(store):
            raise StoreTrouble(ErrorCode.NO_KEYRING, why="not-kept")

    def remove(self, name: str) -> None:
        """Forget; nothing happens when it is not there."""

        def forget(backend: KeyringBackend) -> None:
            if backend.get_password(_service(name), USER) is not None:
                backend.delete_password(_service(name), USER)

        self._call(forget)

    def _call(self, work: Callable[[KeyringBackend], T]) -> T:
        """Run on a daemon thread and wait for the deadline at most."""
        answers: queue.SimpleQueue[tuple[bool, object]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((True, work(self._backend())))
            except BaseException as error:  # noqa: BLE001 backends raise what they like: D-Bus, COM, OSError
                answers.put((False, error))

        threading.Thread(target=run, name="mel-keyring", daemon=True).start()
        try:
            done, answer = answers.get(timeout=self._deadline_s)
        except queue.Empty:
            raise StoreTrouble(ErrorCode.NO_KEYRING, why="no-answer") from None
        if done:
            return cast("T", answer)
        if isinstance(answer, StoreTrouble):
            raise answer
        kind = type(answer)
        log.info("keyring: %s.%s", kind.__module__, kind.__name__)  # its text may hold anything
        raise StoreTrouble(ErrorCode.NO_KEYRING, why=kind.__name__) from None

    def _backend(self) -> KeyringBackend:
        if self._chosen is None:
            self._chosen = self._find()
        return self._chosen

    def _find(self) -> KeyringBackend:
        if self._given is not None:
            if _name(type(self._given)) not in self._allowed:
                raise StoreTrouble(ErrorCode.NO_KEYRING, why="backend-refused")
            return self._given
        for name in PLATFORMS.get(sys.platform, ELSEWHERE):
            if name in self._allowed and (backend := _build(name)) is not None:
                log.info("keyring backend: %s", name)
                return backend
        raise StoreTrouble(ErrorCode.NO_KEYRING)


def _build(name: str) -> KeyringBackend | None:
    """An instance, or None where the platform does not offer it."""
    module, _, attribute = name.rpartition(".")
    with not_yet(NOT_NEEDED):
        loaded = importlib.import_module(module)
    kind = cast("type[KeyringBackend]", getattr(loaded, attribute))
    if not kind.viable:
        return None
    backend = kind()
    if hasattr(kind, "persist"):  # Windows: else the key roams with the profile
        setattr(backend, "persist", "local machine")  # noqa: B010 only that backend declares it
    return backend


def _service(name: str) -> str:
    return f"{SERVICE}: {name}"


def _name(kind: type[object]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
