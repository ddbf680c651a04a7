"""The door to the way out: reached by ``facade.network``. Proxies, authorities, certificates."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.proxy_text import read_setting, write_setting
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.certificates import Certificate, CertificateView
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.networks import AccountNetwork
from mel_desktop.model.proxies import ProxySetting
from mel_desktop.store import submission

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

_PEM: Final = re.compile(
    "-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL | re.ASCII
)
MOST_AUTHORITIES: Final = 50


class NetworkDoor:
    """How accounts are connected."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    def settings(self, account: AccountId) -> AccountNetwork:
        """What is set and in force. LocalRefusal(NOT_FOUND)."""
        stored = self._services.accounts.get(account)
        outward = self._services.outward
        with self._services.database.read() as reader:
            smtp_way = submission.way(reader, stored)
        return AccountNetwork(
            account=account,
            own=read_setting(stored.proxy),
            text=stored.proxy,
            fixed=read_setting(outward.settings.fixed) if outward.settings.fixed else None,
            has_password=outward.settings.password(account) is not None,
            authorities=self.read_authorities(stored.ca_pem) if stored.ca_pem else (),
            imap=stored.imap,
            smtp=stored.smtp,
            imap_way=outward.ways.way(stored),
            smtp_way=smtp_way,
        )

    def change(
        self,
        account: AccountId,
        *,
        proxy: str | None = None,
        password: Secret | None = None,
        ca_pem: str | None = None,
    ) -> AccountNetwork:
        """None leaves a thing as it is. NOT_FOUND | USAGE | BAD_FILE | POLICY."""
        if ca_pem:
            self.read_authorities(ca_pem)
        self._services.outward.settings.change(
            account, proxy=proxy, password=password, ca_pem=ca_pem
        )
        self._engine.cut(account)
        self._engine.wake()
        return self.settings(account)

    def read_setting(self, text: str) -> ProxySetting:
        """What somebody typed. LocalRefusal(USAGE)."""
        return read_setting(text)

    def write_setting(self, setting: ProxySetting) -> str:
        """As ``change`` takes it. LocalRefusal(USAGE) for what is none."""
        return write_setting(read_setting(write_setting(setting)))

    def read_authorities(self, pem: str) -> tuple[Certificate, ...]:
        """The certificates of a PEM text. LocalRefusal(BAD_FILE) where there is none."""
        from mel_desktop.net.certificates import read_certificate  # noqa: PLC0415 it is large

        found = []
        for one in _PEM.findall(pem)[:MOST_AUTHORITIES]:
            try:
                certificate = read_certificate(ssl.PEM_cert_to_DER_cert(one))
            except ValueError:
                certificate = None
            if certificate is None:
                raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate")
            found.append(certificate)
        if not found:
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate")
        return tuple(found)

    def certificates(self, account: AccountId) -> tuple[CertificateView, ...]:
        """What the account's servers showed last, and before; nothing is asked."""
        stored = self._services.accounts.get(account)
        trust, ways = self._services.outward.trust, self.settings(account)
        return (
            trust.view(ways.imap_way or stored.imap),
            trust.view(ways.smtp_way or stored.smtp),
        )
