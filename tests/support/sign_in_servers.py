"""Dovecot that takes SCRAM and bearer tokens, and a Postfix that asks it.

Tokens are checked by asking the provider of tests.support.oidc_provider (RFC 7662).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from mel_desktop.model.accounts import Security
from tests.support.certificates import Certificates
from tests.support.imap_base import MailUser
from tests.support.imap_dovecot import Dovecot
from tests.support.oidc_provider import OidcProvider
from tests.support.places import server_folder
from tests.support.ports import free_port
from tests.support.submission_servers import DAEMONS, end_postfix, start_postfix

MECHANISMS = "auth_mechanisms = plain login"
TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth_port}
  }}
}}
auth_cache_size = 0
"""
SENDING = """
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth_port}
smtpd_sender_restrictions =
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = https://127.0.0.1:{port}/token/introspection
client_id = mail-server
client_secret = {secret}
username_attribute = sub
username_format = %u
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
openid_configuration_url = https://127.0.0.1:{port}/.well-known/openid-configuration
"""


class SignInDovecot(Dovecot):
    """Dovecot with all the mechanisms that we know."""

    name = "dovecot-sign-in"

    def __init__(self, certificates: Certificates, oidc: OidcProvider) -> None:
        self._oidc = oidc
        self._hashes = False
        self.auth_port = free_port()
        super().__init__(certificates)

    def _configure(self) -> None:
        super()._configure()
        file = self.folder / "dovecot.conf"
        text = file.read_text()
        assert MECHANISMS in text
        text = text.replace(MECHANISMS, f"{MECHANISMS} scram-sha-256 xoauth2 oauthbearer")
        file.write_text(text + TOKENS.format(folder=self.folder, auth_port=self.auth_port))
        ca = self.folder / "ca.pem"  # of a folder that its unprivileged process may enter
        ca.write_text(self.certificates.ca_pem)
        ca.chmod(0o644)
        (self.folder / "oauth2.conf").write_text(
            INTROSPECTION.format(
                port=self._oidc.port,
                secret=self._oidc.introspection_secret,
                ca=ca,
            )
        )

    def new_hashed_user(self) -> MailUser:
        """Somebody of whose password no SCRAM record can be made: only a hash of it is kept."""
        self._hashes = True
        try:
            return self.new_user()
        finally:
            self._hashes = False

    def register(self, user: MailUser, *, quota: str = "") -> None:
        super().register(user, quota=quota)
        if not self._hashes:
            return
        made = subprocess.run(
            ["doveadm", "-c", str(self.folder / "dovecot.conf"), "pw", "-s", "SSHA256", "-p",
             user.password],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        file = self.folder / "users" / user.login
        file.write_text(file.read_text().replace(f"{{PLAIN}}{user.password}", made))


class SignInPostfix:
    """Postfix that asks the Dovecot above who somebody is; he may send as anybody."""

    def __init__(self, certificates: Certificates, dovecot: SignInDovecot) -> None:
        self.root = server_folder("postfix-oauth")
        main = SENDING.format(auth_port=dovecot.auth_port)
        self._process, server = start_postfix(self.root, certificates, main=main)
        self.tls = server.endpoint(Security.TLS)
        self.starttls = server.endpoint(Security.STARTTLS)

    def close(self) -> None:
        end_postfix(self._process)
        shutil.rmtree(self.root, ignore_errors=True)


@pytest.fixture(scope="session")
def sign_in_dovecot(certificates: Certificates, _oidc: OidcProvider) -> Iterator[SignInDovecot]:
    server = SignInDovecot(certificates, _oidc)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def sign_in_postfix(
    certificates: Certificates, sign_in_dovecot: SignInDovecot
) -> Iterator[SignInPostfix]:
    if os.geteuid() != 0 or not (DAEMONS / "master").exists():
        pytest.skip("Postfix must start as root")
    server = SignInPostfix(certificates, sign_in_dovecot)
    yield server
    server.close()
