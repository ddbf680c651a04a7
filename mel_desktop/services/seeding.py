"""Hand-over of a first sync to another PC: one file, sealed to the code that the other PC shows.

The code is an X25519 public key; its private half never leaves the vault of the other PC. The
file's key comes of two agreements (RFC 7748): one with a key of this file alone, one with the
giver's own: only the other PC can read it, and it learns which code gave it.

Rule 1: a seed holds what the server gave: folders, messages, texts, attachments; and templates and
words of one's own. No password, no draft, nothing that waits to be sent, no wish.
Rule 2: the second seed for a code holds what the first did not.
Rule 3: opening only adds. It may be broken off and begun again, and done twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from mel_desktop.formats import frames as framing
from mel_desktop.formats import sealed, seed_code
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    Secret,
)
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.mail import BodyState
from mel_desktop.model.transfer import SeedDone, TransferProgress
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.saving import file_errors, reading_errors, write_file
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import blobs, lettertemplates, ownwords, reading
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.times import to_text

if TYPE_CHECKING:
    from mel_desktop.services.seed_taking import IsCancelled, OnProgress
    from mel_desktop.store.seeds import SeedPlace

MAGIC: Final = b"MEL-DESKTOP-SEED"
VERSION: Final = 2  # since it may hold what is one's own; a seed without is still of the first
PURPOSE: Final = "mel-desktop seed 1"


class Seeding:
    """Seeds of one profile."""

    def __init__(
        self, database: Database, accounts: Accounts, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._randomness = randomness

    def code(self) -> str:
        """What this PC shows to be given a seed; made once, kept in the vault."""
        return seed_code.to_code(_public(self._private()))

    def create(
        self,
        target: Path,
        code: str,
        accounts: Sequence[AccountId] = (),
        *,
        everything: bool = False,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> SeedDone:
        """Write what the PC of this code does not have yet. USAGE | NOT_WRITABLE | Cancelled.

        ``everything``: also what earlier seeds held (one that was lost).
        """
        from mel_desktop.services.seed_values import own_values  # noqa: PLC0415 seldom
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        receiver = seed_code.from_code(code)
        mine = self._private()
        if receiver == _public(mine):
            raise LocalRefusal(ErrorCode.USAGE, why="seed-own-code")
        if target.exists() and not _is_ours(target):
            raise LocalRefusal(ErrorCode.USAGE, why="file-exists")
        chosen = [one for one in self._accounts.all() if not accounts or one.id in accounts]
        with self._database.read() as reader:
            templates, words = lettertemplates.all_saved(reader), ownwords.all_words(reader)
        own = tuple(own_values(templates, words))
        giving = _Giving(self._database, receiver.hex(), progress, cancelled, own)
        if everything:
            self._database.write(lambda tx: seeds.forget_given(tx, giving.code))
        ephemeral = X25519PrivateKey.from_private_bytes(self._randomness.token(32))
        header = _header(giving.version, _public(ephemeral), _public(mine), receiver)
        other = X25519PublicKey.from_public_bytes(receiver)
        shared = ephemeral.exchange(other) + mine.exchange(other)
        key = sealed.derive(shared, _public(ephemeral) + receiver, PURPOSE)
        now = to_text(self._clock.now())
        octets = write_file(target, sealed.seal(key, MAGIC, header, giving.content(chosen, now)))
        try:  # at once: what is noted and not in the file would never reach the other PC
            self._database.write(lambda tx: seeds.note_given(tx, giving.code, giving.given))
        except BaseException:
            with suppress(OSError):
                target.unlink()
            raise
        return SeedDone(
            path=str(target),
            octets=octets,
            accounts=tuple(one.email for one in chosen),
            folders=giving.folders,
            messages=len(giving.given),
            bodies=giving.bodies,
            parts=giving.parts,
            templates=len(templates),
            words=len(words),
            sender=seed_code.short_print(_public(mine)),
        )

    def open(
        self,
        source: Path,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> SeedDone:
        """Merge a seed. BAD_FILE (no seed, or for another PC) | DAMAGED | DISK_FULL | Cancelled."""
        from mel_desktop.services.seed_taking import Taking  # noqa: PLC0415 seldom

        with reading_errors(), source.open("rb") as file:
            size = source.stat().st_size
            header = sealed.read_header(file.read, MAGIC, why="not-a-seed")
            key, sender = self._key(header)
            taking = Taking(self._database, self._accounts, self._clock, progress, cancelled)
            content = sealed.unseal(key, MAGIC, header, file.read)
            for kind, data in framing.frames(content):
                taking.take(kind, data, file.tell(), size)
            return taking.done(str(source), size, seed_code.short_print(sender))

    # -- inside ------------------------------------------------------------------------------------

    def _private(self) -> X25519PrivateKey:
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        def work(tx: Transaction) -> Secret:
            known = account_rows.secret(tx, seeds.SECRET_OWNER, seeds.SECRET_KIND)
            if known is None:
                known = Secret(self._randomness.token(32).hex())
                account_rows.put_secret(tx, seeds.SECRET_OWNER, seeds.SECRET_KIND, known)
            return known

        with self._database.read() as reader:
            known = account_rows.secret(reader, seeds.SECRET_OWNER, seeds.SECRET_KIND)
        secret = known or self._database.write(work, durable=True)
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(secret.reveal()))

    def _key(self, header: bytes) -> tuple[bytes, bytes]:
        """(key of the file, public key of its giver)."""
        try:
            told = json.loads(header)
            version = int(told["version"])
            ephemeral, sender = bytes.fromhex(told["key"]), bytes.fromhex(told["from"])
            receiver = str(told["to"])
            if len(ephemeral) != 32 or len(sender) != 32:
                raise ValueError("length")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise sealed.damaged() from error
        if version > VERSION:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="seed-too-new")
        mine = self._private()
        if receiver != _mark(_public(mine)):
            raise LocalRefusal(ErrorCode.BAD_FILE, why="seed-for-another")
        try:
            shared = mine.exchange(X25519PublicKey.from_public_bytes(ephemeral))
            shared += mine.exchange(X25519PublicKey.from_public_bytes(sender))
        except ValueError as error:  # a point of small order
            raise sealed.damaged() from error
        return sealed.derive(shared, ephemeral + _public(mine), PURPOSE), sender


# -- giving ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Giving:
    database: Database
    code: str
    progress: OnProgress | None
    cancelled: IsCancelled | None
    own: Sequence[dict[str, object]] = ()  # templates and words of one's own
    given: list[tuple[int, int]] = field(default_factory=list)
    folders: int = 0
    bodies: int = 0
    parts: int = 0
    sent: set[bytes] = field(default_factory=set)  # contents that are in the file already

    @property
    def version(self) -> int:
        """The oldest program that reads all of it."""
        return VERSION if self.own else 1

    def content(self, accounts: Sequence[Account], now: str) -> Iterator[bytes]:
        """Frames: S(eed), O(wn), A(ccount), F(older), M(essage), P(art), C(ontent), E(nd of a
        folder).
        """
        from mel_desktop.services.seed_values import (  # noqa: PLC0415 seldom
            account_value,
            folder_value,
        )
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        yield framing.json_frame("S", {"version": self.version, "created_at": now})
        for value in self.own:
            yield framing.json_frame("O", value)
        for account in accounts:
            yield framing.json_frame("A", account_value(account))
            with self.database.read() as reader:
                listed = seeds.folders(reader, account.id)
            for folder, told in listed:
                yield framing.json_frame("F", folder_value(told))
                self.folders += 1
                yield from self._messages(folder, told.path)
                yield framing.json_frame("E", {})

    def _messages(self, folder: int, path: str) -> Iterator[bytes]:
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        above = 0
        while True:
            with self.database.read() as reader:
                page = seeds.ungiven(reader, folder, self.code, above=above)
            if not page:
                return
            for place in page:
                if self.cancelled is not None and self.cancelled():
                    raise Cancelled
                yield from self._message(place)
                above = place.message
                if self.progress is not None:
                    self.progress(TransferProgress(len(self.given), 0, 0, path))

    def _message(self, place: SeedPlace) -> Iterator[bytes]:
        from mel_desktop.services.seed_values import message_value  # noqa: PLC0415 seldom
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        with self.database.read() as reader:
            stored = reading.message(reader, place.message)
            parts = reading.parts(reader, place.message)
            octets = tuple(seeds.octets(reader, place.message))
        if stored is None:  # gone since
            return
        yield framing.json_frame("M", message_value(place, stored, parts))
        self.given.append((place.message, place.fullness))
        self.bodies += int(stored.body is not BodyState.ABSENT)
        for number, blob, digest, size in octets:
            self.parts += 1
            is_new = digest not in self.sent
            self.sent.add(digest)
            yield framing.json_frame(
                "P", {"n": number, "h": digest.hex(), "s": size, "here": is_new}
            )
            if is_new:
                with self.database.read() as reader:
                    for chunk in blobs.read(reader, blob):
                        yield framing.frame("C", chunk)


# -- keys -----------------------------------------------------------------------------------------


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _mark(public: bytes) -> str:
    """For whom it is, without saying who that is."""
    return hashlib.sha256(b"mel-desktop seed for" + public).hexdigest()[:16]


def _header(version: int, ephemeral: bytes, sender: bytes, receiver: bytes) -> bytes:
    told = {
        "version": version,
        "key": ephemeral.hex(),
        "from": sender.hex(),
        "to": _mark(receiver),
    }
    return json.dumps(told, sort_keys=True).encode("ascii")


def _is_ours(path: Path) -> bool:
    with file_errors(), path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
