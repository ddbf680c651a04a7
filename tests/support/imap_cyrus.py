"""Cyrus IMAP 3.6 from unpacked Debian packages."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import imap_tools

from tests.support.certificates import Certificates
from tests.support.imap_base import (
    UNPRIVILEGED,
    CertificatePair,
    MailUser,
    ProcessServer,
    cyrus_root,
    give,
    group_of,
)

CYRUS_IMAPD = """
configdirectory: {folder}/config
partition-default: {folder}/spool
defaultpartition: default
proc_path: {folder}/run/proc
mboxname_lockpath: {folder}/run/lock
idlesocket: {folder}/run/idle
lmtpsocket: {folder}/run/lmtp
notifysocket: {folder}/run/notify
sievedir: {folder}/sieve
cyrus_user: {user}
cyrus_group: {group}
altnamespace: yes
unixhierarchysep: yes
allowplaintext: no
failedloginpause: 0
autocreate_quota: 0
autocreate_post: no
expunge_mode: immediate
tls_server_cert: {certificates.cert}
tls_server_key: {certificates.key}
tls_versions: tls1_2 tls1_3
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
sasl_mech_list: PLAIN LOGIN
servername: localhost
syslog_prefix: mel-cyrus
conversations: no
skiplist_unsafe: yes
"""

CYRUS_SERVICES = """
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
  imap  cmd="{bin}/imapd -C {folder}/imapd.conf" listen="127.0.0.1:{starttls_port}" prefork=1
  imaps cmd="{bin}/imapd -s -C {folder}/imapd.conf" listen="127.0.0.1:{imap_port}" prefork=1
}}
DAEMON {{
  idled cmd="{bin}/idled -C {folder}/imapd.conf"
}}
"""


class Cyrus(ProcessServer):
    """Cyrus IMAP 3.6, unpacked by packaging/cyrus_root.py. It checks passwords in a sasldb."""

    name = "cyrus"
    session_processes = frozenset({"imapd"})

    def __init__(self, certificates: Certificates, root: Path) -> None:
        super().__init__(certificates)
        self._bin = cyrus_root.binaries(root)
        self._libraries = cyrus_root.library_path(root)
        self._user = UNPRIVILEGED if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        for name in ("config/socket", "spool", "run", "sieve", "tls"):
            (self.folder / name).mkdir(parents=True)
        # imapd opens the key after it has become the other user.
        pair = CertificatePair(self.folder / "tls/cert.pem", self.folder / "tls/key.pem")
        shutil.copy(certificates.cert, pair.cert)
        shutil.copy(certificates.key, pair.key)
        values = {
            "folder": self.folder,
            "bin": self._bin,
            "user": self._user,
            "group": group_of(self._user),
            "certificates": pair,
            "imap_port": self.imap_port,
            "starttls_port": self.starttls_port,
        }
        (self.folder / "imapd.conf").write_text(CYRUS_IMAPD.format(**values))
        (self.folder / "cyrus.conf").write_text(CYRUS_SERVICES.format(**values))
        self._give_all()

    def command(self) -> tuple[list[str], dict[str, str]]:
        return [
            str(self._bin / "master"),
            "-D",
            *("-C", str(self.folder / "imapd.conf")),
            *("-M", str(self.folder / "cyrus.conf")),
            *("-p", str(self.folder / "run/master.pid")),
        ], {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH": self._libraries}

    def register(self, user: MailUser) -> None:
        subprocess.run(
            [
                "/usr/sbin/saslpasswd2",
                *("-c", "-p", "-f", str(self.folder / "sasldb2"), "-u", "localhost"),
                user.login,
            ],
            input=user.password.encode(),
            check=True,
            capture_output=True,
        )
        self._give_all()

    def make_special(self, box: imap_tools.MailBox, folder: str, role: str) -> None:
        name = imap_tools.imap_utf7.utf7_encode(folder).decode()
        answer, _ = box.client.xatom("CREATE", f'"{name}"', f"(USE ({role}))")
        assert answer == "OK", answer

    def _give_all(self) -> None:
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.glob("*"), *self.folder.glob("*/*")):
                give(path, self._user)
