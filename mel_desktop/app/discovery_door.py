"""The door to mail services: ``facade.discovery``. All local, ``look`` excepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.server_data import data_file
from mel_desktop.logic import discovering, logins
from mel_desktop.model.discovery import Candidate, Found, Protocol
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.providers import LoginForm, ProviderTable
from mel_desktop.model.signed_data import DataFacts

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class DiscoveryDoor:
    """Servers of an address, the table of mail services, signed data."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._data = services.server_data

    def table(self) -> ProviderTable:
        """The table in force."""
        return self._data.providers.table()

    def domain_of(self, email: str) -> str:
        """The domain of an address as DNS knows it; "" where there is none."""
        return logins.domain_of(email)

    def known(self, domain: str, *, provider_id: str = "") -> Found:
        """What is known of a domain without asking anybody. BAD_ADDRESS | NOT_FOUND (the id)."""
        return self._data.discovery.known(domain, provider_id=provider_id)

    def look(
        self,
        domain: str,
        on_news: Callable[[Found], None] = lambda _found: None,
        *,
        provider_id: str = "",
        ca_pem: str = "",
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Found:
        """Find its servers; only the domain leaves this PC. ``on_news`` is called on this thread
        each time more is known. BAD_ADDRESS | BAD_FILE (the PEM) | Cancelled. Network: blocks.
        """
        return self._data.discovery.look(
            domain, on_news, provider_id=provider_id, ca_pem=ca_pem, is_cancelled=is_cancelled
        )

    def chosen(self, found: Found, protocol: Protocol, profile: str = "") -> Candidate:
        """The server to take without a person's word. NOT_FOUND | NEEDS_DECISION."""
        return discovering.chosen(found, protocol, profile)

    def proposed_login(self, form: LoginForm, email: str) -> str:
        """The login that goes with an address; "" where nothing can be proposed."""
        return logins.proposed_login(form, email)

    def data(self) -> tuple[DataFacts, ...]:
        """What is in force of each kind of data, and from where."""
        return self._data.signed.facts()

    def may_take_data(self) -> bool:
        """Whether IT leaves it to the teacher."""
        return self._services.policy.updates.files_allowed

    def take_data(self, file: Path) -> DataFacts:
        """Put a newer signed file in force. BAD_FILE with why | POLICY."""
        if not self.may_take_data():
            raise LocalRefusal(ErrorCode.POLICY, key="updates.files_allowed")
        return self._data.signed.take(data_file(file))
