"""The Secret Service of a Linux session (freedesktop.org Secret Service API 0.2), by secretstorage.

Items are found by the attributes, and kept with the label, of keyring.backends.SecretService: what
that library stored is found here, and the other way round. It is not asked itself because it reads
the metadata of all installed packages, for which it loads mail, zip and HTTP: 65 modules and 4 MB
in each start, for three calls.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final

import secretstorage
from jeepney.io.blocking import DBusConnection
from secretstorage.exceptions import LockedException

APPLICATION: Final = "Python keyring library"  # as the library names itself


class SecretService:
    """The default collection. Every call may wait for the person who is asked to unlock it."""

    @property
    def viable(self) -> bool:
        """Whether the session has the service, or can start it. Does not unlock it."""
        try:
            with closing(secretstorage.dbus_init()) as bus:
                return secretstorage.check_service_availability(bus)
        except Exception:  # noqa: BLE001 whatever a bus does: no service
            return False

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept, or None. LockedException where the person does not unlock."""
        with closing(secretstorage.dbus_init()) as bus:
            for item in _unlocked(bus).search_items(_attributes(service, username)):
                item.unlock()
                if item.is_locked():
                    raise LockedException
                return item.get_secret().decode()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep or replace."""
        with closing(secretstorage.dbus_init()) as bus:
            _unlocked(bus).create_item(
                f"Password for '{username}' on '{service}'",
                {**_attributes(service, username), "application": APPLICATION},
                password.encode(),
                replace=True,
            )

    def delete_password(self, service: str, username: str) -> None:
        """Forget the first that is found; nothing happens where there is none."""
        with closing(secretstorage.dbus_init()) as bus:
            for item in _unlocked(bus).search_items(_attributes(service, username)):
                item.delete()
                return


def _unlocked(bus: DBusConnection) -> secretstorage.Collection:
    collection = secretstorage.get_default_collection(bus)
    if collection.is_locked():
        collection.unlock()
        if collection.is_locked():
            raise LockedException
    return collection


def _attributes(service: str, username: str) -> dict[str, str]:
    return {"username": username, "service": service}
