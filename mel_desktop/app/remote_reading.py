"""Builds what fetches the remote pictures of messages."""

from __future__ import annotations

from mel_desktop.model.mail import MessageId
from mel_desktop.model.policy import Policy
from mel_desktop.net.remote_images import RemotePictures
from mel_desktop.net.transport import Lines
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.remote_images import RemoteImages
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock


def remote_images_of(
    database: Database,
    accounts: Accounts,
    lines: Lines,
    links: Links,
    meters: Meters,
    reading: ReadingService,
    policy: Policy,
) -> RemoteImages:
    """Build it."""
    made = RemoteImages(
        database,
        accounts,
        RemotePictures(lines),
        links,
        meters,
        SystemClock(),
        reading.safe,
        policy.reading.remote_images,
    )

    def is_sure(message: MessageId) -> bool:
        """The provider vouches for the sender, or says nothing of senders at all."""
        shield = reading.show(message, 1).shield  # the sender, not the text
        if shield is None:
            return True
        told = shield.authentication
        return shield.is_own or told.is_verified or (told.is_silent and not told.has_failed)

    made.is_sure = is_sure
    return made
