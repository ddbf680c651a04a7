"""``facade.smime``: signatures and encryption of messages, and the own certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.leaving import file_octets
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.smime import (
    OwnCertificate,
    OwnCertificateId,
    Protection,
    Readiness,
    SmimeLook,
)
from mel_desktop.services.smime import Smime
from mel_desktop.system.authorities import from_pem, system_authorities

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class SmimeDoor:
    """Authorities are those of the system, and those that IT gives (``network.ca_file``)."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._smime = Smime(
            services.database,
            services.clock,
            services.reading,
            lambda: (*from_pem(services.outward.trust.extra_ca), *system_authorities()),
        )

    def look(self, message: MessageId) -> SmimeLook:
        """Check a message that is here whole, and open what it wraps. NOT_FOUND | NOT_LOCAL."""
        return self._smime.look(message)

    def load(self, message: MessageId) -> SmimeLook:
        """``look``, after the whole message was brought. Network: blocks. TOO_LARGE."""
        self._services.reading.load_raw(message)
        return self._smime.look(message)

    def own(self) -> tuple[OwnCertificate, ...]:
        """Own certificates, the newest first."""
        return self._smime.own()

    def import_file(self, path: Path, passphrase: Secret) -> OwnCertificate:
        """A .p12 or .pfx file. BAD_FILE with why: no-p12 | p12-passphrase | p12-no-key |
        p12-no-address.
        """
        return self._smime.import_p12(file_octets(path), passphrase)

    def remove(self, wanted: OwnCertificateId) -> None:
        """With its key."""
        self._smime.remove_own(wanted)

    def choose(self, address: str, wanted: OwnCertificateId | None) -> None:
        """Which one an identity signs with; None: the newest that is for its address."""
        self._smime.choose(address, wanted)

    def chosen(self, address: str) -> OwnCertificateId | None:
        """The same, read."""
        return self._smime.chosen(address)

    def wish(self, draft: DraftId, wanted: Protection) -> None:
        """How a draft is to leave."""
        self._smime.wish(draft, wanted)

    def wished(self, draft: DraftId) -> Protection:
        """The same, read."""
        return self._smime.wished(draft)

    def readiness(self, draft: DraftId, sender: str) -> Readiness:
        """What would stand in the way."""
        return self._smime.readiness(draft, sender)
