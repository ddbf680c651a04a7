"""Dovecot where people share their folders: a shared namespace (RFC 2342) and ACL (RFC 4314)."""

from __future__ import annotations

from tests.support.imap_base import UNPRIVILEGED, MailUser, give
from tests.support.imap_dovecot import Dovecot

SHARING = """
mail_plugins = quota acl
protocol imap {{
  mail_plugins = quota imap_quota zlib imap_zlib acl imap_acl
}}
plugin {{
  acl = vfile
  acl_shared_dict = file:{folder}/sharing/shared.db
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0777
  }}
}}
namespace others {{
  type = shared
  separator = /
  prefix = shared/%%u/
  location = maildir:%%h/Maildir
  subscriptions = no
  list = children
}}
"""


class SharingDovecot(Dovecot):
    """People may share their folders."""

    def _configure(self) -> None:
        super()._configure()
        place = self.folder / "sharing"
        place.mkdir()
        if self._root:
            give(place, UNPRIVILEGED)
        with (self.folder / "dovecot.conf").open("a") as file:
            file.write(SHARING.format(folder=self.folder))

    def share(self, owner: MailUser, member: MailUser, rights: str, *folders: str) -> None:
        with self.observer(owner) as box:
            for folder in folders:
                kind, told = box.client.setacl(f'"{folder}"', member.login, rights)
                assert kind == "OK", told
