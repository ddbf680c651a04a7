"""Dovecot 2.3 from the Debian package."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from tests.support.certificates import Certificates
from tests.support.imap_base import (
    ENGLISH_FOLDERS,
    FRENCH_FOLDERS,
    ROLES,
    UNPRIVILEGED,
    CertificatePair,
    MailUser,
    ProcessServer,
    give,
    group_of,
)

DOVECOT_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S.%{{usecs}} "
auth_verbose = yes
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificates.cert}
ssl_key = <{certificates.key}
ssl_min_protocol = TLSv1.2
ssl_dh =
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_username_chars =
auth_username_format = %u
auth_failure_delay = 0
mail_max_userip_connections = 100
mail_location = maildir:~/Maildir
mail_fsync = never
mail_plugins = quota
plugin {{
  quota = count:User quota
  quota_vsizes = yes
}}
protocol imap {{
  mail_plugins = quota imap_quota zlib imap_zlib
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {imap_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


LMTP_CONFIG = """
protocols = imap lmtp
postmaster_address = postmaster@localhost
service lmtp {{
  chroot =
  inet_listener lmtp {{
    port = {port}
  }}
}}
"""


class Dovecot(ProcessServer):
    """Dovecot 2.3 from the Debian package, Maildir, IMAPS and STARTTLS."""

    name = "dovecot"
    session_processes = frozenset({"imap", "imap-login"})

    def __init__(
        self,
        certificates: Certificates,
        *,
        cert: Path | None = None,
        key: Path | None = None,
        lmtp_port: int = 0,
    ) -> None:
        """``lmtp_port``: mail for its users is taken there (RFC 2033; package dovecot-lmtpd)."""
        super().__init__(certificates)
        self._lmtp_port = lmtp_port
        self._cert = cert or certificates.cert
        self._key = key or certificates.key
        self._root = os.getuid() == 0
        (self.folder / "users").mkdir()
        self._configure()

    def register(self, user: MailUser, *, quota: str = "") -> None:
        home = self.folder / "home" / f"{next(self._numbers)}"
        home.mkdir(parents=True)
        if self._root:
            give(home, UNPRIVILEGED)
        extra = f"userdb_quota_rule=*:storage={quota}" if quota else ""
        # A file each: Dovecot looks only once a second whether a passwd-file has changed.
        # Its fields are split at colons, which may thus not be in a test's login or password.
        assert not set(":/\n") & set(user.login + user.password)
        (self.folder / "users" / user.login).write_text(
            f"{user.login}:{{PLAIN}}{user.password}::::{home}::{extra}\n"
        )

    def command(self) -> tuple[list[str], dict[str, str]]:
        return ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")], {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"
        }

    def refused_sign_ins(self, login: str) -> int:
        """How many passwords of this login the server refused so far, by its log."""
        return sum(
            f"({login}," in line and ("mismatch" in line or "unknown user" in line)
            for line in self.logs().splitlines()
        )

    def maildir(self, user: MailUser) -> Path:
        """Where the messages of the user lie."""
        return Path((self.folder / "users" / user.login).read_text().split(":")[5]) / "Maildir"

    def _configure(self) -> None:
        me = pwd.getpwuid(os.getuid()).pw_name
        lines = [
            f'  mailbox "{folder}" {{\n    special_use = {role}\n  }}'
            for names in (ENGLISH_FOLDERS, FRENCH_FOLDERS)
            for folder, role in zip(names, ROLES, strict=True)
        ]
        group = group_of(me)
        text = DOVECOT_CONFIG.format(
            folder=self.folder,
            certificates=CertificatePair(self._cert, self._key),
            internal_user="dovecot" if self._root else me,
            internal_group="dovecot" if self._root else group,
            login_user="dovenull" if self._root else me,
            mail_user=UNPRIVILEGED if self._root else me,
            mail_group=group_of(UNPRIVILEGED) if self._root else group,
            mailboxes="\n".join(lines),
            starttls_port=self.starttls_port,
            imap_port=self.imap_port,
        )
        if self._lmtp_port:
            text += LMTP_CONFIG.format(port=self._lmtp_port)
        (self.folder / "dovecot.conf").write_text(text)
