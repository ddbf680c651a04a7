"""How an account is connected: what was chosen, what IT fixed, what turned out."""

from __future__ import annotations

from mel_desktop.model.accounts import AccountId, Endpoint
from mel_desktop.model.certificates import Certificate
from mel_desktop.model.proxies import ProxySetting
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class AccountNetwork:
    """``text``: the setting as it is stored, without a password. ``fixed``: by IT.

    ``imap_way``, ``smtp_way``: the other port that was open last, None for the account's own.
    """

    account: AccountId
    own: ProxySetting
    text: str
    fixed: ProxySetting | None
    has_password: bool
    authorities: tuple[Certificate, ...]
    imap: Endpoint
    smtp: Endpoint
    imap_way: Endpoint | None = None
    smtp_way: Endpoint | None = None

    @property
    def in_force(self) -> ProxySetting:
        """What connections go by."""
        return self.fixed or self.own
