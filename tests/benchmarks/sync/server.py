"""Dovecot from the Debian package at the server's end of the line, set up as providers do.

A leaf and an intermediate RSA certificate of 2,048 bits, QRESYNC, LIST-STATUS, NOTIFY, COMPRESS.
"""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

import trustme

from tests.benchmarks.sync import mailbox
from tests.benchmarks.sync.emulator import inside
from tests.benchmarks.sync.line import HOST, Line

PORT: Final = 993
LOGIN: Final = "pdurand"
PASSWORD: Final = "Sesame-du-banc-1"
EMAIL: Final = "paul.durand@ac-exemple.test"
_USER: Final = "nobody"

_CONFIG: Final = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = *
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
ssl_dh =
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 50
mail_location = maildir:~/Maildir
mail_fsync = never
mail_plugins = zlib
protocol imap {{
  mail_plugins = zlib imap_zlib
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Envoyés" {{
    special_use = \\Sent
  }}
  mailbox "Brouillons" {{
    special_use = \\Drafts
  }}
  mailbox "Corbeille" {{
    special_use = \\Trash
  }}
  mailbox "Indésirables" {{
    special_use = \\Junk
  }}
  mailbox "Archives" {{
    special_use = \\Archive
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 2
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


class Server:
    """One Dovecot with one mailbox, as long as the context lasts."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.folder = Path(tempfile.mkdtemp(prefix="mel-banc-"))
        self.folder.chmod(0o755)
        self.ca = self.folder / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None
        entry = pwd.getpwnam(_USER)
        self._owner = (entry.pw_uid, entry.pw_gid)

    def __enter__(self) -> Server:
        try:
            self._configure()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    @property
    def maildir(self) -> Path:
        """Where the messages lie."""
        return self.folder / "home" / "Maildir"

    def serve(self, maildir: Path) -> None:
        """A fresh copy of this mailbox from now on."""
        self.stop()
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        (self.folder / "home").mkdir()
        os.chown(self.folder / "home", *self._owner)
        mailbox.clone(maildir, self.maildir, self._owner)
        self.start()

    def keep_indexes(self, maildir: Path) -> None:
        """Give Dovecot's own files, once warm, back to the master copy."""
        self.stop()
        for source in self.maildir.rglob("dovecot*"):
            if source.is_file() and not source.name.endswith((".lock", ".log")):
                shutil.copyfile(source, maildir / source.relative_to(self.maildir))
        for source in self.maildir.rglob("dovecot.*.log*"):
            shutil.copyfile(source, maildir / source.relative_to(self.maildir))
        self.start()

    def start(self) -> None:
        """Start, and wait for its port."""
        with (self.folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                self.line.as_server(
                    ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
                ),
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
            )  # fmt: skip
        deadline = time.monotonic() + 20
        while True:
            with suppress(OSError), inside(self.line.server):
                socket.create_connection(("127.0.0.1", PORT), 5).close()
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Dovecot does not start:\n{self.logs()[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop, and wait."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def remove(self) -> None:
        """End and forget everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self) -> str:
        """What it wrote."""
        return "\n".join(one.read_text(errors="replace") for one in self.folder.glob("*.log"))

    @contextmanager
    def other_client(self) -> Iterator[imaplib.IMAP4_SSL]:
        """Another program of the teacher's at the server's end; the line is not used."""
        context = ssl.create_default_context(cafile=str(self.ca))
        with inside(self.line.server):
            client = imaplib.IMAP4_SSL(HOST_HERE, PORT, ssl_context=context)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(LOGIN, PASSWORD)
        try:
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()

    def _configure(self) -> None:
        root = trustme.CA(organization_name="Banc", key_type=trustme.KeyType.RSA)
        middle = root.create_child_ca(key_type=trustme.KeyType.RSA)
        leaf = middle.issue_cert(
            HOST,
            HOST_HERE,
            common_name=HOST,  # OfflineIMAP looks at nothing else
            key_type=trustme.KeyType.RSA,
        )
        root.cert_pem.write_to_path(self.ca)
        chain = self.folder / "server.pem"
        for number, blob in enumerate(leaf.cert_chain_pems):
            blob.write_to_path(chain, append=number > 0)
        key = self.folder / "server.key"
        leaf.private_key_pem.write_to_path(key)
        key.chmod(0o600)
        (self.folder / "home").mkdir()
        os.chown(self.folder / "home", *self._owner)
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=self.folder, user=_USER, group="nogroup", password=PASSWORD, port=PORT
            )
        )


HOST_HERE: Final = "127.0.0.1"
