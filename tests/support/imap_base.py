"""What any IMAP server of the suite offers, and one that is a process tree of its own."""

from __future__ import annotations

import datetime
import grp
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import imap_tools
import psutil

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from tests.support.certificates import Certificates
from tests.support.places import server_folder
from tests.support.ports import free_port, wait_for_port

REPOSITORY = Path(__file__).resolve().parents[2]
CYRUS_CACHE = REPOSITORY / ".mel-test" / "cyrus"
HOST = "127.0.0.1"
ENGLISH_FOLDERS = ("Sent", "Drafts", "Trash", "Junk")
ROLES = ("\\Sent", "\\Drafts", "\\Trash", "\\Junk")
FRENCH_FOLDERS = ("Envoyés", "Brouillons", "Corbeille", "Indésirables")
UNPRIVILEGED = "nobody"  # who the servers become when the suite runs as root


def packaging_module(name: str) -> ModuleType:
    """A module of our packaging folder; PyPI has a package of that name too."""
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


cyrus_root = packaging_module("cyrus_root")


@dataclass(frozen=True)
class MailUser:
    """Somebody with a mailbox. ``login`` and ``email`` differ, as in most académies."""

    login: str
    email: str
    password: str = field(repr=False)

    @property
    def secret(self) -> Secret:
        return Secret(self.password)


class ImapServer:
    """What the suite asks of any IMAP server; ports and users are those of this run."""

    name = ""
    host = HOST

    def __init__(self, certificates: Certificates) -> None:
        self.certificates = certificates
        self.imap_port = free_port()
        self.starttls_port = free_port()
        self._numbers = itertools.count(1)

    # -- users -----------------------------------------------------------------------------------

    def new_user(
        self, login: str | None = None, *, password: str = "", french: bool = False
    ) -> MailUser:
        """A fresh mailbox with the four special-use folders, otherwise empty."""
        number = next(self._numbers)
        login = login or f"pdurand{number}"
        user = MailUser(login, f"paul.durand{number}@ac-demo.fr", password or f"Sésame-{number}!")
        self.register(user)
        try:
            self._make_folders(user, french=french)
        except ConnectionRefusedError as error:
            raise RuntimeError(f"{self.name} is gone:\n{self.logs()[-4000:]}") from error
        return user

    def logs(self) -> str:
        """All that the server wrote, where it writes."""
        return ""

    def _make_folders(self, user: MailUser, *, french: bool) -> None:
        with self.observer(user) as box:
            for folder, role in zip(
                FRENCH_FOLDERS if french else ENGLISH_FOLDERS, ROLES, strict=True
            ):
                self.make_special(box, folder, role)

    def make_special(self, box: imap_tools.MailBox, folder: str, role: str) -> None:
        """Create a folder for a role; Dovecot has the roles in its configuration."""
        box.folder.create(folder)

    def register(self, user: MailUser) -> None:
        """Let the user sign in."""
        raise NotImplementedError

    def new_account(
        self,
        user: MailUser,
        *,
        security: Security = Security.TLS,
        smtp: Endpoint | None = None,
        ca_pem: str | None = None,
    ) -> NewAccount:
        """What the wizard would store for this user."""
        port = self.imap_port if security is Security.TLS else self.starttls_port
        return NewAccount(
            email=user.email,
            login=user.login,
            imap=Endpoint(self.host, port, security),
            smtp=smtp or Endpoint(self.host, 9, Security.STARTTLS),  # discard: nobody listens
            name="Paul Durand",
            ca_pem=self.certificates.ca_pem if ca_pem is None else ca_pem,
        )

    def account(
        self,
        user: MailUser,
        *,
        security: Security = Security.TLS,
        smtp: Endpoint | None = None,
        ca_pem: str | None = None,
    ) -> Account:
        """The same as a stored account, for adapters that are tried without a store."""
        new = self.new_account(user, security=security, smtp=smtp, ca_pem=ca_pem)
        return Account(
            id=AccountId(1),
            email=new.email,
            name=new.name,
            login=new.login,
            imap=new.imap,
            smtp=new.smtp,
            auth=AuthKind.PASSWORD,
            provider="",
            ca_pem=new.ca_pem,
            proxy="",
            state=AccountState.READY,
            last_sync_at=None,
        )

    # -- the independent observer ----------------------------------------------------------------

    @contextmanager
    def observer(self, user: MailUser, folder: str = "INBOX") -> Iterator[imap_tools.MailBox]:
        """imap_tools, signed in and with the folder open."""
        context = ssl.create_default_context(cafile=str(self.certificates.ca))
        box = imap_tools.MailBox(self.host, self.imap_port, timeout=20, ssl_context=context)
        # imaplib sends a literal and its end apart: 40 ms for each message without this.
        box.client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            box.login_utf8(user.login, user.password, initial_folder=folder)
            yield box
        finally:
            box.client.shutdown() if box.client.state == "LOGOUT" else box.logout()

    def deliver(
        self,
        user: MailUser,
        folder: str,
        raw: bytes,
        flags: Sequence[str] = (),
        date: datetime.datetime | None = None,
    ) -> int:
        """One message into the folder (made when absent); its UID."""
        return self.deliver_all(user, folder, [(raw, tuple(flags), date)])[0]

    def deliver_all(
        self,
        user: MailUser,
        folder: str,
        messages: Sequence[tuple[bytes, tuple[str, ...], datetime.datetime | None]],
    ) -> list[int]:
        """Many messages through one connection; their UIDs."""
        with self.observer(user) as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            for raw, flags, date in messages:
                box.append(
                    raw,
                    folder,
                    dt=date or datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC),
                    flag_set=list(flags),
                )
            box.folder.set(folder, readonly=True)
            uids = sorted(int(uid) for uid in box.uids())
        return uids[len(uids) - len(messages) :]

    def uids(self, user: MailUser, folder: str) -> list[int]:
        """UIDs as the observer sees them."""
        with self.observer(user, folder) as box:
            return sorted(int(uid) for uid in box.uids())

    def seen_flags(self, user: MailUser, folder: str) -> dict[int, set[str]]:
        """Flags of each UID as the observer sees them, \\Recent left out."""
        with self.observer(user, folder) as box:
            messages = box.fetch(headers_only=True, mark_seen=False, bulk=True)
            return {int(str(one.uid)): set(one.flags) - {"\\Recent"} for one in messages}

    # -- life and death --------------------------------------------------------------------------

    def start(self) -> None:
        """Start and wait until both ports answer."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop politely; mailboxes stay for the next start."""
        raise NotImplementedError

    def kill(self) -> None:
        """Stop at once, as a power cut would."""
        raise NotImplementedError

    def restart(self) -> None:
        """Stop, then start on the same ports with the same mailboxes."""
        self.stop()
        self.start()


class ProcessServer(ImapServer):
    """A server of its own process tree, in a short temporary folder that it may enter."""

    def __init__(self, certificates: Certificates) -> None:
        super().__init__(certificates)
        self.folder = server_folder(self.name)
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Arguments and environment."""
        raise NotImplementedError

    def start(self) -> None:
        assert self._process is None
        arguments, environment = self.command()
        with (self.folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                arguments, env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        try:
            wait_for_port(self.imap_port)
            wait_for_port(self.starttls_port)
        except TimeoutError as error:
            self.kill()
            raise RuntimeError(f"{self.name} does not start:\n{self.logs()[-4000:]}") from error

    def stop(self) -> None:
        if self._process is None:
            return
        family = self._family()
        self._process.send_signal(signal.SIGTERM)
        self._end(family)

    def kill(self) -> None:
        if self._process is None:
            return
        family = self._family()
        for process in family:
            _kill(process)
        self._end(family)

    def drop_connections(self) -> None:
        """Kill the processes that serve clients; the server itself goes on."""
        for process in self._family()[1:]:
            with suppress(psutil.NoSuchProcess):
                if process.name() in self.session_processes:
                    process.kill()

    session_processes: frozenset[str] = frozenset()

    def logs(self) -> str:
        """All that the server wrote."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def remove(self) -> None:
        """End and forget everything."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _family(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            master = psutil.Process(self._process.pid)
            return [master, *master.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _end(self, family: list[psutil.Process]) -> None:
        assert self._process is not None
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None
        deadline = time.monotonic() + 1  # some of Dovecot's helpers stay on for a while
        while any(_lives(process) for process in family):
            if time.monotonic() > deadline:
                for process in family:
                    _kill(process)
            time.sleep(0.01)
        self._end_strays()

    def _end_strays(self) -> None:
        """Who was forked after the look at the family still listens: the next start would lead to
        him, and nowhere once he ends."""
        ports = (self.imap_port, self.starttls_port)
        deadline = time.monotonic() + 10
        while strays := [
            one.pid
            for one in psutil.net_connections("tcp4")
            if one.status == psutil.CONN_LISTEN and one.laddr.port in ports and one.pid
        ]:
            assert time.monotonic() < deadline, f"{self.name} cannot be ended"
            for pid in strays:
                with suppress(psutil.NoSuchProcess):
                    _kill(psutil.Process(pid))
            time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    try:
        # An orphan's zombie may stay for ever where process 1 does not reap.
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


@dataclass(frozen=True)
class CertificatePair:
    cert: Path
    key: Path


def group_of(user: str) -> str:
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def give(path: Path, user: str) -> None:
    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid)
