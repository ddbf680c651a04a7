"""One teacher, one Dovecot, one profile, and the other client of the same teacher.

The store is closed and opened again between injections, as after a clean restart; the vault is
unlocked once. The clock is the system's but can jump, so that retries need not be waited for.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import imap_tools

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.changes import SyncReport
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Flags, Marks, MessageId
from mel_desktop.model.policy import Policy
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.faults.proxy import Proxy
from tests.support.certificates import make_certificates
from tests.support.imap_base import HOST, MailUser
from tests.support.imap_dovecot import Dovecot

PASSPHRASE: Final = Secret("une phrase de passe")
EMAIL: Final = "zoe.faure@ac-exemple.test"
FOLDERS: Final = ("INBOX", "Archives", "Classe", "Sent", "Trash")
EVERYTHING: Final = SyncOptions(bodies=Bodies.ALL, link=LinkProfile.FULL, accept_mass_deletion=True)
_HOLDS_NONE: Final = {"\\Noselect", "\\NonExistent"}
_FETCHED: Final = re.compile(rb"UID (\d+)")
_FLAGS: Final = re.compile(rb"FLAGS \(([^)]*)\)")
_SUBJECT: Final = re.compile(rb"^Subject: ([^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_ID: Final = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE | re.IGNORECASE)


_NAMES: Final = {
    Marks.SEEN: "\\Seen",
    Marks.FLAGGED: "\\Flagged",
    Marks.ANSWERED: "\\Answered",
    Marks.DRAFT: "\\Draft",
    Marks.DELETED: "\\Deleted",
    Marks.FORWARDED: "$forwarded",
}


def names_of(flags: Flags) -> set[str]:
    """As IMAP spells them; keywords in lower case."""
    return {name for mark, name in _NAMES.items() if mark in flags.marks} | set(flags.keywords)


class Clock(SystemClock):
    """The system's, and jumps."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead.total_seconds()

    @property
    def ahead_s(self) -> float:
        """By how much."""
        return self._ahead.total_seconds()

    def jump(self, **delta: float) -> None:
        """Retries become due."""
        self._ahead += timedelta(**delta)


def put_clock(clock: Clock) -> Callable[[], None]:
    """Let the wiring use this clock; returns how to put the system's back."""
    before = vars(wiring)["SystemClock"]
    setattr(wiring, "SystemClock", lambda: clock)  # noqa: B010 mypy knows no re-export here
    return lambda: setattr(wiring, "SystemClock", before)


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one side has it."""

    folder: str
    uidvalidity: int
    uid: int
    flags: frozenset[str]
    sha256: str
    message_id: str
    subject: str = ""


class OtherClient:
    """imap_tools at the server itself, sharing nothing with the code under test."""

    def __init__(self, server: Dovecot, user: MailUser, dice: random.Random) -> None:
        self._server = server
        self._user = user
        self._dice = dice
        self._number = 0

    def deliver(self, folder: str, *, big: bool = False) -> str:
        """A new message; its Message-ID."""
        self._number += 1
        message_id = f"m{self._number}.{self._dice.getrandbits(32):08x}@ac-exemple.test"
        text = " ".join(
            f"mot{self._dice.randint(1, 900)}" for _ in range(self._dice.randint(5, 900))
        )
        lines = [
            "From: Jean Moreau <jean@ac-exemple.test>", f"To: {EMAIL}",
            f"Subject: Message {self._number}", f"Message-ID: <{message_id}>",
            "Date: Mon, 23 Nov 2026 08:00:00 +0000", "MIME-Version: 1.0",
        ]  # fmt: skip
        if big:
            octets = self._dice.randbytes(self._dice.randint(60_000, 220_000)).hex()
            folded = "\r\n".join(octets[at : at + 76] for at in range(0, len(octets), 76))
            lines += [
                "Content-Type: multipart/mixed; boundary=b", "", "--b",
                "Content-Type: text/plain; charset=utf-8", "", text, "--b",
                "Content-Type: application/octet-stream; name=f.bin",
                "Content-Disposition: attachment; filename=f.bin", "", folded, "--b--", "",
            ]  # fmt: skip
        else:
            lines += ["Content-Type: text/plain; charset=utf-8", "", text, ""]
        self._server.deliver(self._user, folder, "\r\n".join(lines).encode())
        return message_id

    @contextlib.contextmanager
    def at(self, folder: str) -> Iterator[imap_tools.MailBox]:
        """Signed in, with a folder open."""
        with self._server.observer(self._user, folder) as box:
            yield box

    def folders(self) -> set[str]:
        """Paths of those that hold messages."""
        with self._server.observer(self._user) as box:
            return {one.name for one in box.folder.list() if not _HOLDS_NONE & set(one.flags)}

    def expunge(self, one: Seen) -> None:
        """This very message, for good."""
        with self.at(one.folder) as box:
            box.client.uid("STORE", str(one.uid), "+FLAGS.SILENT", "(\\Deleted)")
            box.client.uid("EXPUNGE", str(one.uid))

    def everything(self) -> tuple[Seen, ...]:
        """Every message of every folder."""
        found: list[Seen] = []
        with self._server.observer(self._user) as box:
            for one in box.folder.list():
                if _HOLDS_NONE & set(one.flags):
                    continue
                status = box.folder.status(one.name, ["UIDVALIDITY", "MESSAGES"])
                if not status["MESSAGES"]:
                    continue
                box.folder.set(one.name, readonly=True)
                _, rows = box.client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
                found += _rows(one.name, status["UIDVALIDITY"], rows)
        return tuple(found)


def _rows(folder: str, uidvalidity: int, rows: Sequence[object]) -> Iterator[Seen]:
    """imaplib's (head, literal) pairs, each followed by what came behind the literal."""
    for place, row in enumerate(rows):
        if not isinstance(row, tuple):
            continue
        head, octets = row
        behind = rows[place + 1] if place + 1 < len(rows) else b""
        line = head + (behind if isinstance(behind, bytes) else b"")
        uid, flags = _FETCHED.search(line), _FLAGS.search(line)
        named, titled = _ID.search(octets), _SUBJECT.search(octets)
        assert uid is not None
        assert flags is not None
        yield Seen(
            folder,
            uidvalidity,
            int(uid[1]),
            frozenset(flags[1].decode().split()) - {"\\Recent"},
            hashlib.sha256(octets).hexdigest(),
            named[1].decode() if named else "",
            titled[1].decode(errors="replace") if titled else "",
        )


def _digest(facade: Facade, message: MessageId) -> str:
    try:
        return hashlib.sha256(facade.raw(message)).hexdigest()
    except LocalRefusal as refusal:  # not the same as what the server has, that is
        return refusal.code.text


class World:
    """All of it, until closed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.clock = Clock()
        self._folder = Path(tempfile.mkdtemp(prefix="mel-faults-"))
        self.profile = self._folder / "profile"
        self.server = Dovecot(make_certificates(self._folder))
        self.server.start()
        self.user = self.server.new_user()
        self.other = OtherClient(self.server, self.user, self.dice)
        self.proxy = Proxy(self.server.imap_port)
        self.facade: Facade | None = None
        self._vault: Vault | None = None
        self._put_back = put_clock(self.clock)
        for folder, count in zip(FOLDERS, (30, 12, 10, 4, 4), strict=True):
            for number in range(count):
                self.other.deliver(folder, big=number % 9 == 0)
        self._create()

    def close(self) -> None:
        """End and forget everything."""
        self.shut()
        self._put_back()
        self.proxy.close()
        self.server.remove()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _create(self) -> None:
        facade = wiring.create_profile(self.profile, passphrase=PASSPHRASE, use_keyring=False)
        try:
            facade.add_account(
                NewAccount(
                    email=EMAIL,
                    login=self.user.login,
                    imap=Endpoint(HOST, self.proxy.port, Security.TLS),
                    smtp=Endpoint(HOST, 9, Security.TLS),  # nobody listens
                    ca_pem=self.server.certificates.ca_pem,
                ),
                self.user.secret,
            )
        finally:
            facade.close()
        self._vault = Vault.open(
            self.profile,
            passphrase=PASSPHRASE,
            recovery=None,
            secrets=None,
            randomness=SystemRandomness(),
            clock=self.clock,
        )

    # -- the program -------------------------------------------------------------------------------

    def opened(self) -> Facade:
        """The store, opened where it is not."""
        if self.facade is None:
            assert self._vault is not None
            first = self._vault  # keys of its own: they are overwritten when it is closed
            vault = Vault(
                self.profile, first._header, first._vault_key, SystemRandomness(), self.clock
            )
            self.facade = wiring._open(vault, self.profile, offline=False, policy=Policy())
        return self.facade

    def shut(self) -> None:
        """The program ends in good order."""
        if self.facade is not None:
            self.facade.close()
            self.facade = None

    def restart(self) -> Facade:
        """Ended and begun again, a good while later."""
        self.shut()
        self.clock.jump(hours=2)
        return self.opened()

    @property
    def account(self) -> AccountId:
        """The only one."""
        return self.opened().accounts()[0].id

    def sync(self) -> SyncReport:
        """Once, everything."""
        return self.opened().sync(self.account, EVERYTHING)

    def here(self) -> tuple[Seen, ...]:
        """Every message as the store has it."""
        facade = self.opened()
        with facade._services.database.read() as reader:
            rows = reader.all(
                """SELECT m.id, f.path, l.uidvalidity, l.uid, m.message_id
                     FROM message AS m JOIN folder AS f ON f.id = m.folder_id
                          LEFT JOIN location AS l ON l.message_id = m.id
                    WHERE m.hidden = 0"""
            )
        ids = [MessageId(int(row[0] or 0)) for row in rows]
        shown = {one.id: one for one in facade.message_rows(ids)}
        found = []
        for message, path, uidvalidity, uid, message_id in rows:
            one = shown[MessageId(int(message or 0))]
            found.append(
                Seen(
                    str(path),
                    int(uidvalidity or 0),
                    int(uid or 0),
                    frozenset(names_of(one.flags)),
                    _digest(facade, one.id),
                    str(message_id),
                )
            )
        return tuple(found)

    # -- the server --------------------------------------------------------------------------------

    def bump_uidvalidity(self, folder: str, *, renumber: bool) -> None:
        """As after a restored backup: another UIDVALIDITY, perhaps other UIDs, same messages."""
        home = self.server.maildir(self.user) / ("" if folder == "INBOX" else f".{folder}")
        listed = home / "dovecot-uidlist"
        self.server.drop_connections()
        if renumber:
            listed.unlink(missing_ok=True)
        else:
            head, _, rest = listed.read_text().partition("\n")
            validity = int(re.findall(r"\bV(\d+)", head)[0]) + 1 + self.dice.randint(0, 1000)
            listed.write_text(re.sub(r"\bV\d+", f"V{validity}", head) + "\n" + rest)
        for path in home.glob("dovecot.index*"):
            path.unlink()

    def doveadm(self, *words: str) -> None:
        """The administrator's hand."""
        subprocess.run(
            ["doveadm", "-c", str(self.server.folder / "dovecot.conf"), *words], check=True
        )
