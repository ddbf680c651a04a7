"""All attachments of a profile in one list, and the text that was taken out of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mel_desktop.model.documents import AttachmentList

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class AttachmentsDoor:
    """``facade.attachments``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def list(self, query: str = "", *, limit: int = 200, offset: int = 0) -> AttachmentList:
        """Newest first; with a query those whose name or text it finds. LocalRefusal(USAGE)."""
        return self._services.attachment_texts.list(query, limit=limit, offset=offset)

    def unread(self) -> int:
        """How many documents that are here are still to be read."""
        return self._services.attachment_texts.unread()

    def read(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Take the text out of what is here now; how many documents. Blocks for minutes."""
        return self._services.attachment_texts.read_all(lambda: False, progress)
