"""The copy in Sent: found or made by its Message-ID, never twice.

A server may keep a copy by itself, and an APPEND may have gone through although its answer got
lost: so Sent is always searched first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.ports import MailServer, RemoteFolder

NEW_NAME: Final = "Sent"


class SentFolder:
    """Sent of one signed-in connection; made on the server where there is none."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._path: str | None = None

    def has(self, message_id: str) -> bool:
        """Whether a copy is there. A folder that does not exist holds none."""
        path = self._find()
        if path is None:
            return False
        # Selected anew each time: a folder that is open already may not show what came since.
        self._server.select(path, read_only=True)
        return bool(self._server.find_message_id(message_id))

    def add(self, data: bytes, date: datetime) -> None:
        """Put a copy there, read already."""
        path = self._find()
        if path is None:
            path = self._path = self._create()
        self._server.append(path, data, Flags(Marks.SEEN), date)

    def _find(self) -> str | None:
        if self._path is None:
            for folder in self._server.list_folders():
                if folder.role is Role.SENT and folder.selectable:
                    self._path = folder.path
                    break
        return self._path

    def _create(self) -> str:
        """Beside the other folders: some servers keep all of a person's below INBOX."""
        folders = self._server.list_folders()
        below_inbox = _prefix_below_inbox(folders)
        names = [f"{below_inbox}{NEW_NAME}", NEW_NAME] if below_inbox else [NEW_NAME]
        trouble: ServerSaid | None = None
        for name in names:
            try:
                self._server.create_folder(name)
            except ServerSaid as error:
                trouble = error
            else:
                return name
        raise trouble or ServerSaid(ErrorCode.FOLDER_GONE)


def _prefix_below_inbox(folders: Iterable[RemoteFolder]) -> str:
    """``INBOX.`` when every other folder lies below it, else ""."""
    others = [one for one in folders if one.path.upper() != "INBOX"]
    if others and all(one.path.upper().startswith(f"INBOX{one.delimiter}") for one in others):
        return f"INBOX{others[0].delimiter}"
    return ""
