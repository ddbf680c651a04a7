"""The reading part of the facade: the doors that the reader, the list and the window need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.app.directory_facade import DirectoryFacade
from mel_desktop.app.seldom import FileDoor, RemoteDoor, SmimeDoor, TrustDoor

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class ReadingFacade(DirectoryFacade):
    """What an open profile offers to those who read."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.remote = RemoteDoor(services)
        self.trust = TrustDoor(services)
        self.smime = SmimeDoor(services)
        self.message_files = FileDoor()
