"""All attachments of a profile in one list, and the text that was taken out of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.documents import AttachmentFilters, AttachmentList, AttachmentOrder
from mel_desktop.model.mail import MessageId
from mel_desktop.model.previews import PdfPage, Preview, SavedFiles

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class AttachmentsDoor:
    """``facade.attachments``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def list(
        self,
        query: str = "",
        *,
        limit: int = 200,
        offset: int = 0,
        filters: AttachmentFilters | None = None,
        order: AttachmentOrder = AttachmentOrder.DATE,
        descending: bool = True,
    ) -> AttachmentList:
        """Newest first or sorted otherwise; with a query those whose name or text it finds, by date
        only. LocalRefusal(USAGE).
        """
        return self._services.attachment_texts.list(
            query,
            limit=limit,
            offset=offset,
            filters=filters or AttachmentFilters(),
            order=order,
            descending=descending,
        )

    # -- looking at one ----------------------------------------------------------------------------

    def preview(self, message: MessageId, part: str) -> Preview:
        """What is shown of a local attachment. NOT_FOUND | NOT_LOCAL. Blocks for seconds."""
        return self._services.previews.preview(message, part)

    def page(
        self, message: MessageId, part: str, page: int, *, width: int, words: str = ""
    ) -> PdfPage | None:
        """A page (from 0) of a local PDF, ``width`` pixels wide; None where it is broken."""
        return self._services.previews.page(message, part, page, width=width, words=words)

    def pages_with(self, message: MessageId, part: str, words: str) -> tuple[int, ...]:
        """Pages (from 0) of a local PDF that hold these words."""
        return self._services.previews.pages_with(message, part, words)

    def octets(self, message: MessageId, part: str, most: int) -> bytes:
        """All of a local attachment. NOT_FOUND | NOT_LOCAL | TOO_LARGE (beyond ``most``)."""
        return self._services.previews.octets(message, part, most)

    def rest(self) -> None:
        """No preview is open any more."""
        self._services.previews.rest()

    def save_all(
        self,
        files: Sequence[tuple[MessageId, str]],
        folder: Path,
        progress: Callable[[int, int], None] | None = None,
    ) -> SavedFiles:
        """Local attachments into a folder, under names that are free there; see services."""
        return self._services.previews.save_all(files, folder, progress)

    def unread(self) -> int:
        """How many documents that are here are still to be read."""
        return self._services.attachment_texts.unread()

    def read(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Take the text out of what is here now; how many documents. Blocks for minutes."""
        return self._services.attachment_texts.read_all(lambda: False, progress)
