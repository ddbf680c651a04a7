"""The door to remote pictures of messages: reached by ``facade.remote``.

All local but ``fetch``: the window calls it through ``facade.in_background``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId
from mel_desktop.model.remote_images import RemoteView

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class RemoteDoor:
    """Blocked, shown once, always for a sender, or never by policy."""

    def __init__(self, services: Services) -> None:
        self._images = services.remote_images

    def view(self, message: MessageId) -> RemoteView:
        """How the remote pictures of a message stand. NOT_FOUND."""
        return self._images.view(message)

    def picture(self, message: MessageId, number: int) -> bytes | None:
        """Octets of picture N, if it is here and may be shown."""
        return self._images.picture(message, number)

    def price(self, message: MessageId) -> Price:
        """About what the pictures cost that are not here."""
        return self._images.price(message)

    def price_of_whole(self, message: MessageId) -> Price:
        """What the source of a message costs, where it is not here. NOT_FOUND."""
        return self._images.price_of_whole(message)

    def allow_once(self, message: MessageId) -> None:
        """The pictures of this message, until the program ends. POLICY."""
        self._images.allow_once(message)

    def allow_sender(self, message: MessageId) -> str:
        """Always for its sender; the address. POLICY | USAGE where the sender is not sure."""
        return self._images.allow_sender(message)

    def senders(self) -> tuple[str, ...]:
        """Who is always allowed."""
        return self._images.senders()

    def forget_sender(self, address: str) -> None:
        """To be asked again."""
        self._images.forget_sender(address)

    def is_never(self) -> bool:
        """Whether IT forbids them."""
        return self._images.is_never()

    def fetch(self, message: MessageId) -> RemoteView:
        """Bring what is allowed and missing. ConnectionTrouble(OFFLINE) | Cancelled | NOT_FOUND."""
        return self._images.fetch(message)
