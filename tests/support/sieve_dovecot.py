"""Dovecot with Pigeonhole: ManageSieve, and delivery through LMTP as a mail server would."""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import stat
import subprocess
from pathlib import Path

from tests.support.certificates import Certificates
from tests.support.imap_base import UNPRIVILEGED, MailUser, give
from tests.support.imap_dovecot import Dovecot
from tests.support.places import server_folder
from tests.support.ports import free_port, wait_for_port

SIEVE_CONFIG = """
protocols = imap sieve lmtp
postmaster_address = postmaster@ac-demo.fr
hostname = mail.ac-demo.fr
sendmail_path = {folder}/sendmail
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {sieve_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
protocol sieve {{
  managesieve_implementation_string = Pigeonhole
}}
protocol lmtp {{
  mail_plugins = quota sieve
  auth_username_format = %n
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_vacation_min_period = 1d
  sieve_max_script_size = 64k
  {extensions}
}}
"""
# What Pigeonhole sends (vacation, redirect) goes into files, one each, with its envelope first.
SENDMAIL = """#!/bin/sh
file=$(mktemp {folder}/sent/XXXXXXXX) || exit 1
{{ echo "$@"; cat; }} > "$file.part" && mv "$file.part" "$file.eml" && rm -f "$file"
"""


class SieveDovecot(Dovecot):
    """``extensions``: what is taken away or added, as Pigeonhole writes it: "-body"."""

    session_processes = frozenset({"imap", "imap-login", "managesieve", "managesieve-login"})

    def __init__(self, certificates: Certificates, *, extensions: str = "") -> None:
        self.sieve_port = free_port()
        self.lmtp_port = free_port()
        self._extensions = extensions
        super().__init__(certificates)

    def _configure(self) -> None:
        super()._configure()
        (self.folder / "sent").mkdir()
        if os.getuid() == 0:
            give(self.folder / "sent", UNPRIVILEGED)
        script = self.folder / "sendmail"
        script.write_text(SENDMAIL.format(folder=self.folder))
        script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        with (self.folder / "dovecot.conf").open("a") as config:
            config.write(
                SIEVE_CONFIG.format(
                    folder=self.folder,
                    sieve_port=self.sieve_port,
                    lmtp_port=self.lmtp_port,
                    extensions=f"sieve_extensions = {self._extensions}" if self._extensions else "",
                )
            )

    def start(self) -> None:
        super().start()
        wait_for_port(self.sieve_port)
        wait_for_port(self.lmtp_port)

    def receive(self, user: MailUser, raw: bytes, sender: str = "paul.durand@ac-demo.fr") -> None:
        """One message comes in from outside: rules and the absence message are at work."""
        with smtplib.LMTP(self.host, self.lmtp_port, timeout=30) as line:
            line.sendmail(sender, [f"{user.login}@ac-demo.fr"], raw)

    def sent(self) -> list[str]:
        """What the server sent by itself, in that order: envelope, then message."""
        found = (self.folder / "sent").glob("*.eml")
        return [path.read_text() for path in sorted(found, key=lambda one: one.stat().st_mtime_ns)]

    def home(self, user: MailUser) -> Path:
        """Where the scripts of the user lie, in sieve/."""
        return self.maildir(user).parent


class SieveTest:
    """Pigeonhole's own ``sieve-test``, in a folder that may be entered by who it becomes."""

    def __init__(self) -> None:
        self.folder = server_folder("sieve-test")
        is_root = os.getuid() == 0
        me = pwd.getpwnam(UNPRIVILEGED) if is_root else pwd.getpwuid(os.getuid())
        (self.folder / "mail").mkdir()
        (self.folder / "sieve.conf").write_text(
            f"base_dir = {self.folder}/run\nlog_path = {self.folder}/sieve.log\n"
            f"mail_location = maildir:{self.folder}/mail\nmail_uid = {me.pw_uid}\n"
            f"mail_gid = {me.pw_gid}\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n"
            "postmaster_address = postmaster@ac-demo.fr\n"
        )
        if is_root:
            give(self.folder, UNPRIVILEGED)
            give(self.folder / "mail", UNPRIVILEGED)

    def run(self, script: str, raw: bytes) -> str:
        """What would be done with a message, in Pigeonhole's words."""
        (self.folder / "it.sieve").write_bytes(script.encode())
        (self.folder / "it.eml").write_bytes(raw)
        ran = subprocess.run(
            ["/usr/bin/sieve-test", "-c", "sieve.conf", "it.sieve", "it.eml"],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={"HOME": str(self.folder), "USER": "me", "PATH": "/usr/bin:/bin"},
        )
        assert ran.returncode == 0, (ran.stderr.decode(), script)
        return ran.stdout.decode()

    def remove(self) -> None:
        """Forget the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
