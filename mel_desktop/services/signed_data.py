"""Data of the program that a signed file renews, with or without a network: the newest one counts.

Rule 1: nothing of a file is read before its Ed25519 signature is good under a key of the program.
Rule 2: never back: a file is taken only when it is newer than what is in force, and a stored one
that the program itself has overtaken is not used any more.
Rule 3: IT's file (by policy) stands above both; it may be plain, for who sets policies is trusted.
A file of IT's that cannot be read is reported, and the next one down is used.
"""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Callable, Mapping, Sequence
from logging import getLogger
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mel_desktop.formats.signed_data import MAGIC, Container, read_container
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.signed_data import DataFacts, DataKind, DataPlace
from mel_desktop.model.values import dataclass
from mel_desktop.store import settings
from mel_desktop.store.database import Database

log = getLogger("mel.data")

NAME: Final = "signed-data."


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one kind: the file that ships, and a reader that raises LocalRefusal for a bad one."""

    shipped: Callable[[], bytes]
    check: Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class _InForce:
    facts: DataFacts
    content: bytes


class SignedData:
    """What is in force of each kind, for one profile."""

    def __init__(
        self,
        database: Database,
        rules: Mapping[DataKind, Rules],
        keys: Sequence[bytes],
        of_policy: Callable[[DataKind], bytes | None] = lambda _kind: None,
    ) -> None:
        """``keys``: raw public keys that may sign. ``of_policy``: IT's file of a kind; OSError."""
        self._database = database
        self._rules = rules
        self._keys = tuple(keys)
        self._of_policy = of_policy
        self._in_force: dict[DataKind, _InForce] = {}
        self._listeners: list[tuple[DataKind, Callable[[], None]]] = []

    def content(self, kind: DataKind) -> bytes:
        """The file in force."""
        return self._of(kind).content

    def facts(self) -> tuple[DataFacts, ...]:
        """What is in force of every kind."""
        return tuple(self._of(kind).facts for kind in self._rules)

    def on_change(self, kind: DataKind, call: Callable[[], None]) -> None:
        """Call when another file is in force."""
        self._listeners.append((kind, call))

    def take(self, octets: bytes) -> DataFacts:
        """Put a newer file in force. BAD_FILE with why: no-signed-data | bad-signature |
        unknown-data | older-data | the reader's own.
        """
        container = read_container(octets)
        kind = self._verified(container)
        self._check(kind, container.content, container.version)
        now = self._newest(kind)
        if container.version <= now.facts.version:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="older-data", found=container.version)
        text = base64.b64encode(octets).decode("ascii")
        self._database.write(lambda tx: settings.save(tx, NAME + kind.value, text), durable=True)
        self._in_force.pop(kind, None)
        for wanted, call in self._listeners:
            if wanted is kind:
                call()
        log.info("data of kind %s renewed: version %d", kind.value, container.version)
        return self._of(kind).facts

    # -- inside ------------------------------------------------------------------------------------

    def _of(self, kind: DataKind) -> _InForce:
        if kind not in self._in_force:
            self._in_force[kind] = self._load(kind)
        return self._in_force[kind]

    def _load(self, kind: DataKind) -> _InForce:
        trouble = ""
        try:
            octets = self._of_policy(kind)
            if octets is not None:
                content, version = self._from_policy(kind, octets)
                return _InForce(DataFacts(kind, version, DataPlace.POLICY), content)
        except OSError as error:
            trouble = "policy-file-unread"
            log.warning("the policy's file of %s: %s", kind.value, type(error).__name__)
        except LocalRefusal as error:
            trouble = str(error.facts.get("why", error.code.text))
            log.warning("the policy's file of %s is not used: %s", kind.value, error)
        newest = self._newest(kind)
        facts = DataFacts(kind, newest.facts.version, newest.facts.place, trouble)
        return _InForce(facts, newest.content)

    def _from_policy(self, kind: DataKind, octets: bytes) -> tuple[bytes, int]:
        if octets.startswith(MAGIC):
            container = read_container(octets)
            if self._verified(container) is not kind:
                raise LocalRefusal(ErrorCode.BAD_FILE, why="unknown-data")
            octets = container.content
        self._rules[kind].check(octets)
        return octets, version_of(octets)

    def _newest(self, kind: DataKind) -> _InForce:
        """Of the shipped file and the stored one."""
        shipped = self._rules[kind].shipped()
        version = version_of(shipped)
        with self._database.read() as reader:
            text = settings.load(reader, NAME + kind.value)
        if text is not None:
            try:
                container = read_container(base64.b64decode(text, validate=True))
                is_newer = self._verified(container) is kind and container.version > version
                if is_newer:
                    self._check(kind, container.content, container.version)
                    facts = DataFacts(kind, container.version, DataPlace.UPDATE)
                    return _InForce(facts, container.content)
            except (LocalRefusal, binascii.Error) as error:  # its key may have been withdrawn
                log.warning("the stored file of %s is not used: %s", kind.value, error)
        return _InForce(DataFacts(kind, version, DataPlace.SHIPPED), shipped)

    def _verified(self, container: Container) -> DataKind:
        if not is_signed(container, self._keys):
            raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-signature")
        kind = next((one for one in self._rules if one.value == container.kind), None)
        if kind is None:  # for a newer program
            raise LocalRefusal(ErrorCode.BAD_FILE, why="unknown-data")
        return kind

    def _check(self, kind: DataKind, content: bytes, version: int) -> None:
        self._rules[kind].check(content)
        if version_of(content) != version:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-signed-data", part="version")


def is_signed(container: Container, keys: Sequence[bytes]) -> bool:
    """Whether one of these raw Ed25519 keys made the signature."""
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(container.signature, container.signed)
        except InvalidSignature:
            continue
        return True
    return False


def version_of(content: bytes) -> int:
    """The version that a file gives itself. LocalRefusal(BAD_FILE)."""
    try:
        version = tomllib.loads(content.decode("utf-8-sig")).get("version")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        version = None
    if not isinstance(version, int) or isinstance(version, bool):
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-signed-data", part="version")
    return version
