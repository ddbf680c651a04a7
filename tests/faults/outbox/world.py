"""A scripted submission server, Postfix, Dovecot, lines to each that can be cut, and profiles."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mel_desktop.model.accounts import AccountId, Endpoint, Security
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.smtp import Deadlines
from tests.support import submission_servers
from tests.support.certificates import make_certificates
from tests.support.faulty_smtp import CuttingLine, FaultySmtp, Switches
from tests.support.imap_base import HOST
from tests.support.imap_dovecot import Dovecot
from tests.support.places import server_folder
from tests.support.post_office import PostOffice
from tests.support.submission_servers import DOMAIN, USERS

ALICE: Final = f"alice@{DOMAIN}"
# Long enough for what is under way to be told on a machine with other things to do.
DEADLINES: Final = Deadlines(connect=5.0, command=3.0, final=3.0)


class World:
    """All servers of one run. ``postfix`` only as root."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mel-outbox-faults-"))
        self.certificates = make_certificates(self.folder)
        self.scripted = FaultySmtp(self.certificates)
        self.scripted_line = CuttingLine(self.scripted.port)
        self.dovecot = Dovecot(self.certificates)
        self.dovecot.start()
        self.user = self.dovecot.new_user(ALICE, password=USERS[ALICE])
        self.imap_line = CuttingLine(self.dovecot.imap_port)
        self.root: Path | None = None
        self._postfix: subprocess.Popen[bytes] | None = None
        self.postfix: submission_servers.SubmissionServer | None = None
        self.postfix_line: CuttingLine | None = None
        self._numbers = 0

    def start_postfix(self) -> submission_servers.SubmissionServer:
        """A real one."""
        if self.postfix is None:
            self.root = server_folder("postfix")
            self._postfix, self.postfix = submission_servers.start_postfix(
                self.root, self.certificates
            )
            self.postfix_line = CuttingLine(self.postfix.tls_port)
        return self.postfix

    def close(self) -> None:
        """End all that was started."""
        lines = (self.scripted_line, self.imap_line, self.postfix_line)
        for line in lines:
            if line is not None:
                line.set()
                line.close()
        self.scripted.close()
        self.dovecot.stop()
        if self._postfix is not None:
            self._postfix.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._postfix.wait(10)
        if self.root is not None:
            shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_folder(self) -> Path:
        """For one more profile."""
        self._numbers += 1
        folder = self.folder / f"profile-{self._numbers}"
        folder.mkdir()
        return folder

    @contextmanager
    def office(
        self, folder: Path, *, files_on_dovecot: bool = False, deadlines: Deadlines = DEADLINES
    ) -> Iterator[PostOffice]:
        """Real services on a real store; copies go to Dovecot or into a box of the test."""
        mail = ImapConnector() if files_on_dovecot else None
        office = PostOffice(folder, mail=mail, deadlines=deadlines)
        try:
            yield office
        finally:
            office.close()

    def add_account(self, office: PostOffice, smtp: int, imap: int | None = None) -> AccountId:
        """Alice, over these ports."""
        return office.add_account(
            Endpoint("127.0.0.1", smtp, Security.TLS),
            imap=Endpoint(HOST, imap or self.imap_line.port, Security.TLS),
            email=ALICE,
            password=USERS[ALICE],
            ca_pem=self.certificates.ca_pem,
        )

    def reset_switches(self) -> None:
        """The scripted server is a good one again; what it took stays."""
        self.scripted.switches = Switches()

    def taken(self) -> Counter[str]:
        """How often the scripted server took each Message-ID."""
        return Counter(_id(one.data) for one in self.scripted.taken)

    def delivered(self) -> Counter[str]:
        """How often Postfix delivered each Message-ID (one recipient each)."""
        assert self.root is not None
        files = (self.root / "mail/sink/new").glob("*")
        return Counter(_id(file.read_bytes().replace(b"\n", b"\r\n")) for file in files)

    def in_queue(self) -> int:
        """What Postfix has not delivered yet."""
        assert self.root is not None
        spool = self.root / "spool"
        names = ("incoming", "active", "deferred", "maildrop")
        return sum(len(files) for name in names for _, _, files in os.walk(spool / name))

    def filed(self) -> Counter[str]:
        """How often each Message-ID is in Sent on Dovecot."""
        with self.dovecot.observer(self.user) as box:
            box.folder.set("Sent")
            found = box.fetch(mark_seen=False, headers_only=True, bulk=True)
            return Counter(str(one.headers["message-id"][0]).strip(" <>") for one in found)


def _id(data: bytes) -> str:
    line = data[data.lower().index(b"\r\nmessage-id:") + 2 :].split(b"\r\n", 1)[0]
    return line.partition(b":")[2].strip(b" <>").decode()
