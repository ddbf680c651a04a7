"""signin_ports.SignInWays in the profile: how a password was taken, kept from start to start."""

from __future__ import annotations

from contextlib import suppress

from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.errors import MelError
from mel_desktop.signin_ports import Way
from mel_desktop.store import accounts as rows
from mel_desktop.store.database import Database

_WAYS = {one.value: one for one in Way}


class RememberedWays:
    """No sign-in fails for it: what is not remembered is found again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def way(self, endpoint: Endpoint, login: str) -> Way | None:
        """What is known."""
        with suppress(MelError), self._database.read() as reader:
            return _WAYS.get(rows.way(reader, endpoint.host, endpoint.port, login) or "")
        return None

    def remember(self, endpoint: Endpoint, login: str, way: Way | None) -> None:
        """Replace it; None forgets."""
        value = None if way is None else way.value
        with suppress(MelError):
            self._database.write(
                lambda tx: rows.set_way(tx, endpoint.host, endpoint.port, login, value)
            )
