"""Certificates as people need them: whose, signed by whom, until when."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Certificate:
    """``fingerprint``: SHA-256 of the whole, ``key``: of its public key; both in hexadecimal."""

    subject: str
    issuer: str
    organisation: str  # of the issuer
    fingerprint: str
    key: str
    not_before: datetime
    not_after: datetime

    @property
    def is_self_signed(self) -> bool:
        """As far as its names tell."""
        return self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class CertificateView:
    """What a server shows now, and what it showed when all was well. ``code``: what is wrong with
    it, an error's code; "" when it is sound.
    """

    host: str
    port: int
    now: Certificate | None
    before: Certificate | None
    code: str = ""
    allowed: bool = False  # by IT, by its fingerprint

    @property
    def differs(self) -> tuple[str, ...]:
        """``issuer``, ``key``, ``validity``: what is not as it was."""
        if self.now is None or self.before is None:
            return ()
        now, before = self.now, self.before
        pairs = (
            ("issuer", (now.issuer, now.organisation), (before.issuer, before.organisation)),
            ("key", now.key, before.key),
            (
                "validity",
                (now.not_before, now.not_after),
                (before.not_before, before.not_after),
            ),
        )
        return tuple(name for name, one, other in pairs if one != other)
